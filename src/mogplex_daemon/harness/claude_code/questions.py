"""Questions and plans that Claude Code puts to the person, as approvals: the note of the answer is the answer. Pure."""

from dataclasses import replace

from mogplex_daemon.harness.agents.reading import Object, as_objects, as_text
from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.harness.claude_code.tools import SERVER

DECIDE = "No person answers now. Choose what seems best yourself, and say what you chose and why."
"""What the agent is told when a rule lets its question pass: nobody has seen it."""
HOW_TO_ANSWER = """a note    is the answer, whether it comes with an approval or a rejection
approve   takes the first choice
reject    leaves it unanswered"""
HOW_TO_PLAN = """approve   let it carry out the plan; every step of it is still asked
reject    with a note: it plans again"""


def question_request(asked: ActionRequest, tool_input: Object) -> ActionRequest:
    """The approval that shows the questions with their choices."""
    pieces: list[str] = []
    for question in as_objects(tool_input.get("questions")):
        more = "  (several may be chosen)" if question.get("multiSelect") is True else ""
        pieces.append(f"{as_text(question.get('question'))}{more}")
        for option in as_objects(question.get("options")):
            about = as_text(option.get("description"))
            pieces.append(f"  - {as_text(option.get('label'))}" + (f": {about}" if about else ""))
        pieces.append("")
    first = _first(tool_input.get("questions"))
    target = as_text(first.get("question")) or "a question"
    return replace(asked, target=target, detail="\n".join([*pieces, HOW_TO_ANSWER]), risk="low")


def plan_request(asked: ActionRequest, plan: str) -> ActionRequest:
    """The approval that shows the plan."""
    return replace(
        asked,
        descriptor=f"mcp:{SERVER}/ExitPlanMode",
        target="the plan",
        detail=f"{plan or '(it shows no plan)'}\n\n{HOW_TO_PLAN}",
        risk="low",
    )


def answers(tool_input: Object, verdict: Verdict) -> dict[str, str] | None:
    """Question to answer; None when nobody has answered. Whoever writes a note means it as the answer."""
    note = verdict.note.strip()
    if not (verdict.decision == "approved" or (verdict.decision == "rejected" and note)):
        return None
    found: dict[str, str] = {}
    for question in as_objects(tool_input.get("questions")):
        first = _first(question.get("options"))
        found[as_text(question.get("question"))] = note or as_text(first.get("label")) or "Yes"
    return found


def _first(value: object) -> Object:
    found = as_objects(value)
    return found[0] if found else {}
