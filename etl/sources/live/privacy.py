"""Who asked, without saying who: an e-mail address becomes a keyed hash before anything is stored.

The key comes from the environment and never stands in a file. Without it a person's pseudonym cannot be
computed from the address; with another key every requester is somebody new.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from config.errors import BadSetting

KEY_VARIABLE = "DESKPULSE_PSEUDONYM_KEY"
SHORTEST_KEY = 32  # characters
SAMPLE_KEYS = ("changeme", "secret", "example", "0123456789")
PSEUDONYM_LENGTH = 32  # hex digits: 128 bits


class Pseudonyms:
    """Turns addresses into pseudonyms with one key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    @property
    def key(self) -> bytes:
        """The key, for what else must not be guessed."""
        return self._key

    def of(self, address: str | None) -> str | None:
        """Return the pseudonym of an e-mail address, whatever its case and spaces; None of none."""
        told = (address or "").strip().lower()
        if not told:
            return None
        return hmac.new(self._key, told.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]


def pseudonyms(environ: Mapping[str, str]) -> Pseudonyms:
    """Return the pseudonyms of this installation; raises ``BadSetting`` for a missing, short or sample key."""
    key = environ.get(KEY_VARIABLE, "")
    make = "make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
    if not key:
        raise BadSetting(f"{KEY_VARIABLE} is not set: requesters are stored under a keyed hash; {make}, and keep it")
    if len(key) < SHORTEST_KEY or any(key.lower().startswith(sample) for sample in SAMPLE_KEYS):
        raise BadSetting(f"{KEY_VARIABLE} is too short or a sample; {make}")
    if len(set(key)) < 8:
        raise BadSetting(f"{KEY_VARIABLE} repeats too few characters to be a key; {make}")
    return Pseudonyms(key)
