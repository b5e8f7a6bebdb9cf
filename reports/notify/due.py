"""What is to be told now, from how matters stand and what was told before.

Nothing waits in a queue: what was not taken is still due the next time, in the words of that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from journal import Delivery, DeliveryState
from journal.deliveries import Told
from metrics.outlook_alerts import SEVERITIES
from metrics.scope import Scope
from reports.notify.matters import Matter, remembered, severity_of
from reports.notify.subscribers import Subscriber

TWICE: Final = 2.0  # as large as when it was told last is worse, though the severity is the same
FIRST_RETRY: Final = timedelta(minutes=5)
LONGEST_RETRY: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Event:
    """Something to tell: a matter was raised, became worse or ended; ``before`` is what was told of it so far."""

    kind: Told
    matter: Matter
    before: tuple[Delivery, ...]


def due(
    subscriber: Subscriber,
    scope: Scope,
    visible: Sequence[Matter],
    everything: Sequence[Matter],
    ledger: Sequence[Delivery],
    now: datetime,
    zone: ZoneInfo,
) -> list[Event]:
    """Return what a subscriber is to be told at ``now`` (aware), the gravest first; ``ledger`` is what they were told.

    ``visible`` is what they may see of ``everything`` under their ``scope``: what they may see no longer is not talked
    about either, whether it is still computed or not.
    """
    if not _is_time(subscriber, ledger, now.astimezone(zone), zone):
        return []
    threads = [_thread(matter, ledger) for matter in visible]
    found = [_news(matter, thread, subscriber, now) for matter, thread in zip(visible, threads, strict=True)]
    found += [Event("ended", remembered(thread[-1]), thread) for thread in _gone(scope, everything, ledger)]
    quiet = subscriber.is_quiet(now.astimezone(zone))
    return [event for event in found if event is not None and not (quiet and _can_wait(event, subscriber))]


def retry_at(state: DeliveryState) -> datetime | None:
    """Return when to try again after failures, later each time; None where nothing failed."""
    if not state.failures or state.last_failed_at is None:
        return None
    return state.last_failed_at + min(FIRST_RETRY * float(2 ** min(state.failures - 1, 10)), LONGEST_RETRY)


def _is_time(subscriber: Subscriber, ledger: Sequence[Delivery], local: datetime, zone: ZoneInfo) -> bool:
    """Tell whether messages go out at all now: a digest goes once a day."""
    if not subscriber.is_digest:
        return True
    newest = datetime.combine(local.date(), subscriber.digest_at, zone)
    if local < newest:
        newest = datetime.combine(local.date() - timedelta(days=1), subscriber.digest_at, zone)
    return not ledger or ledger[-1].at < newest


def _thread(matter: Matter, ledger: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Return what was told of a matter, oldest first; of the same part rather than of the whole desk."""
    about = [told for told in ledger if matter.is_of(told)]
    same = [told for told in about if (told.dimension, told.value) == (matter.dimension, matter.value)]
    return tuple(same or about)


def _news(matter: Matter, thread: Sequence[Delivery], subscriber: Subscriber, now: datetime) -> Event | None:
    last = thread[-1] if thread else None
    was_open = last is not None and last.kind != "ended"
    if matter.is_held:
        return None
    if not matter.is_open:
        return Event("ended", matter, tuple(thread)) if was_open else None
    if last is not None and now < last.at + subscriber.cool_down:
        return None
    if not was_open:
        is_grave = matter.rank <= SEVERITIES.index(subscriber.least)
        return Event("raised", matter, tuple(thread)) if is_grave else None
    return Event("worse", matter, tuple(thread)) if _is_worse(matter, thread) else None


def _is_worse(matter: Matter, thread: Sequence[Delivery]) -> bool:
    """Tell whether a matter is graver than whatever was told since it was raised last."""
    begun = max((at for at, told in enumerate(thread) if told.kind == "raised"), default=0)
    since = thread[begun:]
    gravest = min(SEVERITIES.index(severity_of(told.severity)) for told in since)
    return matter.rank < gravest or matter.size >= TWICE * max(1.0, *(told.size for told in since))


def _gone(scope: Scope, everything: Sequence[Matter], ledger: Sequence[Delivery]) -> list[tuple[Delivery, ...]]:
    """Return the threads that were told, may be seen, have not ended, and nothing computed is about."""
    threads: list[list[Delivery]] = []
    for told in ledger:
        mine = next((thread for thread in threads if remembered(thread[-1]).is_of(told)), None)
        if mine is None:
            threads.append([told])
        else:
            mine.append(told)
    open_ones = [tuple(one) for one in threads if one[-1].kind != "ended" and scope.covers(one[-1].teams)]
    return [thread for thread in open_ones if not any(matter.is_of(thread[-1]) for matter in everything)]


def _can_wait(event: Event, subscriber: Subscriber) -> bool:
    """Tell whether an event waits for the end of the quiet hours."""
    if subscriber.quiet_except is None or event.kind == "ended":
        return True
    return event.matter.rank > SEVERITIES.index(subscriber.quiet_except)
