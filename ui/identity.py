"""Who somebody is: by an identity provider's token, or by the header of a proxy we trust. No guess, no default."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from config.access import NoAccess
from config.sign_in import SignIn

PROVIDER: Final = "default"  # the one written in [auth] itself
CLOCKS_DIFFER: Final = timedelta(minutes=2)
LONGEST_NAME: Final = 254


@dataclass(frozen=True)
class Identity:
    """Somebody who has been signed in: by which name, in which groups, since when; ``session`` tells sign-ins apart."""

    name: str
    groups: frozenset[str]
    since: datetime
    session: str


def by_token(claims: Mapping[str, Any], client_id: str, sign_in: SignIn, now: datetime) -> Identity:
    """Return who a token speaks of; what the sign-in library leaves unchecked is checked here, on every run.

    Authlib verifies signature, issuer, nonce and expiry as the token comes in, but takes one made for another client
    where it names us as its authorised party. Raises ``NoAccess``.
    """
    if claims.get("provider") != PROVIDER or not _text(claims.get("iss")) or not _text(claims.get("sub")):
        raise NoAccess("the identity provider did not say who you are")
    if not client_id or _listed(claims.get("aud")) != [client_id]:
        raise NoAccess("this sign-in was made for another application")
    since = _instant(claims.get("iat"))
    if since is None or since > now + CLOCKS_DIFFER:
        raise NoAccess("the identity provider did not say when you signed in")
    name = claims.get(sign_in.name_claim)
    if not _text(name):
        raise NoAccess(f"the identity provider did not tell your {sign_in.name_claim}")
    if sign_in.name_claim == "email" and claims.get("email_verified") is not True:
        raise NoAccess("the identity provider has not verified your e-mail address")
    told = (claims["iss"], claims["sub"], claims["iat"], claims.get("nonce", ""))
    return Identity(str(name), frozenset(_listed(claims.get(sign_in.groups_claim))), since, _hashed(*told))


def by_header(
    headers: Mapping[str, Sequence[str]], peer: str | None, session: str, since: datetime, sign_in: SignIn
) -> Identity:
    """Return whom a proxy names; ``headers`` by small letters, ``session`` the browser tab's. Raises ``NoAccess``.

    A name that comes twice came once from the proxy and once from somebody else.
    """
    if not sign_in.trusts(peer):
        raise NoAccess("this server is reached through its proxy only")
    names = headers.get(sign_in.header.casefold(), ())
    if len(names) != 1 or not _text(names[0]):
        raise NoAccess("the proxy did not say who you are")
    listed = headers.get(sign_in.groups_header.casefold(), ()) if sign_in.groups_header else ()
    groups = {part.strip() for one in listed if len(listed) == 1 for part in one.split(",")}
    return Identity(names[0].strip(), frozenset(groups - {""}), since, _hashed("proxy", names[0], session))


def _text(told: object) -> bool:
    return isinstance(told, str) and 0 < len(told.strip()) <= LONGEST_NAME and told.isprintable()


def _listed(told: object) -> list[str]:
    """Return a claim that is one text or a list of texts as a list."""
    return (
        [told]
        if isinstance(told, str)
        else [one for one in told if isinstance(one, str)]
        if isinstance(told, list)
        else []
    )


def _instant(told: object) -> datetime | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _hashed(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()
