"""Who is at the other end of a Unix socket, and whether anybody still is, as the kernel knows it."""

import socket
import struct

from anyio.abc import SocketAttribute, SocketStream


def peer_uid(stream: SocketStream) -> int:
    """The user at the other end of a Unix socket, as the kernel knows it."""
    raw: socket.socket = stream.extra(SocketAttribute.raw_socket)
    credentials = raw.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return uid


def is_gone(stream: SocketStream) -> bool:
    """Whether the other end is closed, and not only done with its commands: sending nothing tells."""
    raw: socket.socket = stream.extra(SocketAttribute.raw_socket)
    try:
        raw.send(b"")
    except BlockingIOError:
        return False
    except OSError:
        return True
    return False
