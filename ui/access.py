"""Who is looking, at which build: settings, targets, the viewer's scope and the published build of this run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache

import streamlit as st

from config.errors import DeskpulseError
from config.settings import Settings, load_settings
from config.targets import Target, load_targets
from metrics import METRICS, Scope
from metrics.published import Build, current_build
from metrics.reading import Style, style_of

LOCAL_MODE = "Local mode: no sign-in, everything visible, reachable from this machine only."


NOT_LOOPBACK = "this installation knows no sign-in and serves its own machine only: set server.address to 127.0.0.1"


class NoSignIn(DeskpulseError):
    """Somebody without an identity asked for a page."""


@dataclass(frozen=True)
class House:
    """What does not change while the server runs."""

    settings: Settings
    targets: dict[str, Target]
    style: Style


@cache
def house() -> House:
    """Read settings and targets, once a process. Raises ``BadSetting``."""
    settings = load_settings()
    targets = load_targets({name: metric.better for name, metric in METRICS.items()})
    return House(settings, targets, style_of(settings.locale, settings.currency))


def viewer_scope() -> Scope | None:
    """Return what the viewer may see: in local mode everything; None where the server listens beyond this machine.

    Local mode knows no sign-in, so nobody but this machine may be served in it.
    """
    return Scope.everything() if is_loopback(str(st.get_option("server.address") or "")) else None


def is_loopback(address: str) -> bool:
    """Tell whether a listening address can be reached from this machine only."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def published() -> Build:
    """Return the build published now. Raises ``NothingPublished``."""
    return current_build(house().settings)
