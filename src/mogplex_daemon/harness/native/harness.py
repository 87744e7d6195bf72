"""The native harness: Mogplex's own agents, for one run."""

import anyio.to_thread

from mogplex_daemon.harness.base import HarnessContext, HarnessFailed, HarnessRefused
from mogplex_daemon.harness.model_access import NoModel, choose_model
from mogplex_daemon.harness.model_told import model_told
from mogplex_daemon.harness.native.work import NativeWork


class NativeHarness:
    """Finds the model, and lets the agents work with it."""

    def __init__(self) -> None:
        self._work: NativeWork | None = None

    async def run(self, context: HarnessContext) -> None:
        """Work on the task until it is done and nobody has more to say. Raises HarnessFailed."""
        try:
            chosen = choose_model(context.spec.models, context.model)
        except NoModel as missing:
            raise HarnessFailed("no_model", str(missing)) from missing
        why = "the default" if context.model is None else "its whole name"
        for routed in model_told(chosen.slug, context.model, why):
            await context.emit(routed)
        self._work = NativeWork(context, chosen)
        await self._work.run()

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop the current step of one agent, or of all; False when nothing worked."""
        return self._work is not None and self._work.team.interrupt(agent_id)

    async def use_model(self, model: str) -> None:
        """Use another model from the next call of every agent on. Raises HarnessRefused when nobody has it."""
        work = self._work
        if work is None:
            return
        try:
            chosen = choose_model(work.context.spec.models, model)
        except NoModel as missing:
            raise HarnessRefused(str(missing)) from missing
        # In a thread, because it may load another SDK.
        await anyio.to_thread.run_sync(work.load, chosen)
        work.chosen = chosen
