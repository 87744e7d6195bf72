"""`mogplex`: reads the command line and opens the cockpit. Importing this loads neither Textual nor pydantic."""

import sys
from collections.abc import Sequence

from mogplex_cli.garbage import collect_later


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        from mogplex_cli.headless.output import write_out
        from mogplex_contracts.version import VERSION

        sys.exit(write_out(f"mogplex {VERSION}\n"))
    collect_later()
    if words[:1] == ["approvals"]:
        from mogplex_cli.headless.approvals import run

        run(words[1:])
    if words[:1] == ["doctor"]:
        from mogplex_cli.headless.doctor.command import run as examine

        sys.exit(examine(words[1:]))
    from mogplex_cli.arguments import parse_arguments
    from mogplex_cli.launch import launch

    sys.exit(launch(parse_arguments(words)))
