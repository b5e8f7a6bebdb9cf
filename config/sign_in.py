"""The settings of signing in: how people are known, how long a sign-in lasts, and that no secret is a sample."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from config.addresses import networks
from config.errors import BadSetting

MODES: Final = ("local", "oidc", "proxy")
MOST_PROXIES: Final = 256
HEADER: Final = re.compile(r"[A-Za-z0-9-]+")
COOKIE_SECRET_CHARACTERS: Final = 32
CLIENT_SECRET_CHARACTERS: Final = 16
LEAST_DISTINCT: Final = 10
SAMPLES: Final = ("changeme", "changethis", "example", "password", "passwort", "secret", "replace", "insert", "sample")
EASY: Final = ("xxxx", "1234", "abcd", "qwerty", "your", "deskpulse", "streamlit")
MAKE_ONE: Final = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


@dataclass(frozen=True)
class SignIn:
    """The table ``[sign_in]`` of the settings.

    ``name_claim`` and ``groups_claim`` are claims of the identity provider's token; ``header`` and ``groups_header``
    are what a proxy at one of ``proxies`` sets.
    """

    mode: str = "local"
    access: Path = Path("config/access.toml")
    name_claim: str = "email"
    groups_claim: str = "groups"
    proxies: tuple[str, ...] = ()
    header: str = ""
    groups_header: str = ""
    idle_minutes: int = 60
    session_hours: int = 12

    @property
    def idle(self) -> timedelta:
        """How long a sign-in lasts without a click."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """How long a sign-in lasts at all."""
        return timedelta(hours=self.session_hours)

    def trusts(self, address: str | None) -> bool:
        """Tell whether a connection comes from one of the proxies."""
        try:
            peer = ipaddress.ip_address(address or "")
        except ValueError:
            return False
        return any(peer in ipaddress.ip_network(one) for one in self.proxies)


def sign_in_of(told: Mapping[str, Any]) -> SignIn:
    """Return the settings of a ``[sign_in]`` table. Raises ``BadSetting`` naming the setting and what to do."""
    known = {field.name for field in fields(SignIn)}
    if unknown := sorted(set(told) - known):
        raise BadSetting(f"sign_in.{unknown[0]} is not known; known are {', '.join(sorted(known))}")
    values = dict(told)
    for name in ("mode", "access", "name_claim", "groups_claim", "header", "groups_header"):
        if not isinstance(values.get(name, ""), str):
            raise BadSetting(f"sign_in.{name} must be a text, not {values[name]!r}")
    for name in ("idle_minutes", "session_hours"):
        number = values.get(name, 1)
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise BadSetting(f"sign_in.{name} must be a whole number of at least 1, not {number!r}")
    values["proxies"] = _networks(values.get("proxies", []))
    if "access" in values:
        values["access"] = Path(values["access"])
    found = SignIn(**values)
    if found.mode not in MODES:
        raise BadSetting(f"sign_in.mode must be {', '.join(MODES[:-1])} or {MODES[-1]}, not {found.mode!r}")
    if found.mode == "oidc" and not found.name_claim:
        raise BadSetting("sign_in.name_claim must name the claim people are known by, such as email")
    if found.mode == "proxy":
        _proxy_checked(found)
    return found


def _networks(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise BadSetting(f"sign_in.proxies must be a list of addresses, not {told!r}")
    for network in networks(told, "sign_in.proxies"):
        if network.num_addresses > MOST_PROXIES:
            raise BadSetting(f"sign_in.proxies: {network} are {network.num_addresses} addresses: name the proxies")
    return tuple(told)


def _proxy_checked(found: SignIn) -> None:
    if not found.proxies:
        raise BadSetting("sign_in.proxies must name the addresses the proxy connects from, such as 127.0.0.1")
    if not HEADER.fullmatch(found.header):
        raise BadSetting(
            "sign_in.header must name the header the proxy puts the person's name in, such as X-Forwarded-User"
        )
    if found.groups_header and not HEADER.fullmatch(found.groups_header):
        raise BadSetting(f"sign_in.groups_header {found.groups_header!r} is not a header's name")


def refuse_weak(mode: str, auth: Mapping[str, Any] | None, cookie_secret: str) -> None:
    """Raise ``BadSetting`` where a secret is missing, short or a sample, or a sign-in would travel in the clear.

    ``auth`` is the table ``[auth]`` of ``.streamlit/secrets.toml``, ``cookie_secret`` the web server's own.
    """
    if cookie_secret:
        _strong("STREAMLIT_SERVER_COOKIE_SECRET", cookie_secret, COOKIE_SECRET_CHARACTERS)
    if auth is None and mode != "oidc":
        return
    told = auth or {}
    for name in ("cookie_secret", "client_id", "client_secret", "server_metadata_url", "redirect_uri"):
        if not isinstance(told.get(name), str) or not told[name]:
            raise BadSetting(f"secrets.toml: [auth] needs {name} (docs/access.md)")
    if named := [name for name, value in told.items() if isinstance(value, Mapping) and name != "client_kwargs"]:
        raise BadSetting(f"secrets.toml: [auth.{named[0]}]: one provider, written in [auth] itself")
    if told.get("expose_tokens"):
        raise BadSetting("secrets.toml: leave expose_tokens out of [auth]: nothing here needs the tokens")
    _strong("cookie_secret of [auth]", told["cookie_secret"], COOKIE_SECRET_CHARACTERS)
    _strong("client_secret of [auth]", told["client_secret"], CLIENT_SECRET_CHARACTERS, ())
    for name in ("server_metadata_url", "redirect_uri"):
        _encrypted(f"{name} of [auth]", told[name])


def _strong(what: str, secret: str, characters: int, easy: tuple[str, ...] = EASY) -> None:
    """Refuse a secret that could be guessed; it is never repeated in the message. Others make the client's for us."""
    folded = re.sub(r"[\s_.-]", "", secret).casefold()
    if len(secret) < characters:
        raise BadSetting(f"{what} has fewer than {characters} characters: {MAKE_ONE}")
    if len(set(secret)) < LEAST_DISTINCT or any(word in folded for word in (*SAMPLES, *easy)):
        raise BadSetting(f"{what} is a sample or easy to guess: {MAKE_ONE}")


def _encrypted(what: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise BadSetting(f"{what} must begin with https://")


def is_loopback(address: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
