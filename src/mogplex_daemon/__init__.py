"""Everything that hosts a run: its process, its journal, its tools and, over all runs, the daemon."""
