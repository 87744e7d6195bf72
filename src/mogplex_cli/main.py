"""`mogplex`: reads the command line and opens the cockpit. Importing this loads neither Textual nor pydantic."""

import sys
from collections.abc import Sequence

EXIT_USAGE = 64


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        from mogplex_contracts.version import VERSION

        sys.stdout.write(f"mogplex {VERSION}\n")
        return
    from mogplex_cli.arguments import parse_arguments
    from mogplex_cli.launch import launch

    sys.exit(launch(parse_arguments(words)))
