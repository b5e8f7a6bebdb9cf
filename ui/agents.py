"""The Agents page's parts: each person's figures against their own past and what their case mix lets expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from metrics import METRICS, Question
from metrics.case_mix import expected_by_case_mix, over_the_span
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric, Rate, Ratio
from metrics.narrative_agents import chance_reads, standing_reads
from metrics.question import Grain
from metrics.reading import THIN, Point, number
from ui import looks
from ui.cards import definition
from ui.filters import Where
from ui.page import Page
from ui.series import Series, series_of
from ui.spans import Span, starts
from ui.tables import table
from ui.text import plain
from ui.trends import Trend, trend

# Quality before speed, and volume last: the order is the message.
MEASURES = ("csat", "fcr", "reopen_rate_worked", "complex_share", "aht", "tickets_solved")
A_ROW = 3
MOST = 12  # drawn at once: each chart travels with its spec


@dataclass(frozen=True)
class Team:
    """The people of a part of the desk over some weeks or months, as one viewer may see them."""

    page: Page
    where: Where
    span: Span
    grain: Grain

    def _question(self, metric: Metric) -> Question:
        since, until = self.span.since, self.span.until
        return Question((metric.name,), grain=self.grain, since=since, until=until, where=self.where)

    def measures(self) -> list[Metric]:
        """Return what can be told of people in this part of the desk, quality first."""
        narrowed = {name for name, _ in self.where} | {"agent"}
        known = [METRICS[name] for name in MEASURES if name in METRICS]
        return [metric for metric in known if narrowed <= set(dimensions_of(metric)) and self.page.may_see(metric)]

    def lines(self, metric: Metric) -> dict[str, Series]:
        """Return each agent's periods of a metric."""
        answer = self.page.answer(replace(self._question(metric), by=("agent",))).dropna(subset="agent")
        return {line.name: line for line in series_of(metric, answer, ("agent",), starts(self.span, self.grain))}

    def names(self, measures: Sequence[Metric]) -> list[str]:
        """Return who can be chosen, by name: of the measures the last, volume, is of all who did anything."""
        return sorted(self.lines(measures[-1]), key=str.casefold)

    def expected(self, metric: Metric) -> pd.DataFrame | None:
        """Return each agent's periods beside what their mix of categories lets expect; None for counts."""
        if not (isinstance(metric, Rate) or (isinstance(metric, Ratio) and metric.per is None)):
            return None
        question = self._question(metric)
        scope, build = self.page.scope, self.page.build
        return self.page.made(("case mix", question), lambda: expected_by_case_mix(question, scope, build))


def summary(team: Team, metric: Metric) -> None:
    """Show each person over the whole span beside what their mix lets expect, by name: no ranking."""
    frame = team.expected(metric)
    if frame is None:
        st.caption("How much somebody solves depends on hours and effort, not on the mix alone: see Workload.")
        return
    whole = over_the_span(frame, isinstance(metric, Rate))
    style = team.page.style
    shown = pd.DataFrame(
        {
            "agent": whole["agent"],
            "value": [style.value(metric, value) for value in whole["value"]],
            "expected": [
                f"{style.value(metric, low)} to {style.value(metric, high)}"
                for low, high in zip(whole["low"], whole["high"], strict=True)
            ],
            "says": [
                standing_reads(metric, value, low, high)
                for value, low, high in zip(whole["value"], whole["low"], whole["high"], strict=True)
            ],
            "n": [style.number(n) for n in whole["n"]],
        }
    )
    headings = {"agent": "Agent", "value": metric.title, "expected": "Their mix lets expect", "says": "So", "n": "n"}
    alt = f"{metric.title} of each agent beside what their case mix lets expect"
    table(shown, headings, alt=alt, empty="Nobody yet.")
    if says := chance_reads(len(whole)):
        st.caption(says)


def everybody(team: Team, metric: Metric) -> None:
    """Show a metric's trend of everybody, on one scale, by name."""
    lines = team.lines(metric)
    names = sorted(lines, key=str.casefold)
    if len(names) == 1:
        looks.at_one(team.page, "figures", names[0])
    drawn = [_drawn(team, metric, lines[name], team.expected(metric)) for name in names[:MOST]]
    _grid(team, [(name, one) for name, one in zip(names, drawn, strict=False)], f"all_{metric.name}")
    if len(names) > MOST:
        st.caption(f"The first {MOST} of {len(names)} by name: choose a team to see its people.")


def one_person(team: Team, agent: str) -> None:
    """Show all metrics of one person, quality first; the look is written down."""
    looks.at_one(team.page, "figures", agent)
    drawn = []
    for metric in team.measures():
        line = team.lines(metric).get(agent)
        if line is not None:
            drawn.append((metric.title, _drawn(team, metric, line, team.expected(metric))))
    _grid(team, drawn, "one", same_scale=False)


def _drawn(team: Team, metric: Metric, line: Series, expected: pd.DataFrame | None) -> Trend:
    at = starts(team.span, team.grain)
    if expected is None:
        return Trend(metric, team.grain, [line])
    mine = expected[expected["agent"] == line.name]
    known = {pd.Timestamp(row["period"]).date(): row for row in mine.to_dict("records")}
    hoped = [Point(start, number(known[start]["expected"]) if start in known else None) for start in at]
    return Trend(metric, team.grain, [line], before=hoped)


def _grid(team: Team, drawn: Sequence[tuple[str, Trend]], key: str, same_scale: bool = True) -> None:
    values = [value for _, one in drawn for value in one.values]
    limits = (min(values), max(values)) if values and same_scale else ()
    for first in range(0, len(drawn), A_ROW):
        for nth, column in enumerate(st.columns(A_ROW), start=first):
            if nth < len(drawn):
                name, one = drawn[nth]
                with column:
                    st.markdown(
                        f"**{plain(name)}** · n{THIN}={THIN}{team.page.style.number(one.lines[0].weight)}",
                        help=definition(one.metric, team.page.build),
                    )
                    shared = Trend(one.metric, one.grain, one.lines, one.before, limits=limits)
                    trend(shared, team.page.style, f"{key}_{nth}", small=True)


def reading_aid() -> None:
    """Say what the lines mean, and what they cannot account for."""
    st.caption(
        "Young periods are hollow; one of fewer than five is not shown. The faint line is what the same categories "
        "took from colleagues in the same period: it accounts for the mix of work, not for hard customers, shifts or "
        "luck. Read a trend against the person's own past."
    )
