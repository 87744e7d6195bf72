"""A call that was refused for its credential is made once more, when the credential is one that can be renewed."""

from pydantic_ai.exceptions import ModelAuthenticationError

from mogplex_daemon.harness.base import HarnessFailed
from mogplex_daemon.harness.model_access import ChosenModel, KeyLost


async def renewed_key(error: Exception, chosen: ChosenModel | None) -> bool:
    """Whether there is another credential now. Raises HarnessFailed when the sign-in has ended."""
    source = chosen.provider.key_source if chosen else None
    if source is None or not isinstance(error, ModelAuthenticationError):
        return False
    try:
        await source.renewed()
    except KeyLost as lost:
        raise HarnessFailed("model_auth", str(lost)) from lost
    return True
