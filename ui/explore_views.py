"""Explore, below the trend: by value, pivot, distribution, cohorts, rows, definition. Only what is open is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from metrics.distribution import ages_for, cohorts, distribution, has_distribution
from metrics.kinds import Duration, Metric
from metrics.question import Question
from metrics.reading import number
from metrics.rows import rows
from ui import bars, drill, exports, heat, spread
from ui.definitions import facts
from ui.explore import ROWS_VIEW, Part, picture
from ui.explore_choices import Asked
from ui.names import SPINES, dimension_reads, in_order, value_named
from ui.page import Page
from ui.series import counts_rows, value_reads, weight_of
from ui.spans import age_reads, period_reads, tick_reads
from ui.tables import table
from ui.text import plain

VIEWS = (ROWS_VIEW, "By value", "Pivot", "Distribution", "Cohorts", "Definition")
MOST_COLUMNS = 26


def opened(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show the choice of views and the one that is open."""
    found = st.segmented_control("View", VIEWS, default=ROWS_VIEW, key="view", bind="query-params", required=True)
    show: dict[str, Callable[[Asked, Metric, Page, Part], None]] = {
        ROWS_VIEW: counted_rows,
        "By value": by_value,
        "Pivot": pivot,
        "Distribution": spread_out,
        "Cohorts": by_age,
        "Definition": defined,
    }
    show.get(found or ROWS_VIEW, counted_rows)(asked, metric, page, looked_at)


def in_detail(metrics: Sequence[Metric]) -> Metric:
    """Return the metric whose rows and views are shown; where there are several, the reader chooses."""
    if len(metrics) == 1:
        return metrics[0]
    titles = {metric.title: metric for metric in metrics}
    picked = st.segmented_control(
        "In detail", list(titles), default=metrics[0].title, key="detail", bind="query-params"
    )
    return titles.get(picked or "", metrics[0])


def of_part(asked: Asked, metric: Metric, looked_at: Part) -> Question:
    """Return the question about the part that is looked at, without periods or dimensions."""
    question = asked.question(metric)
    kept = tuple((name, values) for name, values in question.where if name not in dict(looked_at.of))
    question = replace(question, where=(*kept, *looked_at.of))
    if looked_at.days and question.since:
        question = replace(question, since=looked_at.days.since, until=looked_at.days.until)
    return question


def counted_rows(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show the rows behind the part that is looked at, newest first, each with its way to the helpdesk."""
    question = of_part(asked, metric, looked_at)
    st.caption(plain(looked_at.reads(asked, metric)))
    found = page.made(("rows", question), lambda: rows(question, page.scope, page.build, drill.SHOWN_ROWS + 1))
    drill.rows_table(metric, found.head(drill.SHOWN_ROWS), "rows_table")
    if len(found) > drill.SHOWN_ROWS:
        st.caption(
            plain(f"The newest {drill.SHOWN_ROWS}; the export has up to {page.style.number(drill.EXPORTED_ROWS)}.")
        )
    if len(found):
        scope, build = page.scope, page.build
        exports.buttons(f"rows-{metric.name}", "Rows", lambda: rows(question, scope, build, drill.EXPORTED_ROWS))


def by_value(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show where each value of the first dimension stands over the span."""
    if not asked.by:
        st.info("Choose a dimension under Split by: its values stand here beside each other.")
        return
    name = asked.by[0]
    answer = page.answer(replace(of_part(asked, metric, Part(looked_at.days, ())), by=(name,)))
    found = {value_reads(row[name]): row for row in answer.to_dict("records")}
    heaviest = sorted(found, key=lambda value: -weight_of(found[value]))
    shown = [
        bars.Bar(
            value_named(name, value),
            number(found[value]["value"]),
            number(found[value]["low"]),
            number(found[value]["high"]),
            number(found[value]["denominator"]),
        )
        for value in in_order(name, heaviest)
    ]
    key = f"bars_{metric.name}"

    def touched() -> None:
        picked = bars.picked(st.session_state.get(key))
        if picked:
            st.session_state[f"of_{name}"], st.session_state["view"] = picked, ROWS_VIEW

    bars.standing(metric, shown, page.style, key, touched)
    few = sum(bar.value is None for bar in shown)
    told = f" {few} with too few rows to show." if few else ""
    st.caption(plain(f"Most rows first; click a bar for its rows.{told}"))


def pivot(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show dimension × period, or dimension × dimension, shaded."""
    if not asked.by:
        st.info("Choose one dimension for a pivot by period, two for a pivot of both.")
        return
    if len(asked.by) == 1 and (asked.grain is None or metric.on.reads == "now"):
        st.info("This metric has no periods: choose a second dimension.")
        return
    is_by_period = len(asked.by) == 1
    answer = page.answer(asked.question(metric, asked.grain if is_by_period else None, asked.by))
    across, down = ("period", asked.by[0]) if is_by_period else (asked.by[1], asked.by[0])
    cells, rows_in, columns = _table(answer, metric, page, asked, down, across)
    if len(columns) > MOST_COLUMNS:
        columns = columns[-MOST_COLUMNS:] if is_by_period else columns[:MOST_COLUMNS]
        st.caption(f"The {'last' if is_by_period else 'first'} {MOST_COLUMNS} columns; the export has all of them.")
    heat.heat(cells, rows_in, columns, f"{metric.title}: {dimension_reads(down)} by {across}", f"pivot_{metric.name}")
    exports.buttons(f"pivot-{metric.name}", "Pivot", lambda: pivoted(answer, down, across))


def pivoted(answer: pd.DataFrame, down: str, across: str) -> pd.DataFrame:
    """Return a pivot as the page shows it: every row and column, that of what is not known and that of too few too."""
    named = answer.assign(**{name: answer[name].map(value_reads) for name in (down, across) if name != "period"})
    grid = named.pivot(index=down, columns=across, values="value")
    columns = sorted(grid.columns) if across == "period" else list(dict.fromkeys(named[across]))
    return grid.loc[list(dict.fromkeys(named[down])), columns].reset_index()


def _table(
    answer: pd.DataFrame, metric: Metric, page: Page, asked: Asked, down: str, across: str
) -> tuple[list[heat.Cell], list[str], list[str]]:
    """Return cells, rows and columns of a pivot; hours and weekdays are all there, and zero where nothing came."""
    grain = asked.grain or "week"
    weights: dict[str, dict[str, float]] = {down: {}, across: {}}
    values: dict[tuple[str, str], dict[Any, Any]] = {}
    for row in answer.to_dict("records"):
        column = str(pd.Timestamp(row["period"])) if across == "period" else value_reads(row[across])
        at = (value_reads(row[down]), column)
        values[at] = row
        for name, value in zip((down, across), at, strict=True):
            weights[name][value] = weights[name].get(value, 0.0) + weight_of(row)
    found = {
        name: list(SPINES[name])
        if name in SPINES
        else sorted(weights[name])
        if name == "period"
        else in_order(name, sorted(weights[name], key=lambda value, of=weights[name]: -of[value]))  # type: ignore[misc]
        for name in (down, across)
    }
    absent = {"value": 0.0 if counts_rows(metric) else None, "denominator": None, "mature": True}
    grid = [(row, column, values.get((row, column), absent)) for row in found[down] for column in found[across]]
    shades = heat.shares([number(cell["value"]) for _, _, cell in grid])

    def reads(name: str, value: str, is_long: bool = False) -> str:
        if name != "period":
            return value_named(name, value)
        start = pd.Timestamp(value).to_pydatetime()
        return period_reads(start, grain) if is_long else tick_reads(start, grain)

    cells = [
        heat.Cell(
            reads(down, row),
            reads(across, column),
            page.style.value(metric, number(cell["value"])),
            shade,
            not cell["mature"],
            _hint(metric, cell, page),
        )
        for (row, column, cell), shade in zip(grid, shades, strict=True)
    ]
    return cells, [reads(down, row) for row in found[down]], [reads(across, column) for column in found[across]]


def _hint(metric: Metric, cell: dict[Any, Any], page: Page) -> str:
    n = number(cell["denominator"])
    early = "" if cell["mature"] else ", so far"
    return (
        page.style.value(metric, number(cell["value"]))
        + early
        + ("" if n is None else f" (n = {page.style.number(n)})")
    )


def spread_out(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show how the rows are spread, not only their middle."""
    if not has_distribution(metric):
        st.info("A row of this metric is a yes or a no, or a part of a sum: durations and means have distributions.")
        return
    question = of_part(asked, metric, looked_at)
    found = page.made(("spread", question), lambda: distribution(question, page.scope, page.build))
    st.caption(plain(looked_at.reads(asked, metric)))
    if found.empty:
        st.caption("No rows here.")
        return
    spread.spread(metric, found, page.style, f"spread_{metric.name}")


def by_age(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show which share of each period's rows was done by which age."""
    if not isinstance(metric, Duration) or asked.grain is None:
        st.info(
            "Cohorts follow durations, such as Time to first resolution: which share was done after 1, 3, 7, 14 days."
        )
        return
    whole = asked.question(metric)
    typical = number(page.answer(whole)["value"].iloc[0]) if len(page.answer(whole)) else None
    question = replace(whole, grain="week" if asked.grain in ("hour", "day") else asked.grain)
    ages = ages_for(typical)
    found = page.made(("cohorts", question, ages), lambda: cohorts(question, ages, page.scope, page.build))
    grain = question.grain or "week"
    cells = [
        heat.Cell(
            tick_reads(pd.Timestamp(row["period"]).date(), grain),
            age_reads(row["age_seconds"]),
            page.style.percent(row["value"]) if number(row["value"]) is not None else "–",
            number(row["value"]),
            not row["mature"],
            f"{row['numerator']} of {row['denominator']}" + ("" if row["mature"] else ", so far"),
        )
        for row in found.to_dict("records")
    ]
    st.caption(plain(f"Share done within each age, by when it was {metric.on.label}; italics can still rise."))
    rows_in, columns = (list(dict.fromkeys(getattr(cell, name) for cell in cells)) for name in ("row", "column"))
    heat.heat(cells, rows_in, columns, f"{metric.title}: share done by age", f"cohorts_{metric.name}")
    exports.buttons(f"cohorts-{metric.name}", "Cohorts", lambda: found)


def defined(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show what the metric means, who was left out, and the SQL of what is shown."""
    st.text(page.build.told(metric).says)
    table(facts(metric, page), {"what": "", "says": "Definition"}, alt=f"Definition of {metric.title}")
    question = of_part(asked, metric, looked_at)
    st.caption(plain(f"Ledger, from all rows to those that count · {looked_at.reads(asked, metric)}"))
    ledger = page.ledger(question)
    table(ledger, {"step": "Step", "tickets": "Rows", "left": "Left"}, alt=f"Ledger of {metric.title}")
    st.caption("SQL of the trend, for any SQL client")
    st.code(page.sql(asked.question(metric, asked.grain, asked.by)), language="sql", height=300)


def figures(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Offer the figures of the trend and the chart itself."""
    if asked.why_not(metric):
        return
    question = asked.question(metric, asked.grain, asked.by)
    exports.buttons(
        f"explore-{metric.name}", "Figures", lambda: page.answer(question), picture(asked, metric, page, looked_at)
    )
