"""The MCP servers of a run: which there are, what keeps each alive, and their tools behind the gate."""
