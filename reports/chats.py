"""Short texts to chats and webhooks, wherever they may be: what leads into the own network is refused.

An address is Apprise's (Slack, Teams and others, https://github.com/caronc/apprise/wiki), the incoming webhook Slack or
Teams shows, or any other http(s) address, which gets the message as JSON. Addresses are secret and never said.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import requests

from config.addresses import AddressRefused, Network, reachable
from config.errors import BadSetting
from config.outbound import checked_names, session
from reports.deliver import TIMEOUT_SECONDS, NotDelivered

CHATS: Final = "DESKPULSE_CHATS"  # addresses hold secrets: by environment only
PORTS: Final = {True: 443, False: 80}
MOST_SAID: Final = 160


@dataclass(frozen=True)
class Chat:
    """A chat the digest is told to; ``name`` tells it from others wherever it stands among them."""

    address: str = field(repr=False)
    number: int

    @property
    def name(self) -> str:
        """What its address makes of it, which cannot be read back."""
        return f"chat:{sha256(self.address.encode()).hexdigest()[:16]}"

    @property
    def reads(self) -> str:
        """How to speak of it."""
        return f"chat number {self.number}"


def chats_of(environ: Mapping[str, str]) -> list[Chat]:
    """Return the chats of ``DESKPULSE_CHATS``, each once."""
    return [Chat(address, nth) for nth, address in enumerate(dict.fromkeys(environ.get(CHATS, "").split()), start=1)]


def tell_chat(
    address: str, name: str, title: str, text: str, payload: Mapping[str, Any], allowed: Sequence[Network] = ()
) -> None:
    """Send a text to one chat, or ``payload`` as JSON to a webhook, whose ``name`` is used to speak of it.

    Raises ``BadSetting`` where the address is none, ``NotDelivered`` where the message was not taken.
    """
    from apprise import Apprise, AppriseAsset

    logging.getLogger("apprise").propagate = False  # it would write to standard error what is raised here anyway
    plugin = Apprise.instantiate(address, asset=AppriseAsset(http_redirects=False), suppress_exceptions=True)
    if plugin is not None:
        _through(plugin, name, title, text, allowed)
    elif re.match(r"https?://[^\s/]+", address):
        _webhook(address, name, payload, allowed)
    else:
        raise BadSetting(f"{name} has no address Apprise knows, nor one that begins with https://")


def _through(plugin: Any, name: str, title: str, text: str, allowed: Sequence[Network]) -> None:
    from apprise import LogCapture, NotifyFormat

    if "host" in plugin.template_tokens:  # the others speak to their service only
        try:
            reachable(str(plugin.host), plugin.port or PORTS[bool(plugin.secure)], allowed)
        except (AddressRefused, OSError) as error:
            raise NotDelivered(f"{name} was not told: {error}") from error
    with (
        checked_names(allowed),
        LogCapture(level=logging.WARNING, fmt="%(message)s") as captured,  # type: ignore[no-untyped-call]
    ):
        try:
            is_taken = plugin.notify(title=_harmless(title), body=_harmless(text), body_format=NotifyFormat.TEXT)
        except AddressRefused as error:
            raise NotDelivered(f"{name} was not told: {error}") from error
        said = " ".join(captured.getvalue().split())
    if not is_taken:
        raise NotDelivered(f"{name} did not take the message: {said[:MOST_SAID] or 'it did not say why'}")


def _webhook(address: str, name: str, payload: Mapping[str, Any], allowed: Sequence[Network]) -> None:
    try:
        with session(allowed) as speaking:
            answer = speaking.post(address, json=payload, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except AddressRefused as error:
        raise NotDelivered(f"{name} was not told: {error}") from error
    except requests.RequestException as error:  # its text holds the address
        raise NotDelivered(f"{name} could not be reached ({type(error).__name__})") from None
    if not 200 <= answer.status_code < 300:
        raise NotDelivered(f"{name} did not take the message: it answered {answer.status_code}")


def _harmless(text: str) -> str:
    """Take away what chats read as a mention of everybody or a link: categories and titles are other people's words."""
    return text.replace("<", "‹").replace(">", "›").replace("@", "@\u200b")
