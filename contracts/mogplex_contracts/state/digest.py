"""One short value that is equal exactly when two run states are."""

import hashlib
import json

from mogplex_contracts.state.run import RunState


def digest(state: RunState) -> str:
    """SHA-256, 64 hex characters, of the state's canonical JSON. Live text is left out."""
    plain = state.model_dump(mode="json")
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
