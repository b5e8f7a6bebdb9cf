"""Cards: a figure with its change, its trend, its target and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from metrics.kinds import Metric
from metrics.narrative import delta_reads, evidence, target_reads
from metrics.published import Build
from metrics.reading import MINUS, Style, day_reads
from ui import charts
from ui.figures import Kpi
from ui.text import plain

A_ROW = 3
ARROWS: dict[str, Literal["up", "down"]] = {"+": "up", MINUS: "down"}
COLOURS: dict[str, Literal["green", "red", "gray"]] = {"better": "green", "worse": "red"}


def row(kpis: Sequence[Kpi], style: Style, build: Build) -> None:
    """Show figures as cards, three beside each other; on a phone one below the other."""
    for start in range(0, len(kpis), A_ROW):
        for column, kpi in zip(st.columns(A_ROW), kpis[start : start + A_ROW], strict=False):
            with column, st.container(border=True, height="stretch", gap="small", key=f"card_{kpi.metric.name}"):
                card(kpi, style, build)


def card(kpi: Kpi, style: Style, build: Build) -> None:
    """Show one figure. A change that is no news is grey; an early figure says so."""
    figure, metric = kpi.figure, kpi.metric
    change = delta_reads(figure, style)
    st.metric(
        plain(metric.title),
        style.value(metric, figure.value),
        plain(change) if change else None,
        delta_color=COLOURS.get(figure.verdict, "gray"),
        delta_arrow=ARROWS.get(change[:1], "off"),
        delta_description=f"vs {kpi.period.compared_short}" if change else None,
        help=definition(metric, build),
    )
    if kpi.why_not:
        st.caption(plain(kpi.why_not))
    if any(week.value is not None for week in kpi.weeks):
        charts.sparkline(metric, kpi.weeks, style)
    notes = []
    if kpi.target and figure.value is not None:
        notes.append(target_reads(figure, kpi.target.value, kpi.target.at_least, style))
        charts.bullet(figure.value, kpi.target.value, notes[0])
    if figure.value is not None and (sure := evidence(figure, style)):
        notes.append(sure)
    if kpi.confirmed is not None:
        notes.append(f"{style.value(metric, kpi.confirmed)} confirmed; the figure takes silence for help")
    if kpi.early:
        notes.append(kpi.early)
    if notes:
        st.caption("  \n".join(plain(note) for note in notes))


def definition(metric: Metric, build: Build) -> str:
    """Return a metric's definition as a tooltip, with what the build was made with."""
    told = build.told(metric)
    divided = f"{told.numerator} ÷ {told.denominator}" if told.denominator != "none" else told.numerator
    return f"{plain(told.says)}\n\n{plain(divided)}, by {plain(metric.on.label)}."


def legend(kpis: Sequence[Kpi]) -> None:
    """Say what the marks of the cards mean."""
    ends = [kpi.weeks[-1].start for kpi in kpis if kpi.weeks]
    if ends:
        st.caption(
            f"Lines: 13 weeks, the last from {day_reads(max(ends))}, with the band of the 95 % interval; "
            f"dashed and hollow is early. Bars: the {kpis[0].period.grain} against the tick of its target."
        )
