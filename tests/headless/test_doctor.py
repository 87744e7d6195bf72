import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from mogplex_cli.headless.doctor.checks import CHECKS
from mogplex_cli.headless.doctor.checks.account import check_account
from mogplex_cli.headless.doctor.checks.agents import AGENTS, check_agents
from mogplex_cli.headless.doctor.checks.config import check_config
from mogplex_cli.headless.doctor.checks.credentials import check_credentials
from mogplex_cli.headless.doctor.checks.daemon import check_daemon
from mogplex_cli.headless.doctor.checks.git import check_git
from mogplex_cli.headless.doctor.checks.home import check_home
from mogplex_cli.headless.doctor.checks.sandbox import check_sandbox
from mogplex_cli.headless.doctor.checks.terminal import look
from mogplex_cli.headless.doctor.command import look_at_all
from mogplex_cli.headless.doctor.finding import Check, Finding, Surroundings
from mogplex_cli.headless.doctor.report import healthy, report_json, report_lines
from mogplex_daemon.home.account_state import AccountState, save_account_state
from mogplex_daemon.home.account_tokens import AccountTokens, keep_tokens
from mogplex_daemon.home.paths import Home

pytestmark = pytest.mark.anyio
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
KEY = "sk-ant-very-secret"


@pytest.fixture
def where(tmp_path: Path) -> Surroundings:
    home = Home(tmp_path / "home")
    home.root.mkdir(mode=0o700)
    (tmp_path / "bin").mkdir()
    folder = tmp_path / "work"
    folder.mkdir()
    return Surroundings(home, folder, {"PATH": f"{tmp_path / 'bin'}:{SYSTEM_PATH}", "HOME": str(tmp_path)})


def program(where: Surroundings, name: str, script: str) -> None:
    path = where.home.root.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


async def one(check: Check, where: Surroundings, name: str = "") -> Finding:
    return next(each for each in await check(where) if not name or each.name == name)


async def test_an_agent_that_is_there_is_told_with_its_version(where: Surroundings) -> None:
    program(where, "codex", "echo codex-cli 0.141.0")
    found = await one(check_agents, where, "codex")
    assert (found.standing, found.facts["version"], found.facts["harness"]) == ("nominal", "0.141.0", "codex")


async def test_agents_that_are_missing_are_told_with_what_installs_them(where: Surroundings) -> None:
    found = await check_agents(Surroundings(where.home, where.folder, {"PATH": "/nowhere"}))
    assert [each.name for each in found] == [agent.program for agent in AGENTS]
    assert {each.standing for each in found} == {"offline"}
    assert found[1].fix == "npm install --global @anthropic-ai/claude-code"


async def test_an_agent_that_cannot_say_its_version_is_degraded(where: Surroundings) -> None:
    program(where, "gemini", "echo cannot find module >&2; exit 3")
    found = await one(check_agents, where, "gemini")
    assert found.standing == "degraded"
    assert "exit status 3: cannot find module" in found.told


async def test_what_an_agent_leaves_behind_when_it_is_asked_is_thrown_away(where: Surroundings) -> None:
    program(where, "gemini", 'mkdir "$HOME/.gemini" "${XDG_CONFIG_HOME:-$HOME/.config}"; echo 0.61.0')
    elsewhere = {**where.environ, "XDG_CONFIG_HOME": str(where.folder / "config")}
    found = await one(check_agents, Surroundings(where.home, where.folder, elsewhere), "gemini")
    assert found.facts["version"] == "0.61.0"
    assert not (where.home.root.parent / ".gemini").exists()
    assert not (where.folder / "config").exists()


async def test_an_agent_that_is_found_by_way_of_the_home_is_asked_there(where: Surroundings) -> None:
    (where.home.root.parent / ".versions").write_text("echo 2.0.1")
    program(where, "claude", 'exec sh "$HOME/.versions"')
    assert (await one(check_agents, where, "claude")).facts["version"] == "2.0.1"


async def test_mogplex_s_own_key_is_not_given_to_agents(where: Surroundings) -> None:
    program(where, "codex", 'echo "1.0 ${MOGPLEX_API_KEY:-nothing}"')
    secret = Surroundings(where.home, where.folder, {**where.environ, "MOGPLEX_API_KEY": KEY})
    assert KEY not in str(await check_agents(secret))


async def test_credentials_are_present_or_not_and_never_shown(where: Surroundings) -> None:
    assert (await one(check_credentials, where)).standing == "degraded"
    where.home.auth.write_text(json.dumps({"mogplex": {"token": KEY}}))
    found = await check_credentials(Surroundings(where.home, where.folder, {"ANTHROPIC_API_KEY": KEY}))
    assert [(each.name, each.told) for each in found] == [
        ("Anthropic", "present · ANTHROPIC_API_KEY"),
        ("Mogplex", "present · auth.json"),
    ]
    assert KEY not in report_json({"credentials": found}) + "".join(report_lines({"credentials": found}))


async def test_the_account_is_told_with_its_last_sync_and_without_asking_it(where: Surroundings) -> None:
    assert await check_account(where) == ()
    keep_tokens(where.home.auth, AccountTokens(KEY, "rt", 1.0, "https://www.mogplex.com"))
    found = await one(check_account, where)
    assert (found.standing, found.told) == (
        "nominal",
        "signed in, to be renewed with the next call · not synced yet",
    )
    save_account_state(where.home.account_state, AccountState(1.0, "", "no network"))
    found = await one(check_account, where)
    assert (found.standing, found.fix) == ("degraded", "/mcp sync") and "no network" in found.told
    elsewhere = Surroundings(where.home, where.folder, {"MOGPLEX_URL": "https://staging.mogplex.com"})
    assert "signed in at https://www.mogplex.com" in (await one(check_account, elsewhere)).told
    open_air = Surroundings(where.home, where.folder, {"MOGPLEX_URL": "http://staging.mogplex.com"})
    assert "https only" in (await one(check_account, open_air)).fix
    where.home.auth.write_text("{")
    assert str(where.home.auth) in (await one(check_account, where)).told
    assert KEY not in "".join(report_lines({"account": await check_account(elsewhere)}))


async def test_a_home_that_is_open_to_others_is_named_with_its_fix(where: Surroundings) -> None:
    assert (await one(check_home, where)).standing == "nominal"
    where.home.root.chmod(0o755)
    found = await one(check_home, where)
    assert (found.standing, found.fix) == ("degraded", f"chmod 700 {where.home.root}")
    assert stat.S_IMODE(where.home.root.stat().st_mode) == 0o755


async def test_a_home_that_is_not_there_yet_is_no_trouble_and_is_not_made(where: Surroundings) -> None:
    where.home.root.rmdir()
    assert (await one(check_home, where)).standing == "nominal"
    assert not where.home.root.exists()


async def test_a_home_in_something_that_is_no_folder_is_needed_and_missing(where: Surroundings) -> None:
    where.home.root.rmdir()
    where.home.root.write_text("")
    found = await one(check_home, where)
    assert (found.standing, found.needed) == ("offline", True)


async def test_problems_of_settings_and_rules_are_told(where: Surroundings) -> None:
    assert {each.standing for each in await check_config(where)} == {"nominal"}
    where.home.config.write_text("[runs]\nkeeep = 3\n")
    where.home.permissions.write_text("{")
    settings, permissions = await check_config(where)
    assert "line 2: runs.keeep" in settings.told
    assert permissions.standing == "degraded"


async def test_no_daemon_is_offline_and_not_needed(where: Surroundings) -> None:
    found = await one(check_daemon, where)
    assert (found.standing, found.needed) == ("offline", False)
    assert "mogplex-daemon start" in found.fix


async def test_git_and_the_repository(where: Surroundings) -> None:
    program_found, folder = await check_git(where)
    assert program_found.standing == "nominal"
    assert (folder.standing, "git init" in folder.fix) == ("degraded", True)
    subprocess.run(["git", "init", "-q", str(where.folder)], check=True)
    assert (await one(check_git, where, "repository")).told == str(where.folder)


async def test_without_git_nothing_goes(where: Surroundings) -> None:
    found = await one(check_git, Surroundings(where.home, where.folder, {"PATH": "/nowhere"}))
    assert (found.standing, found.needed) == ("offline", True)
    assert not healthy({"git": (found,)})


async def test_the_sandbox_is_really_tried(where: Surroundings) -> None:
    found = await one(check_sandbox, where)
    assert (found.standing, found.facts["method"]) == ("nominal", "bubblewrap")
    program(where, "bwrap", "echo 'bwrap: No permissions' >&2; exit 1")
    found = await one(check_sandbox, where)
    assert (found.standing, found.facts["method"]) == ("degraded", "landlock")
    assert "No permissions" in found.told
    assert found.fix.startswith("install bubblewrap")


@pytest.mark.parametrize(
    ("environ", "attached", "encoding", "standing", "word"),
    [
        ({"TERM": "xterm-256color"}, False, "utf-8", "degraded", "none attached"),
        ({"TERM": "dumb"}, True, "utf-8", "degraded", "dumb"),
        ({}, True, "utf-8", "degraded", "TERM is not set"),
        ({"TERM": "xterm-256color"}, True, "ANSI_X3.4-1968", "degraded", "ANSI_X3.4-1968"),
    ],
)
def test_a_terminal_that_can_do_less_says_what(where, environ, attached, encoding, standing, word) -> None:
    found = look(Surroundings(where.home, where.folder, environ), attached, encoding)
    assert (found.standing, word in found.told) == (standing, True)
    assert found.fix


async def test_a_check_that_hangs_or_breaks_is_a_finding_and_holds_up_no_other(where: Surroundings) -> None:
    async def hangs(_: Surroundings) -> tuple[Finding, ...]:
        await anyio.sleep_forever()
        return ()

    async def breaks(_: Surroundings) -> tuple[Finding, ...]:
        raise KeyError("x")

    async def works(_: Surroundings) -> tuple[Finding, ...]:
        return (Finding("works", "nominal", "yes"),)

    found = await look_at_all(where, {"hangs": hangs, "breaks": breaks, "works": works}, 0.05)
    assert [each[0].standing for each in found.values()] == ["degraded", "degraded", "nominal"]
    assert "no answer within 0.05 s" in found["hangs"][0].told
    assert "KeyError" in found["breaks"][0].told


def test_the_report_has_a_fix_for_whatever_is_not_nominal_and_no_escape() -> None:
    findings = {
        "a": (
            Finding("a", "nominal", "fine", "not told"),
            Finding("b", "degraded", "so\x1b[2Jso", "mend it"),
        ),
        "c": (Finding("c", "offline", "gone", "make it"),),
    }
    lines = report_lines(findings)
    assert "\x1b" not in "".join(lines)
    assert lines[-1] == "1 nominal · 1 degraded · 1 offline"
    assert [line.strip() for line in lines if "→" in line] == ["→ mend it", "→ make it"]


def test_the_program_tells_it_all_as_json(where: Surroundings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mogplex_cli", "doctor", "--json"],
        env={**os.environ, **where.environ, "MOGPLEX_HOME": str(where.home.root)},
        cwd=where.folder,
        capture_output=True,
        check=True,
    )
    content = json.loads(done.stdout)
    assert list(content["checks"]) == list(CHECKS)
    assert content["healthy"] is True
    assert done.stderr == b""


def test_an_unknown_word_is_named(where: Surroundings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mogplex_cli", "doctor", "--jason"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
