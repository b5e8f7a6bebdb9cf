"""``docs/metrics.md``, generated from the registry by ``python -m metrics.docs``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from types import ModuleType

from config.settings import ROOT, Settings
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric, unit_of
from metrics.narrative import wait_reads
from metrics.registry import FAMILIES, METRICS
from metrics.wording import lengths_of, worded

TARGET = ROOT / "docs" / "metrics.md"

_INTRODUCTION = """\
# What every number means

<!-- Generated from the registry by `python -m metrics.docs`; edit the definition in metrics/. -->

{count} metrics, one definition each. The card, the chart, the tooltip, the export, the command line and this page all
come from it; `python -m metrics sql NAME` prints the statement and `python -m metrics ledger NAME` who was left out.

- **Solved** means solved or closed; a rate counts a ticket once, by its first solve.
- **Periods** are ISO weeks, calendar months and quarters of the reporting zone. A figure belongs to the period of its
  *date basis*; one told *at the end of a day* is read on the last day of the period, one told *now* as of the build.
- **Intervals** are 95 %: Wilson's for rates, distribution-free for percentiles, linearised for ratios of sums; of
  scores, with three answers made up (half in the middle of the scale, a quarter at either end), so that a few that are
  all alike do not look certain. A rate or score of fewer than five is not shown.
- **Final after**: the look-ahead window. Younger rows are left out of both sides and the period is marked early.
- Everything is measured without tickets that are spam, test, deleted or merged away, unless a metric says otherwise.
"""
_DIRECTION = {"up": "more is better", "down": "less is better", "neither": "neither way is better"}
_UNITS = {
    "count": "number",
    "fraction": "share",
    "seconds": "duration",
    "hours": "hours of work",
    "number": "number",
    "money": "money",
}


def metrics_page() -> str:
    """Return the page about every metric, by family."""
    parts = [_INTRODUCTION.format(count=len(METRICS))]
    for family in FAMILIES:
        parts += ["", *_family(family)]
    return "\n".join(parts) + "\n"


def names_by_family() -> str:
    """Return the names of all metrics, a family a paragraph: what the command line's help prints."""
    told = [f"{family_title(family)[0]}:\n{_wrapped(m.name for m in family.METRICS)}" for family in FAMILIES]
    return "\n\n".join(["metrics by family (python -m metrics list says what each means)", *told])


def _wrapped(names: Iterable[str]) -> str:
    return textwrap.fill(" ".join(names), 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def family_title(family: ModuleType) -> tuple[str, str]:
    """Return the title of a family and what it is about: the first line of its module."""
    first = (family.__doc__ or family.__name__).strip().partition("\n")[0]
    title, _, about = first.partition(":")
    about = about.strip()
    return title.strip().rstrip("."), about[:1].upper() + about[1:]


def _family(family: ModuleType) -> Iterator[str]:
    title, about = family_title(family)
    yield f"## {title}"
    if about:
        yield f"\n{about}"
    for metric in family.METRICS:
        yield ""
        yield from _metric(worded(metric, lengths_of(Settings())))


def _metric(metric: Metric) -> Iterator[str]:
    yield f"### `{metric.name}`: {metric.title}\n"
    yield f"{metric.says}\n"
    if metric.numerator != "none":
        yield f"- Counts: {metric.numerator}"
    if metric.denominator != "none":
        yield f"- Among: {metric.denominator}"
    finest = "" if metric.on.finest == "hour" or metric.on.reads == "now" else f", by {metric.on.finest} at the finest"
    yield f"- Date basis: {metric.on.label}{finest}; clock: {' or '.join(metric.clocks)}"
    wait = f"; final after {wait_reads(metric.matures_after)}" if metric.matures_after else ""
    yield f"- {_UNITS[unit_of(metric)].capitalize()}; {_DIRECTION[metric.better]}{wait}"
    if metric.excluding:
        yield f"- Left out: {', '.join(step.label for step in metric.excluding)}"
    if metric.variant_of:
        yield f"- Variant of `{metric.variant_of}`"
    yield f"- By: {', '.join(dimensions_of(metric)) or 'nothing'}"


def main() -> None:
    """Write the page."""
    TARGET.write_text(metrics_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
