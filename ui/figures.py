"""The figures of a month or week: value, the one before, thirteen weeks, target. What cards, sentence, export show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from config.targets import Target
from metrics import METRICS, Question, Scope, metric_named
from metrics.ages import equal_age, is_dated
from metrics.asking import ask_both
from metrics.changes import Change, change_between, weekly_width
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric
from metrics.narrative import early_reads, so_far_reads
from metrics.published import Build
from metrics.query import may_ask
from metrics.reading import Figure, Point, day_reads, number
from ui.asking import answer
from ui.filters import DIMENSIONS, Chosen
from ui.goals import Goals, Part, part_of
from ui.periods import Period, weeks_to
from ui.series import series_of
from ui.spans import Span, starts

Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Kpi:
    """A headline figure with everything a card shows of it."""

    figure: Figure
    period: Period
    weeks: tuple[Point, ...]
    target: Target | None = None
    confirmed: float | None = None  # the low reading, for what is never known exactly
    early: str = ""  # why the figure is not final yet
    why_not: str = ""  # why there is no figure

    @property
    def metric(self) -> Metric:
        """The metric the figure is of."""
        return self.figure.metric


@dataclass(frozen=True)
class Asker:
    """Asks on behalf of one viewer, of one build."""

    scope: Scope
    build: Build
    goals: Goals

    def kpis(self, chosen: Chosen, names: Sequence[str]) -> list[Kpi]:
        """Return the figures of the chosen period; those the filters cannot split come without a value and say why.

        A young period and the one before are judged at equal age, and so are the weeks beside a week.
        """
        period = chosen.period
        able = [name for name in names if self._why_not(metric_named(name), chosen) == ""]
        asked = tuple(dict.fromkeys([*able, *(low for name in able if (low := f"{name}_low") in METRICS)]))
        if not asked:
            return [self._without(metric_named(name), chosen) for name in names]
        question = equal_age(Question(asked, since=period.first, until=period.last, where=chosen.where), self.build)
        since, until = weeks_to(period.last, self.build.local_as_of)
        age = question.known_after if period.grain == "week" else None
        part = part_of(chosen.where, self.scope, self.build)
        trend = self._trend(Question(tuple(able), grain="week", since=since, until=until, where=chosen.where), age)
        if period.grain == "week":  # the trend holds it already
            now, before = (self._of_week(trend, asked_of) for asked_of in (question, question.previous()))
        else:
            now, before = map(_by_metric, ask_both(question, question.previous(), self.scope, self.build))
        return [
            self._kpi(
                metric_named(name), question, chosen, part, now, before, weekly(metric_named(name), trend, since, until)
            )
            if name in able
            else self._without(metric_named(name), chosen)
            for name in names
        ]

    def _trend(self, question: Question, age: timedelta | None) -> pd.DataFrame:
        """Return the weeks of a question at an age; those whose outcomes have no date at their own, as all are known.

        Their young weeks have but their first days: cut alike, the weeks before would say less than is known.
        """
        cut = [name for name in question.metrics if age is not None and _is_cut(metric_named(name))]
        whole = [name for name in question.metrics if name not in cut]
        asked = ([replace(question.of(whole), known_after=age)] if whole else []) + ([question.of(cut)] if cut else [])
        return pd.concat([answer(one, self.scope, self.build) for one in asked], ignore_index=True)

    def _of_week(self, trend: pd.DataFrame, question: Question) -> Rows:
        """Return the rows of a trend that answer a question about one of its weeks; what it does not hold is asked."""
        told = _by_metric(trend[pd.to_datetime(trend["period"]).dt.date == question.since])
        if question.known_after is not None:
            told = {name: row for name, row in told.items() if not _is_cut(metric_named(name))}
        missing = [name for name in question.metrics if name not in told]
        return told | (_by_metric(answer(question.of(missing), self.scope, self.build)) if missing else {})

    def _kpi(
        self,
        metric: Metric,
        question: Question,
        chosen: Chosen,
        part: Part,
        now: Rows,
        before: Rows,
        weeks: tuple[Point, ...],
    ) -> Kpi:
        width = weekly_width(question.of((metric.name,)), self.scope, self.build)
        figure = change_between(metric, now[metric.name], before[metric.name], width).figure
        low = now.get(f"{metric.name}_low")
        return Kpi(
            figure,
            chosen.period,
            weeks,
            self.goals.target(metric, part, chosen.period.last),
            number(low["value"]) if low else None,
            "" if figure.mature else self._early(metric, question, chosen.period),
            "" if figure.value is not None else _too_few(figure.n),
        )

    def _early(self, metric: Metric, question: Question, period: Period) -> str:
        if metric.matures_after is None:
            return ""
        wait = self.build.clock.wait(metric)
        if question.known_after is not None and is_dated(metric):
            final_on = period.last + timedelta(days=1) + wait
            return so_far_reads(period.grain, question.known_after, day_reads(final_on))
        return early_reads(metric, day_reads((self.build.local_as_of - wait).date()), wait)

    def _without(self, metric: Metric, chosen: Chosen) -> Kpi:
        return Kpi(Figure(metric, None), chosen.period, (), why_not=self._why_not(metric, chosen))

    def _why_not(self, metric: Metric, chosen: Chosen) -> str:
        if not may_ask(metric, self.scope):
            return "Belongs to no team: shown to those who may see the whole desk."
        valid = dimensions_of(metric)
        missing = [DIMENSIONS[name].lower() for name in chosen.narrowed_by if name not in valid]
        return f"Cannot be told by {' or '.join(missing)}." if missing else ""


def _is_cut(metric: Metric) -> bool:
    return metric.matures_after is not None and not is_dated(metric)


def _by_metric(rows: pd.DataFrame) -> Rows:
    return {str(row["metric"]): {str(name): value for name, value in row.items()} for row in rows.to_dict("records")}


def weekly(metric: Metric, trend: pd.DataFrame, since: date, until: date) -> tuple[Point, ...]:
    """Return the weeks of a span: no rows means zero of what is counted, and a gap in what is divided."""
    [line] = series_of(metric, trend, (), starts(Span(since, until), "week"))
    return line.points


def judged(kpis: Sequence[Kpi], found: Sequence[Change]) -> list[Kpi]:
    """Return the figures with the verdicts they have among all that were tested: what is said of one is said once."""
    p = {change.metric.name: change.p for change in found}
    return [replace(kpi, figure=replace(kpi.figure, p=p.get(kpi.metric.name, kpi.figure.p))) for kpi in kpis]


def exported(kpis: Sequence[Kpi], chosen: Chosen) -> pd.DataFrame:
    """Return the figures as a table to take away: numbers as they are, units in the column that says so."""
    return pd.DataFrame(
        [
            {
                "period": chosen.period.code,
                "part_of_the_desk": chosen.reads,
                "metric": kpi.metric.name,
                "title": kpi.metric.title,
                "value": kpi.figure.value,
                "low_95": kpi.figure.low,
                "high_95": kpi.figure.high,
                "n": kpi.figure.n,
                "is_final": kpi.figure.mature,
                "before": kpi.figure.before,
                "target": kpi.target.value if kpi.target else None,
            }
            for kpi in kpis
        ]
    )


def _too_few(n: int | None) -> str:
    return f"Too few to show (n = {n})." if n else "Nothing was counted in it."
