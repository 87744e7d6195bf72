"""Approvals as numbered questions: a number is given once everything that is asked was said, and never again."""

from dataclasses import dataclass

from mogplex_cli.cockpit.kit.glyphs import RISK
from mogplex_cli.store.selectors.approvals import ApprovalItem


@dataclass(frozen=True, slots=True)
class Question:
    """One approval as it was asked."""

    number: int
    item: ApprovalItem


class Questions:
    """Which number means which approval, and what of it the person was told."""

    def __init__(self) -> None:
        self._by_id: dict[str, Question] = {}
        self._by_number: dict[int, Question] = {}

    def is_new(self, item: ApprovalItem) -> bool:
        """Whether it was not asked yet, or not as it is now."""
        asked = self._by_id.get(item.approval_id)
        return asked is None or asked.item.shown != item.shown

    def ask(self, item: ApprovalItem) -> list[str]:
        """The lines that ask it; from now on its number can be answered."""
        before = self._by_id.get(item.approval_id)
        question = Question(before.number if before else len(self._by_id) + 1, item)
        self._by_id[item.approval_id] = question
        self._by_number[question.number] = question
        return question_lines(question)

    def asked(self, number: int) -> Question | None:
        """The question of this number."""
        return self._by_number.get(number)


def question_lines(question: Question) -> list[str]:
    """Everything that is decided on, in full. Pure."""
    number, item = question.number, question.item
    _, word, _ = RISK[item.risk]
    role = f" · {item.role}" if item.role else ""
    lines = [f"question {number} · {word} risk · {item.sentence}{role}"]
    if item.where:
        lines.append(f"  asked by: {item.where}")
    if item.risk_reason:
        lines.append(f"  risk: {item.risk_reason}")
    if item.why:
        lines.append(f"  why asked: {item.why}")
    lines.append(f"  tool: {item.tool}")
    lines.extend(
        f"  {'target' if place == 0 else '      '}: {row}" for place, row in enumerate(_rows(item.target))
    )
    if item.detail and item.detail != item.target:
        lines.append("  in full:")
        lines.extend(f"  | {row}" for row in _rows(item.detail))
    lines.append(answers(number))
    return lines


def answers(number: int) -> str:
    """How a question is answered."""
    return (
        f"answer question {number}: a {number} approves · r {number} rejects, words for the agent may follow"
    )


def again(question: Question) -> str:
    """What is said before a high risk is let happen."""
    number, item = question.number, question.item
    target = " ".join(item.target.split())
    return f"question {number} is HIGH risk: {item.tool} {target} · type a {number} again to approve it"


def _rows(text: str) -> list[str]:
    return text.split("\n")
