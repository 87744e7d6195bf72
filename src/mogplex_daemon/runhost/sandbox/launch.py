"""How a confined command is started: other words before its own, and files it inherits."""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Launch:
    """What really is started for a command."""

    argv: tuple[str, ...]
    pass_fds: tuple[int, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict[str, str])
    """Set over the command's environment."""


@contextmanager
def memory_file(content: bytes) -> Generator[int]:
    """A descriptor to read `content` from, which is nowhere on the disk."""
    with ExitStack() as stack:
        descriptor = os.memfd_create("mogplex-sandbox")
        stack.callback(os.close, descriptor)
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor


def words(argv: Sequence[object]) -> tuple[str, ...]:
    """Arguments as the strings they are."""
    return tuple(str(each) for each in argv)
