"""Which span a page speaks of, and in which grains it can be drawn. Pure: dates in, dates out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from metrics.kinds import Metric
from metrics.question import GRAINS, Grain, Question, add_months, period_end, period_start
from metrics.reading import THIN, day_reads, instant_reads, month_reads

# What the URL carries → how many whole periods of which grain, up to the last one that is over.
SPANS: dict[str, tuple[Grain, int]] = {
    "Last 7 days": ("day", 7),
    "Last 4 weeks": ("week", 4),
    "Last 13 weeks": ("week", 13),
    "Last 26 weeks": ("week", 26),
    "Last 12 months": ("month", 12),
}
ALL_TIME, OWN_DATES = "All time", "Own dates"
USUAL_SPAN = "Last 13 weeks"
MOST_POINTS = 400  # more than a screen has room for, and than a page should send
USUAL_GRAIN: tuple[tuple[int, Grain], ...] = ((3, "hour"), (31, "day"), (300, "week"), (1200, "month"))


AGE_UNITS = ((86400, "days"), (3600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True)
class Span:
    """Days of the reporting zone, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days there are in it."""
        return (self.until - self.since).days + 1

    @property
    def reads(self) -> str:
        """The span as text: ``3 August 2026 to 1 November 2026``."""
        if self.since == self.until:
            return day_reads(self.since)
        return f"{day_reads(self.since)} to {day_reads(self.until)}"

    def whole(self, grain: Grain) -> Span:
        """Return the span widened to whole periods: half a week beside whole ones would look like a fall."""
        return Span(period_start(self.since, grain), period_end(period_start(self.until, grain), grain))


def span_named(name: str, first_day: date, local_as_of: datetime) -> Span:
    """Return a span by its name: whole periods that are over, or all there is."""
    today = local_as_of.date()
    if name not in SPANS:
        return Span(min(first_day, today), today)
    grain, count = SPANS[name]
    until = period_start(today, grain) - timedelta(days=1)
    since = period_start(until, grain)
    for _ in range(count - 1):
        since = period_start(since - timedelta(days=1), grain)
    return Span(since, until)


def own_span(picked: Sequence[date], first_day: date, local_as_of: datetime) -> Span | None:
    """Return the days somebody picked, as far as there are data; None while the choice is half made."""
    if len(picked) != 2:
        return None
    since, until = max(picked[0], first_day), min(picked[1], local_as_of.date())
    return Span(since, until) if since <= until else None


def starts(span: Span, grain: Grain) -> list[date]:
    """Return where every period of a span starts; hours as instants."""
    if grain == "hour":
        midnight = datetime.combine(span.since, datetime.min.time())
        return [midnight + timedelta(hours=hour) for hour in range(24 * span.days)]
    found, day = [], period_start(span.since, grain)
    while day <= span.until:
        found.append(day)
        day = period_end(day, grain) + timedelta(days=1)
    return found


def period_reads(start: date, grain: Grain) -> str:
    """Return a period as people name it: ``Week of 5 October 2026``, ``October 2026``, ``3rd quarter of 2026``."""
    if grain == "hour" and isinstance(start, datetime):
        return instant_reads(start)
    if grain == "quarter":
        return f"{('1st', '2nd', '3rd', '4th')[(start.month - 1) // 3]} quarter of {start.year}"
    if grain == "month":
        return month_reads(start)
    return f"Week of {day_reads(start)}" if grain == "week" else day_reads(start)


def tick_reads(start: date, grain: Grain) -> str:
    """Return where a period starts, as short as an axis needs it: ``5 Oct``, ``Oct 2026``, ``5 Oct 14:00``."""
    month = month_reads(start)[:3]
    if grain == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if grain == "month":
        return f"{month} {start.year}"
    return f"{start.day} {month} {start:%H:%M}" if grain == "hour" else f"{start.day} {month}"


def grains_for(metrics: Sequence[Metric], span: Span, lines: int = 1) -> tuple[Grain, ...]:
    """Return the grains every metric can be told in and ``lines`` of them have room for; none where all are of now."""
    told = [metric for metric in metrics if metric.on.reads != "now"]
    if not told:
        return ()
    finest = max(GRAINS.index(metric.on.finest) for metric in told)
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91}
    able: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter")
    return tuple(g for g in able if GRAINS.index(g) >= finest and span.days * lines / days[g] <= MOST_POINTS)


def usual_grain(grains: Sequence[Grain], span: Span) -> Grain:
    """Return the grain a span is drawn in where nobody chose one."""
    wanted = next((grain for most, grain in USUAL_GRAIN if span.days <= most), "quarter")
    return next((grain for grain in grains if GRAINS.index(grain) >= GRAINS.index(wanted)), grains[-1])


def before(question: Question, against: str) -> Question:
    """Return the question a trend is compared with: just before, or a year back, in periods that line up."""
    if against == "previous":
        return question.previous()
    if question.grain in ("month", "quarter") and question.since and question.until:
        until = add_months(question.until, -11) - timedelta(days=1)  # the end of the same month
        return replace(question, since=add_months(question.since, -12), until=until)
    return question.year_before()


def age_reads(seconds: float) -> str:
    """Return a round age as short as an axis needs it: ``15 min``, ``4 h``, ``3 days``."""
    size, unit = next((size, unit) for size, unit in AGE_UNITS if seconds >= size)
    return f"{seconds / size:g}{THIN}{'day' if unit == 'days' and seconds == size else unit}"
