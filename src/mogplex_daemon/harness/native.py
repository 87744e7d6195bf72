"""The native harness: our own loop on a model provider. This version comes without any provider."""

from mogplex_daemon.harness.base import HarnessContext, HarnessFailed


class NativeHarness:
    """Refuses to start, because there is no model it could call."""

    async def run(self, context: HarnessContext) -> None:
        """Raises HarnessFailed: it says how to start without a provider."""
        raise HarnessFailed(
            "no_model",
            "the native harness has no model provider in this version; start with --harness demo",
        )

    async def interrupt(self, agent_id: str | None) -> bool:
        """False: nothing ever works here."""
        return False
