"""Which months can be chosen, and which weeks a sparkline shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from metrics.question import add_months, period_end

WEEKS = 13


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


def month_span(month: date) -> tuple[date, date]:
    """Return the first and last day of a month."""
    return month, period_end(month, "month")


def weeks_to(month: date, local_as_of: datetime, weeks: int = WEEKS) -> tuple[date, date]:
    """Return first and last day of ``weeks`` whole ISO weeks: up to the one the month ends in, if that one is over."""
    _, month_end = month_span(month)
    week_end = month_end + timedelta(days=6 - month_end.weekday())
    if week_end >= local_as_of.date():
        week_end -= timedelta(weeks=1)
    return week_end - timedelta(days=7 * weeks - 1), week_end


def previous_month(month: date) -> date:
    """Return the first day of the month before."""
    return add_months(month, -1)
