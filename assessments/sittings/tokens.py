"""Secret links: the token goes out in the e-mail, only its hash is stored."""

from __future__ import annotations

import hashlib
import secrets


def mint() -> tuple[str, str]:
    """Return a new token and its hash."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    # A fast hash is enough: 256 random bits cannot be guessed, slowly or quickly.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
