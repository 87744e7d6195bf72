"""The system calls a command may make, as a classic BPF program for Linux on x86-64 and arm64. Pure.

Everything is allowed but: namespaces, mounts, other ways to the kernel, and sockets that lead out of the
sandbox. A filter cannot see which address a socket connects to, so it decides by the kind of the socket.
"""

import errno
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
ALLOW, KILL_PROCESS, FAIL_WITH = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Offsets in the kernel's struct seccomp_data, bytes."""
X32_NUMBERS = 0x40000000
"""The second numbering of x86-64 begins here; nobody needs it."""
NEW_NAMESPACES = 0x7E020000 | 0x80
"""The CLONE_NEW flags."""
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16
KIND_OF_SOCKET, DATAGRAMS = 0xF, 2


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the kernel calls its calls on one processor."""

    audit: int
    socket: int
    socketpair: int
    clone: int
    clone3: int
    denied: tuple[int, ...]
    """mount and its kin, pivot_root, chroot, unshare, setns, key rings, bpf, userfaultfd, kexec, modules, reboot,
    swap, the kernel log, open_by_handle_at, perf events, io_uring (which would make sockets unseen)."""
    x32: bool = False


ARCHITECTURES: Mapping[str, Architecture] = {
    "x86_64": Architecture(
        0xC000003E,
        41,
        53,
        56,
        435,
        (
            *(165, 166, 155, 161, 272, 308, *range(428, 434), 442),
            *(248, 249, 250, 321, 323, 246, 320, 175, 313, 176, 169, 167, 168, 103, 304, 298, 425, 426, 427),
        ),
        x32=True,
    ),
    "aarch64": Architecture(
        0xC00000B7,
        198,
        199,
        220,
        435,
        (
            *(40, 39, 41, 51, 97, 268, *range(428, 434), 442),
            *(217, 218, 219, 280, 282, 104, 294, 105, 273, 106, 142, 224, 225, 116, 265, 241, 425, 426, 427),
        ),
    ),
}
"""By what `platform.machine()` says."""


def socket_families(private_network: bool, network: bool, local_sockets: bool) -> tuple[int, ...]:
    """The address families a command may open a socket of.

    A private network has nobody else in it. Unix sockets reach whoever listens in the file system (an ssh agent,
    docker), even where that is read-only: so only when a person opened them.
    """
    internet = (AF_INET, AF_INET6, AF_NETLINK) if private_network or network else ()
    return (*internet, AF_UNIX) if local_sockets else internet


def filter_program(machine: str, families: Iterable[int]) -> bytes:
    """The program, eight bytes an instruction. Raises KeyError for a processor that is not in ARCHITECTURES."""
    there = ARCHITECTURES[machine]
    program = [_load(ARCHITECTURE), *_unless_equal(there.audit, KILL_PROCESS), _load(NUMBER)]
    if there.x32:
        program += [_step(JUMP_AT_LEAST, 0, 1, X32_NUMBERS), _fail(errno.EPERM)]
    for number in there.denied:
        program += [_step(JUMP_EQUAL, 0, 1, number), _fail(errno.EPERM)]
    # Its flags lie in memory, where a filter cannot look; the C library falls back to clone.
    program += [_step(JUMP_EQUAL, 0, 1, there.clone3), _fail(errno.ENOSYS)]
    program += _call(
        there.clone,
        [_argument(0), _step(AND, 0, 0, NEW_NAMESPACES), *_unless_equal(0, FAIL_WITH | errno.EPERM)],
    )
    opened = [_argument(0)]
    for family in families:
        opened += [_step(JUMP_EQUAL, 0, 1, family), _step(RETURN, 0, 0, ALLOW)]
    program += _call(there.socket, [*opened, _fail(errno.EPERM)])
    # One of a pair for datagrams can still be sent to any address.
    program += _call(
        there.socketpair,
        [
            _argument(1),
            _step(AND, 0, 0, KIND_OF_SOCKET),
            _step(JUMP_EQUAL, 0, 1, DATAGRAMS),
            _fail(errno.EPERM),
        ],
    )
    program.append(_step(RETURN, 0, 0, ALLOW))
    return b"".join(program)


def _step(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _load(offset: int) -> bytes:
    return _step(LOAD, 0, 0, offset)


def _argument(index: int) -> bytes:
    """The low half of an argument: flags and kinds are no longer than that."""
    return _load(ARGUMENTS + 8 * index)


def _fail(number: int) -> bytes:
    return _step(RETURN, 0, 0, FAIL_WITH | number)


def _unless_equal(value: int, result: int) -> list[bytes]:
    return [_step(JUMP_EQUAL, 1, 0, value), _step(RETURN, 0, 0, result)]


def _call(number: int, steps: list[bytes]) -> list[bytes]:
    """`steps` for one call; what they do not decide is allowed."""
    body = [*steps, _step(RETURN, 0, 0, ALLOW)]
    return [_step(JUMP_EQUAL, 0, len(body), number), *body]
