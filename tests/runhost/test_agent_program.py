import sys
from pathlib import Path

import anyio
import psutil
import pytest

from mogplex_contracts.framing import Oversized
from mogplex_daemon.harness.base import AgentCommand, AgentGone, AgentNotStarted
from mogplex_daemon.runhost.agent_program import running_agent

pytestmark = pytest.mark.anyio


def program(text: str, **environ: str | None) -> AgentCommand:
    return AgentCommand((sys.executable, "-c", text), environ, line_limit=10_000)


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_lines_go_in_and_come_out_until_its_input_ends(tmp_path: Path):
    async with running_agent(
        program("import sys\nfor line in sys.stdin: print(line.upper(), end='', flush=True)"),
        tmp_path,
        tmp_path,
    ) as agent:
        await agent.send(b"one")
        assert await agent.receive() == b"ONE"
        await agent.send(b"two")
        assert await agent.receive() == b"TWO"
        assert agent.exit_code is None
        await agent.close_input()
        assert await agent.receive() is None
        assert await agent.wait() == 0


async def test_it_works_in_the_workspace_without_our_credential_and_with_what_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MOGPLEX_API_KEY", "secret")
    monkeypatch.setenv("GONE", "1")
    text = "import os; print(os.getcwd(), os.environ.get('MOGPLEX_API_KEY'), os.environ.get('GONE'), os.environ['SET'])"
    async with running_agent(program(text, GONE=None, SET="yes"), tmp_path, tmp_path) as agent:
        assert await agent.receive() == f"{tmp_path} None None yes".encode()


async def test_a_line_too_long_is_told_and_the_next_one_comes(tmp_path: Path):
    async with running_agent(program("print('x' * 50_000); print('after')"), tmp_path, tmp_path) as agent:
        assert await agent.receive() == Oversized(1, 50_000)
        assert await agent.receive() == b"after"


async def test_a_torn_last_line_is_still_a_line(tmp_path: Path):
    async with running_agent(program("print('{\"half\":', end='')"), tmp_path, tmp_path) as agent:
        assert await agent.receive() == b'{"half":'
        assert await agent.receive() is None


async def test_a_flood_on_stderr_holds_nothing_up_and_its_tail_is_kept_harmless(tmp_path: Path):
    text = "import sys\nfor n in range(20_000): print('noise \\x1b[31m', n, file=sys.stderr)\nprint('done')"
    async with running_agent(program(text), tmp_path, tmp_path) as agent:
        assert await agent.receive() == b"done"
        assert await agent.wait() == 0
        assert await agent.receive() is None
        assert "\x1b" not in agent.stderr_tail
        assert len(agent.stderr_tail) < 30_000


async def test_nothing_it_started_is_left_also_when_it_ignores_every_request(tmp_path: Path):
    text = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(1000)\n"
    )
    with anyio.CancelScope() as scope:
        async with running_agent(program(text), tmp_path, tmp_path) as agent:
            line = await agent.receive()
            assert isinstance(line, bytes)
            scope.cancel()
            await anyio.sleep_forever()
    assert agent.exit_code == 137
    assert not runs(int(line))


async def test_one_that_crashed_can_be_told_nothing(tmp_path: Path):
    async with running_agent(program("import os; os.kill(os.getpid(), 9)"), tmp_path, tmp_path) as agent:
        assert await agent.receive() is None
        assert await agent.wait() == 137
        with pytest.raises(AgentGone):
            for _ in range(100):
                await agent.send(b"x" * 65_536)


async def test_a_missing_program_is_named(tmp_path: Path):
    with pytest.raises(AgentNotStarted, match="no-such-agent is not installed, or not on PATH"):
        async with running_agent(AgentCommand(("no-such-agent",)), tmp_path, tmp_path):
            pass
    broken = tmp_path / "broken"
    broken.write_text("")
    broken.chmod(0o755)
    with pytest.raises(AgentNotStarted, match="could not be started"):
        async with running_agent(AgentCommand((str(broken),)), tmp_path, tmp_path):
            pass
