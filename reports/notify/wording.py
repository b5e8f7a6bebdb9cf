"""How news of alerts read: as a mail, as a short text, and as data for a webhook."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.settings import Settings
from journal.deliveries import Told
from reports.digest import Section
from reports.html import letter
from reports.notify.due import Event
from reports.notify.subscribers import Subscriber

HEADINGS: Final[dict[Told, str]] = {"raised": "New", "worse": "Worse than when you were told", "ended": "Over"}
MARKS: Final[dict[Told, str]] = {"worse": "worse: ", "ended": "over: "}


@dataclass(frozen=True)
class News:
    """What one recipient is told at one time: everything that is due, in one message."""

    message_id: str
    subject: str
    text: str
    html: str
    payload: dict[str, Any]
    references: tuple[str, ...]  # messages about the same matters before


def news_of(events: Sequence[Event], subscriber: Subscriber, part: str, settings: Settings) -> News:
    """Return the message of events about the ``part`` of the desk the subscriber may see.

    The same events are the same message, however often it is made.
    """
    link = f"{settings.dashboard_url.rstrip('/')}/alerts" if settings.dashboard_url else ""
    sections = [
        Section(title, tuple(_reads(event) for event in events if event.kind == kind))
        for kind, title in HEADINGS.items()
        if any(event.kind == kind for event in events)
    ]
    subject = _subject(events)
    footer = f"Alerts of {part}, for {subscriber.name}. Each is told once, and again when it worsens or ends."
    blocks = ["\n".join([section.title, *(f"- {said}" for said in section.sentences)]) for section in sections]
    number = identity(events, subscriber)
    return News(
        message_id=f"<{number}@deskpulse>",
        subject=f"Deskpulse: {subject}",
        text="\n\n".join([*blocks, *([f"Open them: {link}"] if link else []), footer]) + "\n",
        html=letter(subject, part, sections, link, footer),
        payload={"id": number, "title": subject, "link": link, "alerts": [_data(event) for event in events]},
        references=tuple(dict.fromkeys(told.message_id for event in events for told in event.before)),
    )


def identity(events: Sequence[Event], subscriber: Subscriber) -> str:
    """Return the number of a message: of whom it is for, what it tells, and what was told before."""
    about = [subscriber.name]
    for event in events:
        matter, before = event.matter, event.before
        about += [event.kind, matter.metric, matter.direction, matter.dimension, matter.value, matter.severity]
        about += [before[-1].message_id, str(len(before))] if before else [str(matter.since)]
    return hashlib.sha256("\n".join(about).encode()).hexdigest()[:24]


def short(news: News) -> str:
    """Return what a chat is told below the title."""
    return news.text.rpartition("\n\n")[0]


def _subject(events: Sequence[Event]) -> str:
    first, others = events[0], len(events) - 1
    more = f" and {others} more" if others else ""
    mark = f"{first.matter.severity}: " if first.kind == "raised" else MARKS[first.kind]
    return f"{mark}{first.matter.title}{more}"


def _reads(event: Event) -> str:
    matter = event.matter
    if event.kind == "ended":
        return f"{matter.title}. {matter.says}"
    return f"{matter.severity}: {matter.says}"


def _data(event: Event) -> dict[str, Any]:
    matter = event.matter
    names = ("metric", "direction", "dimension", "value", "severity", "title", "says")
    days = {"since": matter.since.isoformat(), "until": matter.until.isoformat()}
    return {"event": event.kind, **{name: getattr(matter, name) for name in names}, **days}
