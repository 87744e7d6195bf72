"""Proof key for code exchange (RFC 7636): who asks for the token proves to be who asked for the code."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProofKey:
    """Of one sign-in."""

    verifier: str = field(repr=False)
    """43 characters that stay here until the code is exchanged."""

    @property
    def challenge(self) -> str:
        """What the browser carries: SHA-256 of the verifier, S256."""
        return _base64url(hashlib.sha256(self.verifier.encode("ascii")).digest())


def new_proof_key() -> ProofKey:
    """A random one of 256 bits."""
    return ProofKey(_base64url(secrets.token_bytes(32)))


def new_state() -> str:
    """What ties an answer to the sign-in that waits for it; also the nonce of the older flow: 32 hex characters."""
    return secrets.token_hex(16)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
