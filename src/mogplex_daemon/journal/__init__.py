"""The journal of a run: an append-only file of event lines, the only truth about the run."""
