"""Whom not to take in again, without saying who: a keyed hash of everybody who was erased.

The key is that of the pseudonyms and comes by environment. Without it a tombstone tells nothing and cannot be compared,
so where there are tombstones nothing is read without it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import BadSetting, RunRefused
from config.settings import Settings
from etl.sources.live.privacy import KEY_VARIABLE, Pseudonyms, pseudonyms

FILE = "erased.json"
EVERY_SOURCE = "*"
_KNOWN_KEY = "which key"  # hashed into the file, so that another key is noticed


def canonical(identity: object) -> str:
    """Return an identity as it is compared: without spaces around it, an address in lower case."""
    told = str(identity).strip()
    return told.lower() if "@" in told else told


@dataclass(frozen=True)
class Tombstones:
    """Everybody erased from one home; ``key`` is empty where nobody was."""

    path: Path
    hashes: frozenset[str] = frozenset()
    is_unfinished: bool = False  # an erasure was begun and not brought to its end
    key: bytes = field(default=b"", repr=False)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def has(self, source: str, identity: object) -> bool:
        """Tell whether somebody was erased, in every source or in this one."""
        return any(self._hash(where, canonical(identity)) in self.hashes for where in (EVERY_SOURCE, source))

    def among(self, source: str, identities: Iterable[object]) -> list[str]:
        """Return those who were erased, as they are compared, each once."""
        found = {canonical(each) for each in identities if each is not None}
        return sorted(each for each in found if each and self.has(source, each))

    def add(self, source: str, identities: Iterable[str]) -> Tombstones:
        """Write tombstones for a source, or ``EVERY_SOURCE``; the erasure counts as unfinished until ``finish``."""
        new = {self._hash(source, canonical(each)) for each in identities}
        return self._written(Tombstones(self.path, self.hashes | new, True, self.key))

    def finish(self) -> Tombstones:
        """Note that everything is gone."""
        return self._written(Tombstones(self.path, self.hashes, False, self.key))

    def _hash(self, source: str, identity: str) -> str:
        return hmac.new(self.key, f"erased\0{source}\0{identity}".encode(), hashlib.sha256).hexdigest()

    def _written(self, made: Tombstones) -> Tombstones:
        told = {"key": made._hash("", _KNOWN_KEY), "unfinished": made.is_unfinished, "erased": sorted(made.hashes)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        staged = self.path.with_suffix(".unfinished")
        staged.write_text(json.dumps(told), encoding="utf-8")
        staged.replace(self.path)
        return made


def tombstones(settings: Settings, environ: Mapping[str, str] = os.environ, *, for_erasing: bool = False) -> Tombstones:
    """Return the tombstones of an installation.

    Raises ``BadSetting`` where there are some, or are to be some, and the key is missing or another one; ``RunRefused``
    where an erasure was begun and not finished, unless this is it.
    """
    path = settings.home / FILE
    if not path.exists():
        return Tombstones(path, key=key_of(pseudonyms(environ)) if for_erasing else b"")
    told = json.loads(path.read_text(encoding="utf-8"))
    if not environ.get(KEY_VARIABLE):
        raise BadSetting(f"{KEY_VARIABLE} is not set: requesters were erased from {settings.home}, and only with that "
                         "key can it be told who must not come back")  # fmt: skip
    found = Tombstones(path, frozenset(told["erased"]), bool(told["unfinished"]), key_of(pseudonyms(environ)))
    if told["key"] != found._hash("", _KNOWN_KEY):
        raise BadSetting(f"{KEY_VARIABLE} is not the key requesters were erased with; set that one again")
    if found.is_unfinished and not for_erasing:
        raise RunRefused("an erasure was begun and not finished: repeat python -m etl erase --requester ID first")
    return found


def key_of(given: Pseudonyms) -> bytes:
    """Return the key tombstones are made with."""
    return given.key


def told_by(environ: Mapping[str, str]) -> str:
    """Return what a file of tombstones tells its key by, for the key of this environment."""
    return Tombstones(Path(), key=key_of(pseudonyms(environ)))._hash("", _KNOWN_KEY)
