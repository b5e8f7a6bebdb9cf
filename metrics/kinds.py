"""The few kinds of metric there are. A metric is one of these, as data; what a kind knows stands here and nowhere else:
which columns it is computed from, which interval it carries and how it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, case, literal

from metrics.bases import Basis
from metrics.warehouse import fct_ticket

Column = ColumnElement[Any]
Unit = Literal["count", "fraction", "seconds", "hours", "number", "money"]  # hours of work, never days of it
Better = Literal["up", "down", "neither"]


@dataclass(frozen=True)
class Exclusion:
    """A step of the denominator ledger: which rows leave, and what they are called."""

    label: str
    leaves: Column


MERGED = Exclusion("merged away", fct_ticket.c.is_merged)
SPAM = Exclusion("spam", fct_ticket.c.is_spam)
TEST = Exclusion("test", fct_ticket.c.is_test)
DELETED = Exclusion("deleted", fct_ticket.c.is_deleted)
BOT_ONLY = Exclusion("bot-only", fct_ticket.c.is_bot_only)
AGENT_INITIATED = Exclusion("agent-initiated", fct_ticket.c.is_agent_initiated)
NO_REQUESTER = Exclusion("no requester id", ~fct_ticket.c.has_requester)
UNSOLVED = Exclusion("not solved", ~fct_ticket.c.is_solved)
NO_HISTORY = Exclusion("no history told", ~fct_ticket.c.has_history)
NO_MESSAGES = Exclusion("no messages told", ~fct_ticket.c.has_messages)

ANY_TICKET = (MERGED, SPAM, TEST, DELETED)
SERVED_BY_PEOPLE = (*ANY_TICKET, BOT_ONLY, AGENT_INITIATED)


@dataclass(frozen=True)
class BuildClock:
    """The instant a build speaks of (naive UTC; ``local_as_of`` in the reporting zone), and what it was made with."""

    as_of: datetime
    local_as_of: datetime
    time_zone: str
    windows: Mapping[str, timedelta] = field(default_factory=dict)

    def wait(self, metric: Metric) -> timedelta:
        """Return how long after its instant a row of the metric is final."""
        return self.windows.get(metric.window, metric.matures_after or timedelta())


@dataclass(frozen=True, kw_only=True, eq=False)
class Metric:
    """What every metric has.

    ``says`` is its definition in a sentence; ``numerator`` and ``denominator`` name what is divided; ``on`` is the
    date basis; ``material`` is the change below which a difference is noise; ``excluding`` the ledger. A look-ahead of
    ``matures_after`` is what the setting named ``window`` says where the build was made with another. Texts name
    settings in braces; ``metrics.wording`` puts in what was chosen. ``needs`` is a setting without which there is none.
    """

    name: str
    title: str
    says: str
    numerator: str
    denominator: str = "none"
    on: Basis
    better: Better
    material: float = 0.0
    matures_after: timedelta | None = None
    window: str = ""
    excluding: tuple[Exclusion, ...] = ()
    variant_of: str | None = None
    needs: str = ""

    unit: ClassVar[Unit] = "count"

    @property
    def clocks(self) -> tuple[str, ...]:
        """The clocks it can be measured on."""
        return ("calendar",)

    @property
    def among(self) -> Column:
        """Rows that belong to the metric at all: those no step of the ledger took out."""
        kept: Column = literal(True)
        for index, step in enumerate(self.excluding):
            kept = ~step.leaves if index == 0 else kept & ~step.leaves
        return kept

    def mature(self, clock: BuildClock) -> Column:
        """Rows whose look-ahead window is over; all of them where there is none."""
        return literal(True) if self.matures_after is None else self.on.instant <= clock.as_of - clock.wait(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Count(Metric):
    """How many rows hit, or the sum of ``amount`` over them; with ``distinct``, how many values of it they have."""

    hits: Column = field(default_factory=lambda: literal(True))
    amount: Column = field(default_factory=lambda: literal(1))
    distinct: Column | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Rate(Metric):
    """A share of rows: hits among the eligible, with a Wilson interval.

    ``turned_at`` is when a row's outcome became what it is (null: it never turned), for comparing at equal age.
    """

    hits: Column
    turned_at: Column | None = None
    unit: ClassVar[Unit] = "fraction"


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratio(Metric):
    """A sum over rows divided by their number, or by the sum of ``per``; the interval is that of a ratio of sums."""

    amount: Column
    per: Column | None = None
    measure: Unit = "seconds"

    @property
    def value_unit(self) -> Unit:
        """The unit of the quotient."""
        return self.measure


@dataclass(frozen=True, kw_only=True, eq=False)
class Score(Ratio):
    """A mean of answers on a ``scale``, its lowest and highest: a mean of few is not shown, and none lies beyond it.

    Its zero is a place on the scale, so that changes are differences in points.
    """

    scale: tuple[float, float]
    measure: Unit = "number"


@dataclass(frozen=True, kw_only=True, eq=False)
class Duration(Metric):
    """A percentile of durations in seconds, or of whatever ``measure`` counts.

    With ``observed`` the durations of rows where it is false are censored: the percentile is Kaplan and Meier's,
    and a wait that is not over counts as at least as long as it has been. Without it, a plain percentile.
    """

    calendar: Column
    business: Column | None = None
    percentile: float = 0.5
    observed: Column | None = None
    measure: Unit = "seconds"

    @property
    def value_unit(self) -> Unit:
        """The unit of the percentile."""
        return self.measure

    @property
    def clocks(self) -> tuple[str, ...]:
        """The clocks it can be measured on."""
        return ("calendar",) if self.business is None else ("calendar", "business")


@dataclass(frozen=True, kw_only=True, eq=False)
class Stock(Metric):
    """What stands at the end of a period: the sum of a column on its last day, over that of ``per`` where given."""

    amount: Column
    per: Column | None = None
    measure: Unit = "count"

    @property
    def value_unit(self) -> Unit:
        """The unit of what stands."""
        return self.measure


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing(Metric):
    """A list as of the build: how many rows hit, or the sum of ``amount`` over them. Its rows are the list.

    ``shows`` names the columns its rows carry besides ticket and dimensions: how old, and why it is listed.
    """

    hits: Column = field(default_factory=lambda: literal(True))
    amount: Column = field(default_factory=lambda: literal(1))
    measure: Unit = "count"
    shows: Mapping[str, Column] = field(default_factory=dict)

    @property
    def value_unit(self) -> Unit:
        """The unit of the sum."""
        return self.measure

    @property
    def among(self) -> Column:
        """Rows on the list: eligible, and hit."""
        return super().among & self.hits


def unit_of(metric: Metric) -> Unit:
    """Return the unit of the metric's value."""
    return metric.value_unit if isinstance(metric, Duration | Ratio | Stock | Listing) else metric.unit


def changes_in_points(metric: Metric) -> bool:
    """Return whether a change is the difference of two values, and ``material`` too; of others a part of the first."""
    return unit_of(metric) == "fraction" or isinstance(metric, Score)


def bounds_of(metric: Metric) -> tuple[float, float]:
    """Return between which values a metric lies; nothing that is counted or lasts is below zero."""
    if isinstance(metric, Score):
        return metric.scale
    return 0.0, 1.0 if unit_of(metric) == "fraction" else inf


def with_p90(median: Duration) -> tuple[Duration, Duration]:
    """Return a median and the 90th percentile of the same durations, named ``NAME_p90``."""
    tail = replace(
        median,
        name=f"{median.name}_p90",
        title=f"{median.title} (90th percentile)",
        says=f"{median.says} Nine in ten took no longer.",
        percentile=0.9,
        variant_of=median.name,
    )
    return median, tail


def as_number(condition: Column) -> Column:
    """Return 1 where the condition holds, else 0."""
    return case((condition, 1), else_=0)
