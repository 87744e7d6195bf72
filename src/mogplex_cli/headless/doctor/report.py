"""The doctor's report as lines and as JSON. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mogplex_cli.headless.doctor.finding import Finding, Standing
from mogplex_contracts.text import one_line
from mogplex_contracts.version import VERSION

GLYPHS: dict[Standing, str] = {"nominal": "●", "degraded": "◆", "offline": "○"}
INDENT = " " * 16


def report_lines(findings: Mapping[str, Sequence[Finding]]) -> list[str]:
    """A line for each finding, one more for what to do about it, and a summary."""
    lines = [f"mogplex {VERSION}", ""]
    for section in findings.values():
        for each in section:
            lines.append(f"{GLYPHS[each.standing]} {one_line(each.name, 30):<13} {one_line(each.told, 300)}")
            if each.fix and each.standing != "nominal":
                lines.append(f"{INDENT}→ {one_line(each.fix, 300)}")
    return [*lines, "", summary(findings)]


def summary(findings: Mapping[str, Sequence[Finding]]) -> str:
    """How many are how."""
    every = [each.standing for section in findings.values() for each in section]
    words: tuple[Standing, ...] = ("nominal", "degraded", "offline")
    return " · ".join(f"{every.count(word)} {word}" for word in words if word in every)


def report_json(findings: Mapping[str, Sequence[Finding]]) -> str:
    """One JSON object: `version`, `healthy`, and the findings by section."""
    content: dict[str, Any] = {
        "version": VERSION,
        "healthy": healthy(findings),
        "checks": {
            section: [
                {
                    "name": each.name,
                    "standing": each.standing,
                    "told": each.told,
                    "fix": each.fix,
                    "facts": dict(each.facts),
                }
                for each in found
            ]
            for section, found in findings.items()
        },
    }
    return json.dumps(content, ensure_ascii=False)


def healthy(findings: Mapping[str, Sequence[Finding]]) -> bool:
    """Whether everything that nothing goes without is there."""
    return not any(
        each.needed and each.standing == "offline" for section in findings.values() for each in section
    )
