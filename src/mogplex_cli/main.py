"""`mogplex`: reads the command line and opens the cockpit. Importing this loads neither Textual nor pydantic."""

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        from mogplex_cli.headless.output import write_out
        from mogplex_contracts.version import VERSION

        sys.exit(write_out(f"mogplex {VERSION}\n"))
    # Collecting garbage while modules load finds none and takes a tenth of the start; the cockpit turns it
    # on again with its first picture, and whatever else is launched ends soon.
    gc.disable()
    if words[:1] == ["approvals"]:
        from mogplex_cli.headless.approvals import run

        run(words[1:])
    if words[:1] == ["doctor"]:
        from mogplex_cli.headless.doctor.command import run as examine

        sys.exit(examine(words[1:]))
    from mogplex_cli.arguments import parse_arguments
    from mogplex_cli.launch import launch

    sys.exit(launch(parse_arguments(words)))
