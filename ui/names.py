"""How dimensions and their values are called on pages: ``product_area`` is Product area, weekday 1 Monday."""

from __future__ import annotations

import re
from collections.abc import Iterable

from metrics.dimensions import dimensions_of
from metrics.kinds import Metric
from metrics.question import NOT_SET
from metrics.registry import FAMILIES

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
# Values that are there whether or not anything happened: without rows a count of them is zero.
SPINES: dict[str, dict[str, str]] = {
    "weekday": {str(nth): name for nth, name in enumerate(WEEKDAYS, start=1)},
    "hour": {str(nth): name for nth, name in enumerate(HOURS)},
}
ACRONYM_LETTERS = 3


def dimension_reads(name: str) -> str:
    """Return what a dimension is called."""
    return name.replace("_", " ").capitalize()


def value_named(dimension: str, value: str) -> str:
    """Return what a value of a dimension is called; data, not markup."""
    if value == NOT_SET:
        return "not known"
    if value in ("True", "False"):
        return "yes" if value == "True" else "no"
    return SPINES.get(dimension, {}).get(value, value)


def in_order(dimension: str, values: Iterable[str]) -> list[str]:
    """Return values in their own order where they have one (hours, weekdays, numbers), else as they came."""
    found = list(values)
    if all(value.lstrip("-").isdigit() or value == NOT_SET for value in found):
        return sorted(found, key=lambda value: (value == NOT_SET, int(value) if value != NOT_SET else 0))
    return found


def shared_dimensions(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Return the dimensions every one of the metrics can be split by."""
    known = [dimensions_of(metric) for metric in metrics]
    return tuple(name for name in known[0] if all(name in names for names in known[1:])) if known else ()


def family_reads(module: str) -> str:
    """Return a family's short name: its module's, an acronym in capitals."""
    name = module.rpartition(".")[2]
    return name.upper() if len(name) <= ACRONYM_LETTERS else dimension_reads(name)


def labels() -> dict[str, str]:
    """Return every metric's name by its label, families together: ``Speed · First reply time``."""
    metrics = [(family_reads(family.__name__), metric) for family in FAMILIES for metric in family.METRICS]
    return {f"{family} · {metric.title}": metric.name for family, metric in metrics}


def page_path(title: str) -> str:
    """Return a page's address: the words of its title."""
    return "-".join(re.findall("[a-z]+", title.lower()))
