"""Filters: which part of the desk, which month. Kept across pages and in the URL.

The URL is the reader's, so nothing in it is believed: a value that does not exist is dropped by the widget it is
bound to, and what comes back is checked against what exists before it reaches a question.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from metrics import Scope
from metrics.published import Build
from metrics.reading import day_reads, month_reads
from ui.asking import first_day, values_of
from ui.choice import one_of, take_along
from ui.names import dimension_reads, value_named
from ui.periods import Period, last_full_month, months_back, weeks_back
from ui.text import plain

Where = tuple[tuple[str, tuple[str, ...]], ...]  # (dimension, values)
DIMENSIONS = {"team": "Team", "channel": "Channel", "category": "Category", "product_area": "Product area"}
ALL = {
    "team": "All teams",
    "channel": "All channels",
    "category": "All categories",
    "product_area": "All product areas",
}


@dataclass(frozen=True)
class Chosen:
    """What the reader chose: a period, and values of dimensions."""

    period: Period
    where: Where = field(default=())

    @property
    def narrowed_by(self) -> tuple[str, ...]:
        """The dimensions that are filtered."""
        return tuple(name for name, _ in self.where)

    @property
    def reads(self) -> str:
        """The filters as text; data, not markup."""
        return where_reads(self.where)


def read_ahead(scope: Scope, build: Build) -> None:
    """Read what a viewer can choose from before the first page asks."""
    first_day(scope, build)
    for name in DIMENSIONS:
        values_of(name, scope, build)


def controls(scope: Scope, build: Build, grain: Literal["week", "month"] = "month") -> Chosen:
    """Show the filters in the sidebar and return what is chosen: a month, or a week."""
    with st.sidebar, st.container(key="controls"):
        period = _week(scope, build) if grain == "week" else _month(scope, build)
        where = _narrowed(scope, build)
    return Chosen(period, where)


def grain_chosen(key: str) -> Literal["week", "month"]:
    """Show in the sidebar whether months or weeks are told, and return which."""
    with st.sidebar:
        return "week" if one_of("Told by", ["Month", "Week"], key) == "Week" else "month"


def part_of_desk(scope: Scope, build: Build) -> Where:
    """Show the filters that name a part of the desk in the sidebar and return what is chosen."""
    with st.sidebar, st.container(key="controls"):
        return _narrowed(scope, build)


def _narrowed(scope: Scope, build: Build) -> Where:
    where = values_chosen(scope, build)
    if where:
        st.button("Clear filters", on_click=_clear, type="tertiary", icon=":material/filter_alt_off:")
    return where


def values_chosen(scope: Scope, build: Build) -> Where:
    """Show the filters every page has, and return (dimension, values) of those that are set."""
    return tuple((name, picked) for name in DIMENSIONS if (picked := _values(name, scope, build)))


def _month(scope: Scope, build: Build) -> Period:
    months = months_back(first_day(scope, build) or last_full_month(build.local_as_of), build.local_as_of)
    names = [month_reads(month) for month in months]  # also what the URL carries
    take_along("month")
    picked = st.selectbox("Month", names, key="month", bind="query-params", filter_mode=None)
    return Period("month", months[names.index(picked)] if picked in names else months[0])


def _week(scope: Scope, build: Build) -> Period:
    weeks = weeks_back(first_day(scope, build) or build.local_as_of.date(), build.local_as_of)
    names = [day_reads(week) for week in weeks]
    take_along("week")
    picked = st.selectbox("Week of", names, key="week", bind="query-params", filter_mode=None)
    return Period("week", weeks[names.index(picked)] if picked in names else weeks[0])


def _values(name: str, scope: Scope, build: Build) -> tuple[str, ...]:
    options = values_of(name, scope, build)
    take_along(name)
    picked = st.multiselect(DIMENSIONS[name], options, key=name, placeholder=ALL[name], bind="query-params")
    return tuple(value for value in options if value in picked)


def _clear() -> None:
    for name in DIMENSIONS:
        st.session_state[name] = []


def shown(chosen: Chosen) -> None:
    """Say which part of the desk the page speaks of, where it is not the whole."""
    told(chosen.where)


def told(where: Where) -> None:
    """Say which part of the desk is filtered for, where it is not the whole."""
    if where:
        st.caption(f":material/filter_alt: {plain(where_reads(where))}")


def set_aside() -> None:
    """Say of a page that does not narrow by them that filters chosen on another page are set aside."""
    if where := tuple((name, tuple(picked)) for name in DIMENSIONS if (picked := st.session_state.get(name))):
        st.caption(f":material/filter_alt_off: {plain('Not narrowed to ' + where_reads(where))}: choose a part below.")


def where_reads(where: Where) -> str:
    """Return filters as text (data, not markup): ``Team: Billing, Accounts · Channel: email``."""
    named = ((name, [value_named(name, value) for value in values]) for name, values in where)
    return " · ".join(f"{dimension_reads(name)}: {', '.join(values)}" for name, values in named) or "The whole desk"
