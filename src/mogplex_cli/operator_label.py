"""What to call the person at this terminal."""

import getpass
import socket


def operator_label() -> str:
    """`ada@laptop`; the machine alone when the user has no name."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        return socket.gethostname()
