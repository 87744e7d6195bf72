"""Why a turn failed, in words for the person whose run it ends. Pure.

The protocol has one error for everything, so what the agent says of it is all there is.
"""

import re
from collections.abc import Mapping, Sequence

from mogplex_contracts.text import one_line
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.usage import has_counted_nothing
from mogplex_daemon.harness.agents.jsonrpc import RpcError
from mogplex_daemon.harness.agents.reading import Object, as_objects, as_text
from mogplex_daemon.harness.base import HarnessFailed

AUTH_REQUIRED = -32000
"""The protocol's code of an agent that wants a login first."""
SAID_CHARACTERS = 500
SIGNS: Sequence[tuple[str, str]] = (
    ("model_rate_limit", r"\b429\b|rate.?limit|too many requests|resource.?exhausted"),
    ("model_quota", r"\b402\b|quota|billing|insufficient.{0,10}(funds|credit|balance)"),
    ("model_auth", r"\b40[13]\b|unauthori[sz]ed|api.?key|authenticat|permission.?denied|credential"),
    ("model_not_found", r"\b404\b|(model|provider).{0,40}not.?found|unknown.{0,10}model|no such model"),
    ("model_context_full", r"context.{0,20}(length|window|exceed)|too many tokens|prompt is too long"),
    (
        "model_unreachable",
        r"unable to connect|cannot connect|fetch failed|econnrefused|enotfound|etimedout|econnreset|network|socket",
    ),
    ("model_unavailable", r"\b5\d\d\b|overloaded|unavailable|internal server error|bad gateway"),
)
"""By what is said, in this order: our code."""
ADVICE: Mapping[str, str] = {
    "model_rate_limit": "Wait a little and start the run again.",
    "model_quota": "Top up the account, or start again with another model.",
    "model_auth": "Check the login of the agent, then start the run again.",
    "model_not_found": "Check the model's name and start again.",
    "model_context_full": "Start a new run with a smaller task.",
    "model_unreachable": "Check the network and the provider's address, then start the run again.",
    "model_unavailable": "Start the run again later, or with another model.",
    "model_cut_off": "Check the network and start the run again.",
}
STOPS: Mapping[str, tuple[str, str]] = {
    "max_tokens": (
        "agent_limit",
        "it reached the length its model may answer in; start a run that goes on from here",
    ),
    "max_turn_requests": ("agent_limit", "it reached its limit of steps; start a run that goes on from here"),
    "refusal": ("model_refused", "its model refuses to go on; put the task in other words and start again"),
}
"""How a turn may stop that is no end: our code, and what to say."""


def failure_code(said: str, status: int | None = None, otherwise: str = "model_failed") -> str:
    """Our code for what an agent said of a failed call of its model; `otherwise` when that says nothing."""
    text = f"{said} {status if status is not None and 400 <= status < 600 else ''}"
    return next((code for code, sign in SIGNS if re.search(sign, text, re.IGNORECASE)), otherwise)


def turn_failure(agent: Agent, error: RpcError) -> HarnessFailed:
    """The end of a run whose prompt was answered with an error."""
    return model_failure(agent, str(error), error.code)


def model_failure(
    agent: Agent, said: str, status: int | None = None, *, code: str = "", otherwise: str = "model_failed"
) -> HarnessFailed:
    """The end of a run whose agent gets nowhere with its model: what it said, and what to do."""
    code = code or failure_code(said, status, otherwise)
    told = one_line(said, SAID_CHARACTERS).rstrip(".") or "it did not say why"
    number = f" ({status})" if status is not None and 400 <= status < 600 and str(status) not in told else ""
    advice = agent.advice.get(code) or ADVICE.get(code, "Start the run again.")
    return HarnessFailed(code, f"{agent.name}: {told}{number}. {advice}")


def stop_failure(agent: Agent, reason: str) -> HarnessFailed | None:
    """The end of a run whose turn stopped for this reason; None when that is no failure."""
    found = STOPS.get(reason)
    return None if found is None else HarnessFailed(found[0], f"{agent.name}: {found[1]}")


def refused_start(agent: Agent, error: RpcError, methods: object) -> HarnessFailed:
    """The end of a run whose agent opens no session."""
    if error.code == AUTH_REQUIRED or failure_code(str(error)) == "model_auth":
        ways = ", ".join(filter(None, (as_text(each.get("name")) for each in as_objects(methods))))
        offered = f" (it offers: {one_line(ways)})" if ways else ""
        return HarnessFailed(
            "agent_login",
            f"{agent.name} wants a login first: {one_line(str(error), SAID_CHARACTERS)}{offered}; {agent.login}, "
            "then start the run again",
        )
    return HarnessFailed(
        "agent_refused", f"{agent.name} refused to work: {one_line(str(error), SAID_CHARACTERS)}"
    )


def last_error(agent: Agent, stderr: str) -> str:
    """What the newest line on stderr says of a failed call of the model; nothing when none does."""
    if agent.error_line is None:
        return ""
    found = ""
    for line in stderr.splitlines():
        match = agent.error_line.search(line)
        found = match[1] if match else found
    return found


def silent_failure(agent: Agent, result: Object) -> HarnessFailed | None:
    """The end of a turn that looks well but of which nothing came; None when all is well."""
    if not agent.counts_finished_calls or not has_counted_nothing(result):
        return None
    return model_failure(agent, "its model never finished an answer", code="model_cut_off")
