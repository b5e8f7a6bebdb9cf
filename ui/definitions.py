"""What every number means, on a page: definitions by family, variants side by side, SQL and ledger on demand."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import pandas as pd
import streamlit as st

from metrics.dimensions import dimensions_of
from metrics.kinds import Metric
from metrics.narrative import wait_reads
from metrics.published import Build
from metrics.registry import FAMILIES
from ui.asking import first_day
from ui.explore_choices import span_choice
from ui.filters import values_chosen
from ui.page import Page
from ui.readings import BESIDE, Asked, beside, moves, readings_of
from ui.tables import table
from ui.text import plain

BETTER = {"up": "more is better", "down": "less is better", "neither": "neither way is better"}

LEDGER = {"step": "Step", "tickets": "Rows", "left": "Left"}
FEW = 15  # hits of a search that are asked without being opened


def choices(page: Page) -> Asked:
    """Show the choice of span and part of the desk in the sidebar and return it."""
    first = first_day(page.scope, page.build) or page.build.local_as_of.date()
    with st.sidebar, st.container(key="controls"):
        return Asked(span_choice(page, first), values_chosen(page.scope, page.build))


def search() -> str:
    """Show the search box and return what is looked for, in small letters."""
    found = st.text_input(
        "Search definitions",
        key="find",
        placeholder="A word from a title, name or definition",
        bind="query-params",
        max_chars=60,
    )
    return (found or "").strip().casefold()


def matching(sought: str, build: Build) -> list[tuple[ModuleType, list[Metric]]]:
    """Return the families with the metrics that hold every word of ``sought``; families without one are left out."""
    words = sought.split()
    found = {m.name for f in FAMILIES for m in f.METRICS if all(word in _haystack(build.told(m)) for word in words)}
    kept = [(family, [metric for metric in family.METRICS if metric.name in found]) for family in FAMILIES]
    return [(family, metrics) for family, metrics in kept if metrics]


def hits(found: Sequence[tuple[ModuleType, list[Metric]]]) -> int:
    """Return how many metrics a search found."""
    return sum(len(metrics) for _, metrics in found)


def _haystack(metric: Metric) -> str:
    return f"{metric.title} {metric.name} {metric.says} {metric.numerator} {metric.denominator}".casefold()


def family(module: ModuleType, metrics: Sequence[Metric], asked: Asked, page: Page, is_open: bool) -> None:
    """Show a family: its metrics in full, folded; their values beside each other when somebody opens them."""
    title, _, rest = (module.__doc__ or module.__name__).strip().partition("\n")[0].partition(":")
    st.subheader(plain(title.rstrip(".")), anchor=False)
    if rest:
        st.caption(plain(rest.strip()[:1].upper() + rest.strip()[1:]))
    key = f"beside_{module.__name__.rpartition('.')[2]}"
    folded = st.expander("Values beside each other", is_open, key=key, on_change="rerun", icon=":material/compare:")
    if folded.open:
        with folded:
            table(beside(metrics, asked, page), BESIDE, alt=f"Metrics of {title}, with their values side by side")
            for strict in metrics:
                if readings := readings_of(strict):
                    moves([strict, *readings], asked, page)
    for metric in metrics:
        detail(metric, asked, page)


def facts(metric: Metric, page: Page) -> pd.DataFrame:
    """Return what defines a metric, line by line."""
    told = page.build.told(metric)
    lines = [
        ("Name", metric.name),
        ("Counts", told.numerator if metric.numerator != "none" else "a percentile of durations"),
        ("Among", told.denominator if metric.denominator != "none" else "nothing: a count"),
        ("Date basis", metric.on.label),
        ("Clock", " or ".join(metric.clocks)),
        ("Final after", wait_reads(page.build.clock.wait(metric)) if metric.matures_after else "at once"),
        ("Direction", BETTER[metric.better]),
        ("Left out", ", ".join(step.label for step in metric.excluding) or "nothing"),
        ("Can be split by", ", ".join(dimensions_of(metric)).replace("_", " ")),
    ]
    return pd.DataFrame(lines, columns=["what", "says"])


def detail(metric: Metric, asked: Asked, page: Page) -> None:
    """Show one metric in full. Its SQL and ledger are worked out only when somebody opens it."""
    folded = st.expander(plain(f"{metric.title} · {metric.name}"), key=f"open_{metric.name}", on_change="rerun")
    if not folded.open:
        return
    with folded:
        st.text(page.build.told(metric).says)
        table(facts(metric, page), {"what": "", "says": "Definition"}, alt=f"Definition of {metric.title}")
        if not page.may_see(metric):
            st.caption("Belongs to no team: its figures are for those who may see the whole desk.")
            return
        kept = tuple((name, values) for name, values in asked.where if name in dimensions_of(metric))
        question = Asked(asked.span, kept).question((metric.name,), metric.on.reads != "now")
        when = "as of now" if metric.on.reads == "now" else asked.span.reads
        st.caption(plain(f"Ledger: from all rows to those that count, {when}"))
        table(page.ledger(question), LEDGER, alt=f"Ledger of {metric.title}")
        st.caption("SQL of the same, for any SQL client")
        st.code(page.sql(question), language="sql", height=300)
