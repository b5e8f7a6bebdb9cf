"""Mail, handed over to the installation's own SMTP server."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from typing import Literal, get_args

from config.errors import BadSetting, DeskpulseError
from config.settings import Settings

Security = Literal["starttls", "tls", "none"]
PASSWORD = "DESKPULSE_MAIL_PASSWORD"
TIMEOUT_SECONDS = 30


class NotDelivered(DeskpulseError):
    """A message could not be sent."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over; the password comes by environment only."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture of the HTML part, named there ``cid:NAME@deskpulse``."""

    name: str
    png: bytes


@dataclass(frozen=True)
class Attachment:
    """A PDF to take away."""

    name: str
    pdf: bytes


def mail_server(settings: Settings) -> MailServer:
    """Return the server of ``[mail]``. Raises ``BadSetting`` naming the line."""
    told = dict(settings.mail)
    known = {"host", "port", "sender", "security", "user"}
    if unknown := sorted(set(told) - known):
        raise BadSetting(f"[mail]: unknown {unknown[0]!r}; known are {', '.join(sorted(known))}")
    for name in ("host", "sender"):
        if not isinstance(told.get(name), str) or not told[name]:
            raise BadSetting(f"[mail]: {name} is missing; without a mail server use --dry-run DIR")
    security = told.get("security", "starttls")
    if security not in get_args(Security):
        raise BadSetting(f"[mail]: security must be starttls, tls or none, not {security!r}")
    port = told.get("port", {"starttls": 587, "tls": 465, "none": 25}[security])
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise BadSetting(f"[mail]: port must be a number from 1 to 65535, not {port!r}")
    return MailServer(told["host"], port, told["sender"], security, str(told.get("user", "")))


def message(
    sender: str, to: str, subject: str, text: str, html: str,
    pictures: Sequence[Picture] = (), attachments: Sequence[Attachment] = (), message_id: str = "",
) -> EmailMessage:  # fmt: skip
    """Return a mail: text and HTML as alternatives, pictures with the HTML, attachments beside both.

    With a ``message_id`` of its own a mail that is handed over twice is still one mail.
    """
    mail = EmailMessage()
    mail["From"], mail["To"] = Address(addr_spec=sender), Address(addr_spec=to)
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = message_id or make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answer to it
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    body = mail.get_payload(1)
    assert isinstance(body, EmailMessage)
    for picture in pictures:
        name = f"{picture.name}.png"
        body.add_related(
            picture.png, "image", "png", cid=f"<{picture.name}@deskpulse>", filename=name, disposition="inline"
        )
    for attachment in attachments:
        mail.add_attachment(attachment.pdf, "application", "pdf", filename=attachment.name)
    return mail


def send(mail: EmailMessage, server: MailServer, environ: Mapping[str, str] = os.environ) -> None:
    """Hand a mail over. Raises ``NotDelivered`` with what the server said."""
    secure = ssl.create_default_context()
    try:
        with _connected(server, secure) as smtp:
            if server.security == "starttls":
                smtp.starttls(context=secure)
            if server.user:
                smtp.login(server.user, environ.get(PASSWORD, ""))
            smtp.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"mail to {mail['To']} was not taken by {server.host}:{server.port}: {error}") from error


def _connected(server: MailServer, secure: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=secure)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
