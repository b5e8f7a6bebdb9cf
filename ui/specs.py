"""What every chart's specification shares: roles for colours, axes by unit, and no look of Altair's own.

A specification is built and checked once a process (``functools.cache``), by what changes its shape; a page sends
only data, already in the unit of the axis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from metrics.kinds import Unit
from metrics.reading import SYMBOLS, THIN, Style
from ui.theme import ROLES

SERIES = ROLES[:4]  # roles that reach 3:1 and can stand beside each other
SHAPES = ("circle", "square", "triangle-up", "diamond")  # told apart without colour too


@dataclass(frozen=True)
class Axis:
    """How an axis of values is written: what a value is divided by, and what stands around its number."""

    divisor: float = 1.0
    before: str = ""
    after: str = ""
    decimal: str = "."
    group: str = ","

    def scaled(self, value: float | None) -> float | None:
        """Return a value in the unit of the axis; None where there is none."""
        return None if value is None or not isfinite(value) else value / self.divisor

    @property
    def label(self) -> str:
        """The expression that writes a tick."""
        return f"'{self.before}' + datum.label + '{self.after}'"


DURATIONS = ((99.5, 1, "s"), (5400, 60, "min"), (48 * 3600, 3600, "h"))


def axis_of(unit: Unit, values: Iterable[float | None], style: Style) -> Axis:
    """Return the axis for values of a unit: durations in the unit their largest would be said in."""

    def around(divisor: float = 1.0, before: str = "", after: str = "") -> Axis:
        return Axis(divisor, before, after, style.decimal, style.group)

    if unit == "fraction":
        return around(0.01, after=f"{style.percent_gap}%")
    if unit == "money":
        symbol = SYMBOLS.get(style.currency, style.currency)
        return around(before=symbol) if style.currency_first else around(after=f"{THIN}{symbol}")
    if unit == "hours":
        return around(after=f"{THIN}h")
    if unit != "seconds":
        return around()
    largest = max((abs(value) for value in values if value is not None and isfinite(value)), default=0.0)
    divisor, name = next(((size, name) for below, size, name in DURATIONS if largest < below), (86400, "days"))
    return around(divisor, after=f"{THIN}{name}")


def painted(mark: Any, role: str, **encodings: Any) -> Any:
    """Return a mark in the colour of a role: the role's place in the theme's categorical colours."""
    return mark.transform_calculate(role=f"'{role}'").encode(color=by_role(), **encodings)


def by_role(field: str = "role") -> Any:
    """Return the colour that a field of the data names by its role."""
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(ROLES)), legend=None)


def finished(chart: Any, axis: Axis | None = None, padding: int = 0, below: int = 0) -> dict[str, Any]:
    """Return a chart as a checked specification without data and without Altair's own look: the app's theme applies.

    ``padding`` pixels are left around it, and ``below`` more under it for what is written there.
    """
    spec: dict[str, Any] = chart.configure_view(stroke=None).to_dict()
    spec["config"] = {"view": {"stroke": None}}
    if axis is not None:
        numbers = {"decimal": axis.decimal, "thousands": axis.group, "grouping": [3], "currency": ["", ""]}
        spec["config"]["locale"] = {"number": numbers}
    around = dict.fromkeys(("left", "top", "right", "bottom"), padding)
    spec["padding"] = {**around, "bottom": padding + below}  # the theme would add more
    spec.pop("datasets", None)  # Altair's empty data would hide what the page sends
    spec.pop("data", None)
    for layer in spec.get("layer", []):
        layer.pop("data", None)
    return spec
