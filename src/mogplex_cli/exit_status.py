"""The exit statuses of the programs that a person or a script starts."""

EXIT_DONE = 0
EXIT_NOT_DONE = 1
"""The run failed or was killed, or decisions are left to a person."""
EXIT_USAGE = 2
"""The command line, or where it is used, makes no sense."""
EXIT_UNAUTHORIZED = 64
"""There is no credential, and nobody who could sign in."""
EXIT_BAD_DATA = 65
"""Lines were invalid, or there were none."""
EXIT_UNAVAILABLE = 69
"""What the command needs cannot be reached."""
