"""How values read: units, numbers and dates by locale, and what a change amounts to.

Fractions become per cent and durations minutes here and nowhere else. Texts are English; the locale decides how
figures are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import isfinite, isnan
from typing import Any, Literal

from metrics.decompose import ALPHA, newcombe
from metrics.kinds import Metric, changes_in_points, unit_of

THIN = "\u202f"  # narrow no-break space: keeps a figure and its unit together
MINUS = "−"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "PLN": "zł", "CHF": "CHF"}
NOTHING = "–"
FEWEST = 5  # as with rates: of fewer than five nothing is said
SMALL = 20  # of fewer tickets one more is over 5 %: a change is told in tickets

Verdict = Literal["better", "worse", "moved", "steady", "unknown"]


@dataclass(frozen=True)
class Style:
    """How a locale writes figures, and in which currency money is counted."""

    decimal: str = "."
    group: str = ","
    percent_gap: str = THIN
    currency_first: bool = True
    currency: str = "EUR"

    def number(self, value: float, places: int = 0) -> str:
        """Return a number with ``places`` decimals, grouped as the locale does, with a real minus sign."""
        if not isfinite(value):
            return NOTHING
        text = f"{abs(value):,.{places}f}".replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)
        return f"{MINUS}{text}" if value < 0 and any(c in "123456789" for c in text) else text

    def percent(self, fraction: float, places: int = 1) -> str:
        """Return a fraction as per cent."""
        return f"{self.number(fraction * 100, places)}{self.percent_gap}%"

    def money(self, amount: float, places: int = 2) -> str:
        """Return an amount in the installation's currency."""
        symbol, text = SYMBOLS.get(self.currency, self.currency), self.number(amount, places)
        gap = "" if self.currency_first and len(symbol) == 1 else THIN
        return f"{symbol}{gap}{text}" if self.currency_first else f"{text}{THIN}{symbol}"

    def duration(self, seconds: float) -> str:
        """Return a duration in the unit people would say it in."""
        size = abs(seconds)
        if size < 99.5:
            return f"{self.number(seconds)}{THIN}s"
        if size < 5400:
            return f"{self.number(seconds / 60, 1)}{THIN}min"
        if size < 48 * 3600:
            return f"{self.number(seconds / 3600, 1)}{THIN}h"
        return f"{self.number(seconds / 86400, 1)}{THIN}days"

    def value(self, metric: Metric, value: float | None) -> str:
        """Return a value of a metric with its unit; a dash where there is none."""
        if value is None or not isfinite(value):
            return NOTHING
        match unit_of(metric):
            case "fraction":
                return self.percent(value)
            case "seconds":
                return self.duration(value)
            case "hours":
                return f"{self.number(value, 1)}{THIN}h"
            case "count" | "number" as unit:
                return self.number(value, 0 if unit == "count" else 2)
            case "money":
                return self.money(value)

    def interval(self, metric: Metric, low: float | None, high: float | None) -> str:
        """Return a range of values, the unit once where both share it; empty where there is none."""
        if low is None or high is None or not (isfinite(low) and isfinite(high)):
            return ""
        first, last = self.value(metric, low), self.value(metric, high)
        number, _, unit = first.partition(THIN)
        return f"{number}–{last}" if unit and last.endswith(THIN + unit) else f"{first}–{last}"

    def change(self, metric: Metric, now: float, before: float) -> str:
        """Return a signed change: points for shares and scores, tickets of few, else per cent of the value before."""
        if changes_in_points(metric):
            return f"{self.points(metric, now - before)} points"
        if before == 0 or is_small(metric, before):
            return self.signed(now - before, 0)
        return f"{self.signed((now - before) / before * 100, 0)}{self.percent_gap}%"

    def points(self, metric: Metric, difference: float) -> str:
        """Return the signed difference of two shares, or of two scores, as a number of points."""
        return self.signed(difference * 100 if unit_of(metric) == "fraction" else difference, 1)

    def signed(self, value: float, places: int) -> str:
        """Return a number with its sign; none where it rounds to zero."""
        text = self.number(value, places)
        return f"+{text}" if value > 0 and any(c in "123456789" for c in text) else text


# The locales differ in four ways that matter for figures; a language stands for its countries. The currency is none
# of them: in which money is counted is the installation's setting (``style_of``).
LOCALES: dict[str, Style] = {
    "en": Style(),
    "en-US": Style(percent_gap=""),
    "de": Style(decimal=",", group=".", currency_first=False),
    "de-CH": Style(group="’"),
    "fr": Style(decimal=",", group=THIN, currency_first=False),
    "es": Style(decimal=",", group=".", currency_first=False),
    "it": Style(decimal=",", group=".", currency_first=False),
    "nl": Style(decimal=",", group="."),
    "pl": Style(decimal=",", group=THIN, currency_first=False),
    "pt": Style(decimal=",", group=".", currency_first=False),
}


def is_small(metric: Metric, before: float) -> bool:
    """Tell whether what a change is beside is so small a count that per cent of it would mislead."""
    return unit_of(metric) == "count" and abs(before) < SMALL


def style_of(locale: str, currency: str) -> Style:
    """Return how figures are written in a locale such as ``de-DE``; English where it is not known."""
    language = locale.partition("-")[0]
    known = LOCALES.get(locale) or LOCALES.get(language) or LOCALES["en"]
    return replace(known, currency=currency)


def day_reads(day: date) -> str:
    """Return a day as ``31 October 2026``."""
    return f"{day.day} {month_reads(day)}"


def month_reads(day: date) -> str:
    """Return the month of a day as ``October 2026``."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def instant_reads(instant: datetime) -> str:
    """Return an instant as ``31 October 2026, 14:05``."""
    return f"{day_reads(instant)}, {instant:%H:%M}"


@dataclass(frozen=True)
class Point:
    """A period of a trend; without a value where nothing can be said."""

    start: date
    value: float | None
    low: float | None = None
    high: float | None = None
    mature: bool = True


def number(value: Any) -> float | None:
    """Return a number of an answer; None where there is none."""
    return None if value is None or isnan(value) else float(value)


@dataclass(frozen=True)
class Figure:
    """A metric's value in a period, and its value in the period it is compared with.

    ``p`` is how probable a change as large is by chance, corrected where several figures were tested. Without it the
    intervals decide, where there are any.
    """

    metric: Metric
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    mature: bool = True
    before: float | None = None
    low_before: float | None = None
    high_before: float | None = None
    p: float | None = None

    @property
    def change(self) -> float | None:
        """The change a metric's ``material`` speaks of: a difference of shares or scores, else relative."""
        if self.value is None or self.before is None:
            return None
        if changes_in_points(self.metric):
            return self.value - self.before
        return (self.value - self.before) / self.before if self.before else float(self.value > 0)

    @property
    def is_handful(self) -> bool:
        """Whether the change is large for its size, but of a handful of tickets: too few to tell."""
        return self._is_large and self._is_of_few

    @property
    def is_material(self) -> bool:
        """Whether the change is large enough to speak of; a handful of tickets more or less never is."""
        return self._is_large and not self._is_of_few

    @property
    def _is_large(self) -> bool:
        # Floating point must not make a change of exactly one point immaterial.
        return bool(self.change) and abs(self.change or 0) >= self.metric.material - 1e-12

    @property
    def _is_of_few(self) -> bool:
        return unit_of(self.metric) == "count" and abs((self.value or 0.0) - (self.before or 0.0)) < FEWEST

    @property
    def is_within_noise(self) -> bool:
        """Whether chance alone could explain the change: the interval of the difference holds zero (Newcombe 1998)."""
        if self.p is not None:
            return self.p >= ALPHA
        now, before = (self.value, self.low, self.high), (self.before, self.low_before, self.high_before)
        known = [bound for bound in (*now, *before) if bound is not None]
        if len(known) < 6:
            return False
        low, high = newcombe((known[0], known[1], known[2]), (known[3], known[4], known[5]))
        return low <= 0 <= high

    @property
    def verdict(self) -> Verdict:
        """Whether the change is good news, bad news, or none."""
        if self.change is None:
            return "unknown"
        if not self.is_material or self.is_within_noise:
            return "steady"
        if self.metric.better == "neither":
            return "moved"
        return "better" if (self.change > 0) == (self.metric.better == "up") else "worse"


def figure_of(metric: Metric, row: Mapping[Any, Any], earlier: Mapping[Any, Any]) -> Figure:
    """Return the figure of a metric's row of an answer, beside the row it is compared with."""
    n = number(row["denominator"])
    return Figure(
        metric,
        value=number(row["value"]),
        low=number(row["low"]),
        high=number(row["high"]),
        n=None if n is None else int(n),
        mature=bool(row["mature"]),
        before=number(earlier["value"]),
        low_before=number(earlier["low"]),
        high_before=number(earlier["high"]),
    )
