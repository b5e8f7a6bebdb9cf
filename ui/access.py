"""Who is looking, at which build: settings, targets, the viewer's scope and the published build of this run."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import streamlit as st

from config.access import NoAccess, load_access
from config.errors import DeskpulseError, NothingPublished
from config.settings import Settings, load_settings
from config.sign_in import SignIn, is_loopback, refuse_weak, sign_in_of
from config.targets import Target, load_targets
from journal import open_journal
from metrics import Scope
from metrics.granting import scope_of
from metrics.published import Build, current_build
from metrics.reading import Style, style_of
from metrics.registry import AIMED
from ui.identity import Identity, by_header, by_token

NOT_LOOPBACK: Final = (
    "this installation knows no sign-in and serves its own machine only: set server.address to 127.0.0.1"
)
FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
BY_ITSELF: Final = "ran_by_itself"  # set by what runs a page again without a click
SEEN_AS: Final = "seen_as"  # in local mode: whose eyes to look with
ENDED: Final = {
    "idle": "You were signed out: nobody clicked for {idle_minutes} minutes.",
    "age": "You were signed out: a sign-in lasts {session_hours} hours.",
    "out": "You have signed out.",
}
log = logging.getLogger("deskpulse")


class NoSignIn(DeskpulseError):
    """Somebody without an identity asked for a page; the sentence says what ended it, empty where there was none."""


@dataclass(frozen=True)
class House:
    """What does not change while the server runs."""

    settings: Settings
    targets: dict[str, Target]
    style: Style
    sign_in: SignIn


@dataclass(frozen=True)
class Viewer:
    """Who is looking and what they may see; without an identity in local mode."""

    scope: Scope
    identity: Identity | None = None


@cache
def house() -> House:
    """Read settings and targets, once a process. Raises ``BadSetting``."""
    settings = load_settings()
    targets = load_targets(AIMED)
    return House(settings, targets, style_of(settings.locale, settings.currency), sign_in_of(settings.sign_in))


def refuse_to_start() -> None:
    """Raise ``BadSetting`` where this server must not be started: secrets that are missing, short or samples."""
    refuse_weak(house().sign_in.mode, _auth() or None, str(st.get_option("server.cookieSecret") or ""))


def viewer() -> Viewer:
    """Return who is looking, as known, granted and still signed in at this moment.

    Read anew on every run. Raises ``NoSignIn`` where nobody is signed in (any more), ``NoAccess`` where somebody is who
    may see nothing.
    """
    if house().sign_in.mode == "local":
        return Viewer(_local())
    identity = _identity()
    if identity is None:
        raise NoSignIn("")
    _refuse_ended(identity)
    return Viewer(_scope(identity), identity)


def viewer_scope() -> Scope:
    """Return what the viewer may see. Raises ``NoSignIn`` and ``NoAccess``."""
    return viewer().scope


def may_go_on(scope: Scope) -> bool:
    """Tell whether a viewer still sees what they saw, without a click: nothing is kept alive by asking."""
    st.session_state[BY_ITSELF] = True
    try:
        return viewer_scope() == scope
    except (NoSignIn, NoAccess):
        return False
    finally:
        run_is_over()


def run_is_over() -> None:
    """Take what comes next for a click again."""
    st.session_state.pop(BY_ITSELF, None)


def sign_out(identity: Identity) -> None:
    """End a sign-in here, and where the provider offers it, there."""
    _book(identity).sign_out(identity.session, identity.since)
    if house().sign_in.mode == "oidc":
        st.logout()


def _local() -> Scope:
    """Return everything, or what the role tried on would see; nobody but this machine may be served without sign-in."""
    forwarded = any(name in st.context.headers for name in FORWARDED)
    if forwarded or not is_loopback(str(st.get_option("server.address") or "")):
        raise NoSignIn(NOT_LOOPBACK)
    tried: Scope | None = st.session_state.get(SEEN_AS)
    return tried or Scope.everything()


def _identity() -> Identity | None:
    """Return who this session is; None where nobody has signed in. Raises ``NoAccess``."""
    chosen, now = house().sign_in, datetime.now(UTC)
    try:
        if chosen.mode == "oidc":
            claims = _claims()
            return (
                by_token(claims, str(_auth().get("client_id", "")), chosen, now) if claims.get("is_logged_in") else None
            )
        headers, peer, session = _connection()
        since: datetime = st.session_state.setdefault("connected_at", now)
        return by_header(headers, peer, session, since, chosen)
    except NoAccess as refused:
        log.warning("sign-in refused: %s", refused)
        raise


def _scope(identity: Identity) -> Scope:
    """Return what somebody may see, by the access file as it stands now. Raises ``NoAccess``."""
    try:
        grant = load_access(house().sign_in.access).of(identity.name, identity.groups)
        return scope_of(identity.name, grant, published())
    except NothingPublished:
        return Scope(identity.name.casefold(), frozenset(), grant.role)
    except NoAccess as refused:
        _book(identity).log_looks("refused", [], role="", purpose=str(refused))
        raise


def _refuse_ended(identity: Identity) -> None:
    """Raise ``NoSignIn`` where a sign-in has lasted too long, with or without clicks, or was signed out of."""
    chosen, is_click = house().sign_in, not st.session_state.get(BY_ITSELF, False)
    ended = _book(identity).still_signed_in(
        identity.session, identity.since, idle=chosen.idle, longest=chosen.longest, is_click=is_click
    )
    if ended:
        raise NoSignIn(ENDED[ended].format(idle_minutes=chosen.idle_minutes, session_hours=chosen.session_hours))


def _book(identity: Identity) -> Any:
    return open_journal(house().settings, identity.name.casefold(), frozenset())


def _claims() -> dict[str, Any]:
    return dict(st.user.to_dict())


def _auth() -> dict[str, Any]:
    """Return the table ``[auth]`` of the secrets, empty without one."""
    return dict(st.secrets.get("auth", {})) if st.secrets.load_if_toml_exists() else {}


def _connection() -> tuple[dict[str, list[str]], str | None, str]:
    """Return the headers of this tab's connection by small letters, whom it comes from, and the tab's own key."""
    from streamlit.runtime import get_instance
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    client = get_instance().get_client(context.session_id) if context else None
    told = client.client_context if client else None
    if context is None or told is None:
        return {}, None, ""
    headers: dict[str, list[str]] = {}
    for name, value in told.headers:
        headers.setdefault(name.casefold(), []).append(value)
    return headers, told.remote_ip, context.session_id


def published() -> Build:
    """Return the build published now. Raises ``NothingPublished``."""
    return current_build(house().settings)
