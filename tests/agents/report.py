"""What each agent can do, as it was seen: `python -m tests.agents.report` plays every case and writes docs/agents.md.

With names of agents only those are played; the columns of the others stay as they are.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mogplex_contracts.vocabulary import Capability
from mogplex_daemon.harness.registry import find_harness
from tests.agents.conformance import CASES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "agents.md"
RESULTS = Path(__file__).with_name("results.json")
BEGIN, END = "<!-- generated: python -m tests.agents.report -->", "<!-- end of what is generated -->"
YES, NO, NOT_MEANT = "✓", "✗", "–"

CAPABILITIES: Mapping[Capability, str] = {
    "pause": "stands still while paused",
    "steer": "is told things in the middle of a turn",
    "model": "takes another model during a run",
    "sub_agents": "its own agents are shown as such",
    "edited_input": "takes an action that a person has edited",
    "cost": "what it costs is known",
    "resume": "goes on after its program crashed",
}

Results = dict[str, dict[str, Any]]
"""By agent: `version`, and `cases`, case name to whether it passed."""


class Collector:
    """A plugin of pytest that keeps how each case ended. Tests say which by `user_properties`."""

    def __init__(self) -> None:
        self.results: Results = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test: any that fails, fails the case."""
        told = dict(report.user_properties)
        if "agent" not in told or (report.when != "call" and report.passed):
            return
        agent = self.results.setdefault(str(told["agent"]), {"version": told["version"], "cases": {}})
        cases: dict[str, bool] = agent["cases"]
        case = str(told["case"])
        cases[case] = cases.get(case, True) and report.passed


def table(results: Results) -> str:
    """What stands on the page: capabilities as they are declared, then cases as they were seen."""
    agents = sorted(results)
    head = ["", *(f"{agent} {results[agent]['version']}" for agent in agents)]
    rows = [
        [words, *(YES if name in find_harness(agent).capabilities else NO for agent in agents)]
        for name, words in CAPABILITIES.items()
    ]
    seen = [
        [case.title, *(_mark(results[agent]["cases"].get(case.name)) for agent in agents)] for case in CASES
    ]
    return "\n".join(
        (
            "## What an agent can do",
            "",
            *_lines([["capability", *head[1:]], *rows]),
            "",
            "## What was seen",
            "",
            f"Each line was played on the real program, through a real run host, with a model server on loopback. "
            f"{YES} passed · {NO} failed · {NOT_MEANT} not meant for it.",
            "",
            *_lines([["case", *head[1:]], *seen]),
        )
    )


def page(before: str, results: Results) -> str:
    """The page with its generated part replaced."""
    head, _, rest = before.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{table(results)}\n\n{END}{tail}"


def main(names: list[str]) -> int:
    """Play, keep, write; the exit status of the tests."""
    collector = Collector()
    chosen = " or ".join(f"{name.replace('-', '_')}_conforms" for name in names) if names else "conforms"
    status = pytest.main(
        ["-q", "-p", "no:cacheprovider", "-k", chosen, str(Path(__file__).parent)], plugins=[collector]
    )
    known: Results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    results = known | collector.results
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(page(PAGE.read_text("utf-8"), results), "utf-8")
    return int(status)


def _mark(passed: bool | None) -> str:
    return NOT_MEANT if passed is None else YES if passed else NO


def _lines(rows: list[list[str]]) -> list[str]:
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return [head, f"| --- |{' :-: |' * (len(rows[0]) - 1)}", *rest]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
