import sys
from pathlib import Path

import anyio
import pytest

from mogplex_daemon.harness.base import AgentCommand
from mogplex_daemon.harness.claude_code.control import Control, ControlFailed
from mogplex_daemon.runhost.agent_program import running_agent

pytestmark = pytest.mark.anyio
DEAF = "import os; os.close(0); print('deaf', flush=True); os._exit(3)"


async def test_one_that_reads_no_more_is_waited_for_until_its_end_is_known(tmp_path: Path):
    command = AgentCommand((sys.executable, "-c", DEAF))
    async with running_agent(command, tmp_path, tmp_path) as program, anyio.create_task_group() as tasks:
        control = Control(program)
        assert await program.receive() == b"deaf"
        # Its end is seen before it is told.
        await program.wait()

        async def read() -> None:
            while await program.receive() is not None:
                pass
            control.gone()

        tasks.start_soon(read)
        with pytest.raises(ControlFailed, match="it has ended"):
            await control.ask("interrupt", 60.0)
