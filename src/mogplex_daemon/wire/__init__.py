"""The server's end of the wire, for the run host and the daemon alike."""
