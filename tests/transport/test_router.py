from itertools import product

import pytest

from mogplex_cli.transport.router import FALLBACK_CODE, resolve

VARIABLE = [
    None,
    "",
    "process",
    "live",
    "daemon",
    "stdio",
    "bogus",
    "PROCESS",
    "Live",
    "DAEMON",
    "Stdio",
    "BOGUS",
]
FLAG = [None, "run_flag"]
ATTACH_VARIABLE = [None, "", "run_environment"]
TERMINAL = [True, False]


def specified(
    variable: str | None, flag: str | None, attach: str | None, terminal: bool
) -> tuple[str, str | None]:
    """The rules of the specification, in its order: the transport, and the run to attach to.

    1. MOGPLEX_TRANSPORT=process or live: process. 2. MOGPLEX_TRANSPORT=daemon, or a run to attach to
    (--attach, or MOGPLEX_ATTACH_RUN_ID, which is the same): daemon. 3. MOGPLEX_TRANSPORT=stdio, or a stdin
    that is no terminal: stdio. 4. A terminal, and nothing else asked for: process. 5. Else the daemon, with
    a diagnostic.
    """
    said = (variable or "").lower()
    run = flag or attach or None
    if said in ("process", "live"):
        return "process", None
    if said == "daemon" or run:
        return "daemon", run
    if said == "stdio" or not terminal:
        return "stdio", None
    if said == "":
        return "process", None
    return "fallback", None


ROWS = list(product(VARIABLE, FLAG, ATTACH_VARIABLE, TERMINAL))


@pytest.mark.parametrize(("variable", "flag", "attach", "terminal"), ROWS)
def test_every_row_of_the_table(variable: str | None, flag: str | None, attach: str | None, terminal: bool):
    environ = {"MOGPLEX_TRANSPORT": variable, "MOGPLEX_ATTACH_RUN_ID": attach, "TERM": "xterm"}
    route = resolve({key: value for key, value in environ.items() if value is not None}, flag, terminal)
    transport, run = specified(variable, flag, attach, terminal)
    assert route.transport == ("daemon" if transport == "fallback" else transport)
    assert route.attach_run_id == run
    assert (route.diagnostic is not None) == (transport == "fallback")
    assert route.reason


def test_a_fallback_says_what_was_wrong_and_what_to_do():
    route = resolve({"MOGPLEX_TRANSPORT": "carrier-pigeon"}, None, True)
    assert route.transport == "daemon"
    assert "MOGPLEX_TRANSPORT=carrier-pigeon" in (route.diagnostic or "")
    assert "process" in (route.diagnostic or "")
    assert FALLBACK_CODE == "transport_fallback"


def test_the_flag_goes_before_the_variable():
    assert resolve({"MOGPLEX_ATTACH_RUN_ID": "run_b"}, "run_a", True).attach_run_id == "run_a"
