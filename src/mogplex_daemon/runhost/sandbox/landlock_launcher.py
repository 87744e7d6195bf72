"""Confines itself with Landlock and seccomp, then becomes the command. Needs the standard library alone.

python -I -S landlock_launcher.py DESCRIPTOR COMMAND…: the policy is JSON, read from the descriptor. Leaves with
125 when this kernel cannot do it: then the command was not started.
"""

import ctypes
import json
import os
import struct
import sys
from typing import Any

EXIT_NO_SANDBOX = 125
LEAST_VERSION = 3
"""Of Landlock: the first in which a file cannot be emptied from outside."""
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
READ_FILE, READ_DIR, EXECUTE = 1 << 2, 1 << 3, 1 << 0
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
WRITE_FILE, TRUNCATE, IOCTL_DEV = 1 << 1, 1 << 14, 1 << 15
SIGNALS_AND_ABSTRACT_SOCKETS = 3
LINUX_CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Read the policy, hold this process to it, and run the command."""
    descriptor, command = int(sys.argv[1]), sys.argv[2:]
    try:
        with os.fdopen(descriptor, "rb") as file:
            policy = json.load(file)
        ruleset = make_ruleset(policy)
        give_up_capabilities()
        checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
        system_call(RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
        filter_calls(bytes.fromhex(policy["seccomp"]))
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"mogplex: this command was not started: no Landlock sandbox: {error}\n")
        os._exit(EXIT_NO_SANDBOX)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        os._exit(127)


def make_ruleset(policy: dict[str, Any]) -> int:
    """A descriptor of the rules. Raises OSError where Landlock is missing or too old."""
    version = system_call(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < LEAST_VERSION:
        raise OSError(f"Landlock version {version}, {LEAST_VERSION} is needed")
    handled = ((1 << (15 if version < 5 else 16)) - 1) & ~EXECUTE
    write = handled & ~(READ_FILE | READ_DIR | MAKE_CHAR | MAKE_BLOCK)
    scoped = SIGNALS_AND_ABSTRACT_SOCKETS if version >= 6 else 0
    attributes = struct.pack("QQQ", handled, 0, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = system_call(CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    allow(ruleset, "/", READ_DIR)
    for path in policy["readable"]:
        allow(ruleset, path, READ_FILE | READ_DIR)
    for path in policy["writable"]:
        allow(ruleset, path, write | READ_FILE | READ_DIR)
    for path in policy["devices"]:
        allow(ruleset, path, write | READ_FILE | READ_DIR)
    return ruleset


def allow(ruleset: int, path: str, access: int) -> None:
    """Open what is at `path`, with all below it; what is not there cannot be opened."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - pathlib would be most of the time this program takes
            access &= READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV
        if access:
            system_call(ADD_RULE, ruleset, 1, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)


def give_up_capabilities() -> None:
    """Root keeps its name and its files, and nothing else of its power."""
    header = struct.pack("=Ii", LINUX_CAPABILITY_VERSION_3, 0)
    checked(libc.capset(header, struct.pack("=6I", *([0] * 6))), "capset")


def filter_calls(program: bytes) -> None:
    """Allow no other system calls than the filter does, for good."""
    kept = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    checked(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, described, 0, 0), "seccomp")


def system_call(number: int, *arguments: Any) -> int:
    """A call the C library has no name for. Raises OSError."""
    return checked(libc.syscall(ctypes.c_long(number), *arguments), f"system call {number}")


def checked(result: int, what: str) -> int:
    """`result`, unless it says that the call failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


if __name__ == "__main__":
    main()
