"""A folder on a real file system of a few hundred kilobytes, to be filled up."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(mount_point: Path, kilobytes: int, *, read_only: bool = False) -> Iterator[Path]:
    """A tmpfs of that size at `mount_point`. Skips the test where nobody may mount one."""
    mount_point.mkdir(parents=True, exist_ok=True)
    if os.getuid() != 0:
        pytest.skip("only root may mount a small tmpfs to fill up")
    options = f"size={kilobytes}k,mode=700" + (",ro" if read_only else "")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", str(mount_point)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield mount_point
    finally:
        subprocess.run(["umount", "--lazy", str(mount_point)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room there is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast
