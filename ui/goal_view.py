"""Goals as the page shows them: each target beside what was reached month by month, who decided it, and a way to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd
import streamlit as st

from config.targets import Target
from metrics import METRICS, Question
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric
from metrics.narrative import evidence, is_reached, result_reads
from metrics.narrative_goals import aim_reads, decided_reads, record_reads
from metrics.question import period_end
from metrics.reading import NOTHING, Figure, Point, day_reads, month_reads, number
from metrics.teams import team_keys
from ui.filters import Chosen
from ui.goals import DESK, Part, Teams, part_of
from ui.page import Page
from ui.series import Series, series_of
from ui.spans import Span, span_named, starts
from ui.tables import table
from ui.text import plain
from ui.trends import Trend, trend

A_ROW = 3
YEAR = "Last 12 months"
SET = "the settings"  # nobody decided it here


@dataclass(frozen=True)
class Aims:
    """The goals of a part of the desk, as one viewer may see them."""

    page: Page
    chosen: Chosen

    @cached_property
    def part(self) -> Part:
        """The part of the desk that is filtered for."""
        return part_of(self.chosen.where, self.page.scope, self.page.build)

    @cached_property
    def span(self) -> Span:
        """The twelve months that are over."""
        return span_named(YEAR, self.chosen.period.first, self.page.build.local_as_of)

    @cached_property
    def metrics(self) -> list[Metric]:
        """The figures of the headline, and all that has a target, as far as this part of the desk has them."""
        aimed = [name for name in METRICS if self.target(METRICS[name], self.span.until) is not None]
        names = dict.fromkeys([*self.page.headline(self.chosen), *aimed])
        return [METRICS[name] for name in names if METRICS[name] in self.able]

    @cached_property
    def able(self) -> list[Metric]:
        """Every metric that can have a target here: told by the month, of this part, one reading of each."""
        narrowed = set(self.chosen.narrowed_by)
        told = [metric for metric in METRICS.values() if metric.on.reads != "now" and metric.variant_of is None]
        return [metric for metric in told if narrowed <= set(dimensions_of(metric)) and self.page.may_see(metric)]

    def target(self, metric: Metric, on: date) -> Target | None:
        """Return the target that held on a day."""
        return self.page.goals.target(metric, self.part, on)

    @property
    def answer(self) -> pd.DataFrame:
        """The twelve months of all metrics."""
        names = tuple(one.name for one in self.metrics)
        return self.page.answer(Question(names, (), "month", self.span.since, self.span.until, self.chosen.where))

    def months(self, metric: Metric) -> Series:
        """Return the metric's twelve months."""
        [line] = series_of(metric, self.answer, (), starts(self.span, "month"))
        return line

    def last(self, metric: Metric) -> Figure:
        """Return the metric's last month, with how many rows it rests on."""
        point, told = self.months(metric).points[-1], self.answer
        is_last = pd.to_datetime(told["period"]).dt.date == point.start
        n = [number(value) for value in told[is_last & (told["metric"] == metric.name)]["denominator"]]
        return Figure(
            metric, point.value, point.low, point.high, int(n[0]) if n and n[0] is not None else None, point.mature
        )

    def reached(self, metric: Metric) -> list[bool]:
        """Return of each month that is final and had a target whether it was reached then."""
        found = []
        for point in self.months(metric).points:
            target = self.target(metric, period_end(point.start, "month"))
            if target is not None and point.value is not None and point.mature:
                found.append(is_reached(point.value, target.value, target.at_least))
        return found

    def origin(self, metric: Metric) -> str:
        """Return whose decision the present target was, and since when it holds."""
        for teams in dict.fromkeys((self.part.teams, DESK)):
            goal = self.page.goals.goal(metric.name, teams, self.span.until)
            if goal is not None and goal.value is not None:
                return f"{goal.created_by}, from {day_reads(goal.since)} on"
        return SET


def standing(aims: Aims) -> None:
    """Show each figure beside its target: the last month, how often it was reached, since when it holds."""
    style, month = aims.page.style, month_reads(aims.span.until)
    rows = []
    for metric in aims.metrics:
        target, last = aims.target(metric, aims.span.until), aims.last(metric)
        so_far = "" if last.mature or last.value is None else ", so far"
        judged = result_reads(last.value, last.low, last.high, target.value, target.at_least) if target else ""
        rows.append(
            {
                "title": metric.title,
                "target": aim_reads(metric, target.value if target else None, bool(target and target.at_least), style),
                "value": f"{style.value(metric, last.value)}{so_far}",
                "sure": evidence(last, style) if last.value is not None else "",
                "judged": judged or NOTHING,
                "record": record_reads(aims.reached(metric)),
                "since": aims.origin(metric) if target else "",
            }
        )
    shown = {
        "title": "Figure",
        "target": "Target",
        "value": month,
        "sure": "How sure",
        "judged": "Result",
        "record": "Months reached",
        "since": "Set by",
    }
    table(pd.DataFrame(rows), shown, alt=f"Targets and what was reached in {month}", empty="There are no goals here.")


def trends(aims: Aims) -> None:
    """Draw the year of every figure that has a target, with the target that held in each month."""
    aimed = [metric for metric in aims.metrics if _held(aims, metric)]
    for first in range(0, len(aimed), A_ROW):
        for column, metric in zip(st.columns(A_ROW), aimed[first : first + A_ROW], strict=False):
            with column:
                st.markdown(f"**{plain(metric.title)}**")
                drawn = Trend(metric, "month", [aims.months(metric)], before=_held(aims, metric))
                trend(drawn, aims.page.style, f"goal_{metric.name}", small=True)
    if aimed:
        st.caption("Twelve months. Grey: the target that held in each of them.")


def _held(aims: Aims, metric: Metric) -> Sequence[Point]:
    """Return the target month by month; empty where there never was one."""
    at = starts(aims.span, "month")
    held = [aims.target(metric, period_end(start, "month")) for start in at]
    points = [Point(start, target.value if target else None) for start, target in zip(at, held, strict=True)]
    return points if any(held) else ()


def history(aims: Aims) -> None:
    """Tell every decision about targets and headline figures the viewer may see, the newest first."""
    names = named(aims.page)
    style = aims.page.style
    for goal in aims.page.goals.kept:
        if (metric := METRICS.get(goal.metric)) is not None:
            said = decided_reads(metric, goal.value, goal.at_least, goal.since, goal.created_by, goal.note, style)
            st.text(f"{about(goal.teams, names)}: {said}")
    for teams, chosen in aims.page.goals.chosen:
        titles = ", ".join(METRICS[name].title for name in chosen if name in METRICS)
        st.text(f"{about(teams, names)}: seen first are {titles}")
    if not aims.page.goals.key:
        st.caption("Nothing was decided here yet; the targets are those the installation came with.")


def named(page: Page) -> dict[str, str]:
    """Return what the team of each key is called."""
    known = page.made("team names", lambda: team_keys(page.build))
    return {key: name for name, keys in known.items() for key in keys}


def about(teams: Teams, names: dict[str, str]) -> str:
    """Return whom something is about: team names, or the whole desk."""
    return ", ".join(sorted({names.get(key, key) for key in teams})) or "The whole desk"
