"""Reads a file of the workspace, to be looked at around the hunks of a diff."""

from pathlib import Path

from mogplex_cli.store.offers import WholeFile

MAX_BYTES = 2 * 1024 * 1024


def read_whole_file(workspace: str, path: str) -> WholeFile:
    """The file `path`, relative to `workspace`. Never raises, and never reads outside of it or anything unusual."""
    try:
        root = Path(workspace).resolve(strict=True)
        file = (root / path).resolve(strict=True)
        if not file.is_relative_to(root) or not file.is_file():
            return WholeFile(path, "", "it is not a file of the workspace")
        if file.stat().st_size > MAX_BYTES:
            return WholeFile(path, "", f"it is larger than {MAX_BYTES // 1024 // 1024} MB")
        return WholeFile(path, file.read_text("utf-8"))
    except UnicodeDecodeError:
        return WholeFile(path, "", "it is not text")
    except (OSError, ValueError) as error:
        return WholeFile(path, "", getattr(error, "strerror", None) or "it cannot be read")
