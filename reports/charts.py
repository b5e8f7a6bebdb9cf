"""Charts of the digest: the dashboard's own specifications, painted as pictures in the light theme's colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from metrics import METRICS, Question, Scope, ask
from metrics.kinds import unit_of
from metrics.narrative import trend_reads
from metrics.published import Build
from metrics.reading import Style
from ui.pictures import Drawn, png
from ui.series import series_of
from ui.spans import Span, starts
from ui.specs import axis_of
from ui.trend_data import Trend, trend_data
from ui.trends import trend_spec

WEEKS = 13
HEIGHT, WIDTH = 150, 470  # as wide as a mail is, so that its words stay readable
DRAWN = ("tickets_created", "backlog_waiting_on_us")


@dataclass(frozen=True)
class Chart:
    """A picture: its name, PNG, and what it shows in words for those who don't see it."""

    name: str
    picture: bytes
    alt: str


def volume_chart(week: date, scope: Scope, build: Build, style: Style) -> Iterator[Chart]:
    """Yield the thirteen weeks up to ``week`` of what came in and of what waits on us."""
    span = Span(week - timedelta(weeks=WEEKS - 1), week + timedelta(days=6))
    for name in DRAWN:
        metric = METRICS[name]
        answer = ask(Question((name,), (), "week", span.since, span.until), scope, build)
        lines = series_of(metric, answer, (), starts(span, "week"))
        shown = Trend(metric, "week", lines)
        if not any(value for value in shown.values):
            continue
        axis = axis_of(unit_of(metric), shown.values, style)
        drawn = Drawn(
            trend_spec(axis, 60, False, False), trend_data(shown, axis, style, 4), HEIGHT, metric.title, WIDTH
        )
        says = trend_reads(metric, lines[0].points, style)
        yield Chart(name, png(drawn), f"{metric.title}: {says}")
