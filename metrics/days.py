"""Days, spans of days and how long ago, as short as a sentence or an axis needs them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from metrics.reading import MONTHS


def short_day(day: date | datetime) -> str:
    """Return a day as ``2 Oct``."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def short_span(first: date, last: date) -> str:
    """Return a span of days as ``27 Aug to 26 Sep``."""
    return f"{short_day(first)} to {short_day(last)}"


def span_reads(since: date, until: date, with_year: bool = True) -> str:
    """Return a span as ``1–28 November 2026``."""
    year = f" {until.year}" if with_year else ""
    last = f"{until.day} {MONTHS[until.month - 1]}{year}"
    if (since.year, since.month) == (until.year, until.month):
        return last if since == until else f"{since.day}–{last}"
    first = f"{since.day} {MONTHS[since.month - 1]}"
    return f"{first}{f' {since.year}' if since.year != until.year and with_year else ''} – {last}"


def age_reads(age: timedelta) -> str:
    """Return how long ago something was, in the largest unit that says enough."""
    minutes = max(int(age.total_seconds() // 60), 0)
    for size, unit in ((1440 * 2, "day"), (120, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // {"day": 1440, "hour": 60, "minute": 1}[unit]
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
