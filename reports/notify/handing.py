"""Giving a message to the mail server, or to the channel's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.errors import BadSetting
from config.settings import Settings
from reports.chats import tell_chat
from reports.deliver import mail_server, message, send
from reports.notify.subscribers import Subscriber, subscribers
from reports.notify.wording import News, short

ADDRESS_OF: Final = "DESKPULSE_CHANNEL_"  # addresses of channels hold secrets: by environment only


def hand_over(subscriber: Subscriber, news: News, settings: Settings, environ: Mapping[str, str]) -> None:
    """Give a message to the mail server or the channel. Raises ``NotDelivered`` and ``BadSetting``."""
    if subscriber.channel:
        address = _address(subscriber, settings, environ)
        tell_chat(address, subscriber.name, news.subject, short(news), news.payload, settings.networks)
        return
    server = mail_server(settings)
    mail = message(server.sender, subscriber.name, news.subject, news.text, news.html, message_id=news.message_id)
    if news.references:
        mail["In-Reply-To"], mail["References"] = news.references[-1], " ".join(news.references)
    send(mail, server, environ)


def _address(subscriber: Subscriber, settings: Settings, environ: Mapping[str, str]) -> str:
    """Return where a channel leads; two that lead to one place would tell it twice."""
    address = environ.get(_variable(subscriber), "")
    if not address:
        raise BadSetting(f"{subscriber.name} has no address: set {_variable(subscriber)}")
    channels = (one for one in subscribers(settings) if one.channel)
    first = next(one for one in channels if environ.get(_variable(one)) == address)
    if first.name != subscriber.name:
        raise BadSetting(f"{subscriber.name} has the address of {first.name}, which would be told twice: keep one")
    return address


def _variable(channel: Subscriber) -> str:
    return f"{ADDRESS_OF}{channel.channel.upper().replace('-', '_')}"
