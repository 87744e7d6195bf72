"""Runs beside the one of the scenes, as a daemon lists them."""

from mogplex_contracts.clock import format_ts
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import RunsListed, RunSummary
from mogplex_contracts.vocabulary import ActionKind, Risk

from . import scenes

BILLING = "run_1v8x4qg7m2ke"


def asked(
    approval_id: str, risk: Risk, tool: str, target: str, seconds: float, action: ActionKind = "run_command"
) -> ApprovalRequested:
    return ApprovalRequested(
        run_id=BILLING,
        ts=format_ts(scenes.START + seconds),
        approval_id=approval_id,
        action=action,
        target=target,
        detail=target,
        digest=f"of {approval_id}",
        risk=risk,
        risk_reason="deletes a file that git does not track" if risk == "high" else "a shell command",
        tool=tool,
        agent_id="agt_1v8x4qg7m2kf",
        why=scenes.WHY,
    )


INSTALL = asked("apr_install", "medium", "run_command", "pnpm install --frozen-lockfile", -100)
MIGRATION = asked(
    "apr_migration", "high", "delete_file", "migrations/0007_drop_sessions.sql", -30, "delete_file"
)

RUNS = RunsListed(
    command_id="cmd_list",
    runs=(
        RunSummary(
            run_id=BILLING,
            status="running",
            task="upgrade the billing client and run its contract tests",
            repo="acme-billing",
            harness="native",
            model="sonnet-4.6",
            started_at=format_ts(scenes.START - 240),
            cost_usd=1.12,
            waiting=(INSTALL, MIGRATION),
        ),
        RunSummary(
            run_id="run_1v8x4qg7m2ka",
            status="running",
            task="write the changelog",
            repo="acme-docs",
            harness="demo",
            started_at=format_ts(scenes.START - 3_900),
        ),
        RunSummary(
            run_id="run_1v8x4qg7m2k9",
            status="completed",
            task="find out why the nightly export is slow",
            repo="acme-data",
            harness="native",
            model="opus-4.7",
            started_at=format_ts(scenes.START - 9_000),
            ended_at=format_ts(scenes.START - 7_200),
            cost_usd=4.2,
        ),
        RunSummary(
            run_id="run_1v8x4qg7m2k8",
            status="failed",
            task="bump node to 24",
            repo="acme-web",
            harness="native",
            started_at=format_ts(scenes.START - 90_000),
            ended_at=format_ts(scenes.START - 89_000),
        ),
    ),
)
