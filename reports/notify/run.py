"""Telling everybody what is due: each in their own scope, in one message at a time, whatever happens to the others."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from config.errors import BadInput, BadSetting
from config.settings import Settings
from journal import AlertMark, Delivery, Journal, open_journal
from metrics.outlook import Outlook, outlook
from metrics.published import Build, current_build
from metrics.scope import Scope
from reports.deliver import NotDelivered
from reports.granted import as_granted, part_reads
from reports.notify.due import Event, due, retry_at
from reports.notify.handing import hand_over
from reports.notify.matters import Matter, expected, matters_of
from reports.notify.subscribers import Subscriber, subscribers
from reports.notify.wording import News, news_of
from reports.recipients import scope_for
from reports.sent import sending

WRITER: Final = "reports"
READS_AS: Final = "executive"  # figures of their teams; nothing of single persons or tickets


@dataclass(frozen=True)
class Outcome:
    """How it went with one recipient; ``news`` is what they were told, or would be."""

    recipient: str
    outcome: Literal["told", "nothing", "later", "failed"]
    says: str
    news: News | None = None


@dataclass(frozen=True)
class _Desk:
    """What is the same for all recipients of a run."""

    settings: Settings
    build: Build
    found: Outlook
    journal: Journal
    marks: tuple[AlertMark, ...]
    everything: tuple[Matter, ...]
    now: datetime
    environ: Mapping[str, str]

    @property
    def today(self) -> date:
        return self.build.local_as_of.date()


def notify(
    settings: Settings, now: datetime, *, is_dry: bool = False, environ: Mapping[str, str] = os.environ
) -> list[Outcome]:
    """Tell every recipient of ``[alerts]`` what is due at ``now`` (aware); dry, only say what would be told.

    What a recipient did not take is written down, and due again later. Raises ``BadSetting``, ``NothingPublished``,
    ``BadInput`` where no alerts were computed, and ``AlreadySending``.
    """
    asked = subscribers(settings)
    if not asked:
        return []
    desk = _desk(settings, now, environ)
    if is_dry:
        return [_told(one, desk, is_dry=True) for one in asked]
    with sending(settings, "alerts"):
        return [_told(one, desk, is_dry=False) for one in asked]


def failures_read(outcomes: Sequence[Outcome]) -> str:
    """Return in a line who could not be told, and why; empty where all could."""
    failed = [one for one in outcomes if one.outcome == "failed"]
    if not failed:
        return ""
    return f"{len(failed)} of {len(outcomes)} could not be told of alerts, and will be tried again: {failed[0].says}"


def _desk(settings: Settings, now: datetime, environ: Mapping[str, str]) -> _Desk:
    build, found = current_build(settings), outlook("alerts", settings)
    if found.build_id is None:
        raise BadInput(found.says)
    journal = open_journal(settings, WRITER, None, lambda: now)
    marks = tuple(journal.alert_marks())
    computed = matters_of(found, Scope.everything(WRITER), marks, build.local_as_of.date())
    explained = [expected(mark) for mark in marks if mark.state == "expected"]
    return _Desk(settings, build, found, journal, marks, (*computed, *explained), now, environ)


def _told(subscriber: Subscriber, desk: _Desk, is_dry: bool) -> Outcome:
    state = next((one for one in desk.journal.delivery_states() if one.recipient == subscriber.name), None)
    again = retry_at(state) if state else None
    if again is not None and desk.now < again and not is_dry:
        return Outcome(subscriber.name, "later", f"to be tried again from {again:%Y-%m-%d %H:%M} UTC on")
    try:
        scope = _scope(subscriber, desk)
        events = _due(subscriber, scope, desk)
        if not events:
            return Outcome(subscriber.name, "nothing", "nothing to tell")
        news = news_of(events, subscriber, part_reads(scope, desk.build), desk.settings)
        if not is_dry:
            hand_over(subscriber, news, desk.settings, desk.environ)
            desk.journal.note_taken(subscriber.name, [_delivery(event, subscriber, news, desk.now) for event in events])
        return Outcome(subscriber.name, "told", news.subject, news)
    except (NotDelivered, BadSetting) as error:
        says = " ".join(str(error).split())
        if not is_dry:
            desk.journal.note_failed(subscriber.name, says)
        return Outcome(subscriber.name, "failed", says)


def _scope(subscriber: Subscriber, desk: _Desk) -> Scope:
    """Return what a subscriber may see: a channel what the settings say, a person no more than was granted."""
    scope = scope_for(subscriber.name, subscriber.teams, READS_AS, desk.build, "[alerts] recipients")
    return scope if subscriber.channel else as_granted(scope, desk.settings, desk.build)


def _due(subscriber: Subscriber, scope: Scope, desk: _Desk) -> list[Event]:
    if scope.teams == frozenset():  # who was granted nothing, or nothing any more, is not told of an end either
        return []
    visible = matters_of(desk.found, scope, desk.marks, desk.today)
    ledger = desk.journal.deliveries(subscriber.name)
    return due(subscriber, scope, visible, desk.everything, ledger, desk.now, ZoneInfo(desk.settings.time_zone))


def _delivery(event: Event, subscriber: Subscriber, news: News, now: datetime) -> Delivery:
    matter = event.matter
    return Delivery(
        recipient=subscriber.name,
        kind=event.kind,
        metric=matter.metric,
        direction=matter.direction,
        dimension=matter.dimension,
        value=matter.value,
        teams=matter.teams,
        since=matter.since,
        until=matter.until,
        severity=matter.severity,
        size=matter.size,
        message_id=news.message_id,
        at=now,
    )
