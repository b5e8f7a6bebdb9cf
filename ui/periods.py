"""Which months and weeks can be chosen, and which weeks a sparkline shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from metrics.days import short_day, short_span, span_reads
from metrics.question import add_months, period_end, whole_weeks
from metrics.reading import day_reads, month_reads

WEEKS = 13


@dataclass(frozen=True)
class Period:
    """A calendar month or an ISO week, by its first day."""

    grain: Literal["week", "month"]
    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return period_end(self.first, self.grain)

    @property
    def before(self) -> Period:
        """The one before it."""
        first = add_months(self.first, -1) if self.grain == "month" else self.first - timedelta(weeks=1)
        return Period(self.grain, first)

    @property
    def reads(self) -> str:
        """Its name: ``October 2026``, ``the week of 9 November 2026``."""
        return month_reads(self.first) if self.grain == "month" else f"the week of {day_reads(self.first)}"

    @property
    def compared(self) -> tuple[date, date]:
        """First and last day of what it is compared with: as long and on the same weekdays, as no month before is."""
        back = whole_weeks(self.first, self.last)
        return self.first - back, self.last - back

    @property
    def compared_reads(self) -> str:
        """What it is compared with: ``the week of 2 November 2026``, or a span, and why it is that one."""
        if self.grain == "week":
            return self.before.reads
        weeks = (self.first - self.compared[0]).days // 7
        return f"the same weekdays {weeks} weeks earlier ({span_reads(*self.compared)})"

    @property
    def compared_short(self) -> str:
        """What it is compared with, beside a figure: ``2 Nov``, ``27 Aug to 26 Sep``."""
        if self.grain == "week":
            return short_day(self.before.first)
        return short_span(*self.compared)

    @property
    def code(self) -> str:
        """Its name in a file's: ``2026-10``, ``2026-W46``."""
        return f"{self.first:%Y-%m}" if self.grain == "month" else f"{self.first:%G-W%V}"


def last_full_week(local_as_of: datetime) -> date:
    """Return the Monday of the last ISO week that is over."""
    today = local_as_of.date()
    return today - timedelta(days=today.weekday() + 7)


def weeks_back(first_day: date, local_as_of: datetime) -> list[date]:
    """Return the Mondays of the full weeks there are data for, newest first; at least one, at most a year of them."""
    newest = last_full_week(local_as_of)
    weeks = [newest - timedelta(weeks=back) for back in range(53)]
    return [week for week in weeks if week + timedelta(days=6) >= first_day] or [newest]


def last_full_month(local_as_of: datetime) -> date:
    """Return the first day of the last month that is over."""
    return add_months(local_as_of.date(), -1)


def months_back(first_day: date, local_as_of: datetime) -> list[date]:
    """Return the first days of the full months there are data for, newest first; at least one."""
    newest = last_full_month(local_as_of)
    months = [newest]
    while add_months(months[-1], -1) >= add_months(first_day, 0) and len(months) < 60:
        months.append(add_months(months[-1], -1))
    return months


def weeks_to(end: date, local_as_of: datetime, weeks: int = WEEKS) -> tuple[date, date]:
    """Return first and last day of ``weeks`` whole ISO weeks: up to the one of the day ``end``, if that one is over."""
    week_end = end + timedelta(days=6 - end.weekday())
    if week_end >= local_as_of.date():
        week_end -= timedelta(weeks=1)
    return week_end - timedelta(days=7 * weeks - 1), week_end
