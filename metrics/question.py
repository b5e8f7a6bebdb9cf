"""What can be asked: metrics, by dimensions, over periods, of a part of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from config.errors import DeskpulseError

Grain = Literal["hour", "day", "week", "month", "quarter"]
Clock = Literal["calendar", "business"]
CLOCKS: tuple[str, ...] = get_args(Clock)
GRAINS: tuple[str, ...] = get_args(Grain)
FIRST_YEAR, LAST_YEAR = 1900, 2200  # beyond them a date is a slip, and a year more would be none
NO_SPAN = "a comparison needs a span: give both --since and --until"
NOT_SET = "(none)"  # names the rows of which a dimension is not known, in filters and wherever values are read


class BadQuestion(DeskpulseError):
    """The question makes no sense as asked."""


@dataclass(frozen=True)
class Question:
    """A question about the warehouse; with scope and build it is also a cache key.

    ``since`` and ``until`` are days of the reporting zone, both included; without them the question covers all time.
    ``where`` holds (dimension, values) pairs, ``NOT_SET`` for rows without a value; ``grain`` None asks for one row
    over the whole span.
    ``known_after`` judges every period by what was known so long after its end: at equal age (``metrics.ages``).
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: Grain | None = None
    since: date | None = None
    until: date | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    clock: Clock = "calendar"
    known_after: timedelta | None = None

    def __post_init__(self) -> None:
        if not self.metrics:
            raise BadQuestion("no metric was asked for")
        if self.grain is not None and self.grain not in GRAINS:
            raise BadQuestion(f"there is no grain {str(self.grain)!r}; choose {', '.join(GRAINS)}")
        if self.clock not in CLOCKS:
            raise BadQuestion(f"there is no clock {str(self.clock)!r}; choose {' or '.join(CLOCKS)}")
        for day in (self.since, self.until):
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise BadQuestion(f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        if self.since and self.until and self.until < self.since:
            raise BadQuestion(f"the period ends ({self.until}) before it begins ({self.since})")
        if len(set(self.by)) != len(self.by):
            raise BadQuestion(f"a dimension is asked for twice: {', '.join(self.by)}")

    def of(self, metrics: Iterable[str]) -> Question:
        """Return the same question about other metrics."""
        return replace(self, metrics=tuple(metrics))

    def previous(self) -> Question:
        """Return the question about the span of equal length, and equal weekdays, just before.

        A month, too: the one before it may be shorter, and end on another weekday. Only a trend of whole months or
        quarters goes back by as many of them, so that its periods line up; what is judged of them is asked alone.
        """
        since, until = self._span()
        if self.grain in ("month", "quarter") and since.day == 1 and (until + timedelta(days=1)).day == 1:
            months = (until.year - since.year) * 12 + until.month - since.month + 1
            return replace(self, since=add_months(since, -months), until=since - timedelta(days=1))
        return self.shifted(whole_weeks(since, until))

    def year_before(self) -> Question:
        """Return the question about the same weekdays a year (364 days) back."""
        return self.shifted(timedelta(days=364))

    def shifted(self, back: timedelta) -> Question:
        """Return the question about the span ``back`` earlier."""
        since, until = self._span()
        return replace(self, since=since - back, until=until - back)

    def _span(self) -> tuple[date, date]:
        if self.since is None or self.until is None:
            raise BadQuestion(NO_SPAN)
        return self.since, self.until


def whole_weeks(since: date, until: date) -> timedelta:
    """Return how far back the span of equal length and equal weekdays just before ``since`` to ``until`` begins."""
    return timedelta(weeks=-(-((until - since).days + 1) // 7))


def add_months(day: date, months: int) -> date:
    """Return the first of the month ``months`` after the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period_start(day: date, grain: Grain) -> date:
    """Return the first day of the period of ``grain`` that holds ``day``; for hours the day itself."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return add_months(day, -((day.month - 1) % 3))
    return day


def period_end(start: date, grain: Grain) -> date:
    """Return the last day of the period of ``grain`` that starts on ``start``."""
    if grain == "week":
        return start + timedelta(days=6)
    if grain in ("month", "quarter"):
        return add_months(start, 1 if grain == "month" else 3) - timedelta(days=1)
    return start
