import errno
import struct

import pytest

from mogplex_daemon.runhost.sandbox.seccomp import (
    AF_INET,
    AF_INET6,
    AF_NETLINK,
    AF_UNIX,
    ALLOW,
    ARCHITECTURES,
    FAIL_WITH,
    KILL_PROCESS,
    filter_program,
    socket_families,
)

PERMISSION = FAIL_WITH | errno.EPERM
SIGCHLD, CLONE_NEWUSER, CLONE_VM = 17, 0x10000000, 0x100
UNSHARE, READ, X32_READ = {"x86_64": 272, "aarch64": 97}, {"x86_64": 0, "aarch64": 63}, 0x40000000


def decide(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel does with a call: runs the program as it would."""
    data = struct.pack("<iIQ6Q", number, audit, 0, *arguments, *([0] * (6 - len(arguments))))
    accumulator = place = 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("<HBBI", program, place * 8)
        place += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x54:
                accumulator &= value
            case 0x15:
                place += if_true if accumulator == value else if_false
            case 0x35:
                place += if_true if accumulator >= value else if_false
            case 0x06:
                return value
            case _:
                raise AssertionError(code)


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


def test_ordinary_calls_are_allowed_and_ways_out_are_not(machine: str) -> None:
    there, program = ARCHITECTURES[machine], filter_program(machine, (AF_INET,))
    assert decide(program, there.audit, READ[machine]) == ALLOW
    assert decide(program, there.audit, UNSHARE[machine]) == PERMISSION
    assert {decide(program, there.audit, number) for number in there.denied} == {PERMISSION}


def test_a_process_may_be_made_and_a_namespace_not(machine: str) -> None:
    there, program = ARCHITECTURES[machine], filter_program(machine, ())
    assert decide(program, there.audit, there.clone, SIGCHLD | CLONE_VM) == ALLOW
    assert decide(program, there.audit, there.clone, SIGCHLD | CLONE_NEWUSER) == PERMISSION
    assert decide(program, there.audit, there.clone3) == FAIL_WITH | errno.ENOSYS


def test_sockets_only_of_the_given_families(machine: str) -> None:
    there, program = ARCHITECTURES[machine], filter_program(machine, (AF_INET, AF_INET6))
    answers = [
        decide(program, there.audit, there.socket, family, 1) for family in (AF_INET, AF_INET6, AF_UNIX)
    ]
    assert answers == [ALLOW, ALLOW, PERMISSION]


def test_pairs_of_sockets_but_not_for_datagrams(machine: str) -> None:
    there, program = ARCHITECTURES[machine], filter_program(machine, ())
    nonblocking = 0o4000
    answers = [
        decide(program, there.audit, there.socketpair, AF_UNIX, kind | nonblocking) for kind in (1, 2, 5)
    ]
    assert answers == [ALLOW, PERMISSION, ALLOW]


def test_another_architecture_is_the_end(machine: str) -> None:
    assert decide(filter_program(machine, ()), 0x40000003, 1) == KILL_PROCESS


def test_the_second_numbering_of_x86_is_refused() -> None:
    there = ARCHITECTURES["x86_64"]
    assert decide(filter_program("x86_64", ()), there.audit, X32_READ) == PERMISSION


def test_an_unknown_processor_has_no_filter() -> None:
    with pytest.raises(KeyError):
        filter_program("riscv64", ())


@pytest.mark.parametrize(
    ("private", "network", "local", "families"),
    [
        (True, False, False, {AF_INET, AF_INET6, AF_NETLINK}),
        (False, False, False, set()),
        (False, True, False, {AF_INET, AF_INET6, AF_NETLINK}),
        (False, False, True, {AF_UNIX}),
    ],
)
def test_families_by_what_a_person_opened(
    private: bool, network: bool, local: bool, families: set[int]
) -> None:
    assert set(socket_families(private, network, local)) == families
