"""One run, one process: its journal, its gate, its tools, its clients. Outlives whoever started it."""
