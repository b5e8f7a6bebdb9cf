"""What every number means, on a page: definitions by family, variants side by side, SQL and ledger on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

import pandas as pd
import streamlit as st

from metrics import Question
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric
from metrics.narrative import wait_reads
from metrics.reading import Style
from metrics.registry import FAMILIES, METRICS
from ui.page import Page
from ui.tables import table
from ui.text import plain

BETTER = {"up": "more is better", "down": "less is better", "neither": "neither way is better"}

LEDGER = {"step": "Step", "tickets": "Rows", "left": "Left"}
BESIDE = {
    "title": "Metric",
    "variant": "Variant of",
    "month": "Last full month",
    "n": "n",
    "all": "All time",
    "n_all": "n, all time",
}


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


def matching(sought: str) -> list[tuple[ModuleType, list[Metric]]]:
    """Return the families with the metrics that hold every word of ``sought``; families without one are left out."""
    words = sought.split()
    kept = [(family, [m for m in family.METRICS if all(word in _haystack(m) for word in words)]) for family in FAMILIES]
    return [(family, metrics) for family, metrics in kept if metrics]


def _haystack(metric: Metric) -> str:
    return f"{metric.title} {metric.name} {metric.says} {metric.numerator} {metric.denominator}".casefold()


def family(module: ModuleType, metrics: Sequence[Metric], page: Page) -> None:
    """Show a family: its metrics and variants side by side with their values, then each in full."""
    title, _, rest = (module.__doc__ or module.__name__).strip().partition("\n")[0].partition(":")
    st.subheader(plain(title.rstrip(".")), anchor=False)
    if rest:
        st.caption(plain(rest.strip()[:1].upper() + rest.strip()[1:]))
    table(beside(metrics, page), BESIDE, alt=f"Metrics of {title}, with their values side by side")
    for metric in metrics:
        detail(metric, page)


def beside(metrics: Sequence[Metric], page: Page) -> pd.DataFrame:
    """Return metrics beside each other: the value each gives for the last full month, and for all time."""
    first, last = page.last_full_month()
    # One question for the page, whatever is searched; what is told as of now has no month.
    seen = [metric for metric in METRICS.values() if page.may_see(metric)]
    everything = Question(tuple(metric.name for metric in seen))
    of_a_month = everything.of(metric.name for metric in seen if metric.on.reads != "now")
    month = page.answer(replace(of_a_month, since=first, until=last)).set_index("metric")
    always = page.answer(everything).set_index("metric")
    return pd.DataFrame([_line(metric, month, always, page.style) for metric in metrics])


def _line(metric: Metric, month: pd.DataFrame, always: pd.DataFrame, style: Style) -> dict[str, object]:
    (value, n), (value_all, n_all) = _reads(metric, month, style), _reads(metric, always, style)
    of_what = METRICS[metric.variant_of].title if metric.variant_of in METRICS else ""
    return {"title": metric.title, "variant": of_what, "month": value, "n": n, "all": value_all, "n_all": n_all}


def _reads(metric: Metric, answer: pd.DataFrame, style: Style) -> tuple[str, str]:
    if metric.name not in answer.index:
        return style.value(metric, None), ""
    value, n = (float(answer.at[metric.name, column]) for column in ("value", "denominator"))  # type: ignore[arg-type]
    is_early = metric.matures_after is not None and not answer.at[metric.name, "mature"]
    return style.value(metric, value) + (" so far" if is_early else ""), "" if pd.isna(n) else style.number(n)


def facts(metric: Metric, page: Page) -> pd.DataFrame:
    """Return what defines a metric, line by line."""
    lines = [
        ("Name", metric.name),
        ("Counts", metric.numerator if metric.numerator != "none" else "a percentile of durations"),
        ("Among", metric.denominator if metric.denominator != "none" else "nothing: a count"),
        ("Date basis", metric.on.label),
        ("Clock", " or ".join(metric.clocks)),
        ("Final after", wait_reads(page.build.clock.wait(metric)) if metric.matures_after else "at once"),
        ("Direction", BETTER[metric.better]),
        ("Left out", ", ".join(step.label for step in metric.excluding) or "nothing"),
        ("Can be split by", ", ".join(dimensions_of(metric)).replace("_", " ")),
    ]
    return pd.DataFrame(lines, columns=["what", "says"])


def detail(metric: Metric, page: Page) -> None:
    """Show one metric in full. Its SQL and ledger are worked out only when somebody opens it."""
    folded = st.expander(plain(f"{metric.title} · {metric.name}"), key=f"open_{metric.name}", on_change="rerun")
    if not folded.open:
        return
    with folded:
        st.text(metric.says)
        table(facts(metric, page), {"what": "", "says": "Definition"}, alt=f"Definition of {metric.title}")
        if not page.may_see(metric):
            st.caption("Belongs to no team: its figures are for those who may see the whole desk.")
            return
        first, last = page.last_full_month()
        question = Question((metric.name,), since=first, until=last)
        st.caption("Ledger: from all rows of the last full month to those that count")
        table(
            page.ledger(question), {"step": "Step", "tickets": "Rows", "left": "Left"}, alt=f"Ledger of {metric.title}"
        )
        st.caption("SQL of the last full month, for any SQL client")
        st.code(page.sql(question), language="sql", height=300)
