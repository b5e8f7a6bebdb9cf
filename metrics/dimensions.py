"""What a figure can be split and filtered by, and how each dimension is reached from a fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, String, TableClause, case, cast, extract, select

from config.errors import DeskpulseError
from metrics.bases import Basis
from metrics.kinds import Metric
from metrics.question import NOT_SET, BadQuestion
from metrics.warehouse import (
    Column,
    build,
    dim_agent,
    dim_category,
    dim_organization,
    dim_team,
    fct_bot_conversation,
    fct_category_window,
    fct_open_ticket_day,
    fct_resolved_contact,
    fct_sla_target,
    fct_ticket,
    fct_ticket_tag,
)


class UnknownDimension(DeskpulseError):
    """The metric cannot be split by that; the message names what it can be split by."""


@dataclass(frozen=True)
class Join:
    """A table to join and on what."""

    table: TableClause
    on: ColumnElement[Any]


@dataclass(frozen=True)
class Reached:
    """A dimension as an expression, with the joins it needs.

    ``several`` is the key of a row that may have several values, of which the joined table has one a line: split by
    them, the row counts under each; filtered, it counts once.
    """

    column: Column
    joins: tuple[Join, ...] = ()
    several: Column | None = None


TICKET_ATTRIBUTES = {
    "brand": fct_ticket.c.brand,
    "bot_involved": fct_ticket.c.is_bot_involved,
    "handling_kind": fct_ticket.c.handling_kind,
    "status": fct_ticket.c.status,
    "complexity": fct_ticket.c.complexity,
}

# What only the rows of one fact are, and belongs to no ticket.
OWN_ATTRIBUTES = {
    "bot_outcome": fct_bot_conversation.c.bot_outcome,
    "support_tier": fct_resolved_contact.c.support_tier,
    "knowledge": fct_category_window.c.knowledge,
    "target_type": fct_sla_target.c.target_type,
    "age_band": fct_open_ticket_day.c.age_band,
}


def _via(carried: Column | None, table: TableClause, key: str, label: str, current: bool = False) -> Reached | None:
    """Reach an attribute of a dimension table through the key a fact carries; ``current`` picks the SCD2 row of now."""
    if carried is None:
        return None
    on = carried == table.c[key]
    return Reached(table.c[label], (Join(table, on & table.c.is_current if current else on),))


def _plain(column: Column | None) -> Reached | None:
    return None if column is None else Reached(column)


def _tags(basis: Basis) -> Reached | None:
    key = fct_ticket.c.ticket_key
    on = Join(fct_ticket_tag, fct_ticket_tag.c.ticket_key == key)
    return Reached(fct_ticket_tag.c.tag, (on,), several=key) if basis.has_ticket else None


def _part_of(part: str) -> Callable[[Basis], Reached | None]:
    def reach(basis: Basis) -> Reached | None:
        return None if basis.team_local is None else Reached(cast(extract(part, basis.team_local), String))

    return reach


def _tenure(basis: Basis) -> Reached | None:
    """Count the full months from the day an agent joined to the instant a row is placed at; none before that day."""
    found = _via(basis.agent, dim_agent, "agent_key", "joined_on", current=True)
    if found is None:
        return None
    at: Column = select(build.c.local_as_of).scalar_subquery() if basis.reads == "now" else basis.local
    years = extract("year", at) - extract("year", found.column)
    months = 12 * years + extract("month", at) - extract("month", found.column)
    full = months - case((extract("day", at) < extract("day", found.column), 1), else_=0)
    return replace(found, column=cast(case((full >= 0, full)), Integer))


def _ticket(name: str) -> Callable[[Basis], Reached | None]:
    """Reach an attribute of the ticket, unless the fact has its own of that moment."""

    def reach(basis: Basis) -> Reached | None:
        own = basis.fact.c.get(name)
        return _plain(TICKET_ATTRIBUTES[name] if own is None and basis.has_ticket else own)

    return reach


def _own(name: str) -> Callable[[Basis], Reached | None]:
    column = OWN_ATTRIBUTES[name]
    return lambda basis: Reached(column) if column.table is basis.fact else None


REACH: dict[str, Callable[[Basis], Reached | None]] = {
    "channel": lambda b: _plain(b.channel),
    "category": lambda b: _plain(b.category),
    "product_area": lambda b: _via(b.category, dim_category, "category", "product_area"),
    "effort_tier": lambda b: _via(b.category, dim_category, "category", "effort_tier"),
    "priority": lambda b: _plain(b.priority),
    "team": lambda b: _via(b.team, dim_team, "team_key", "name"),
    "tier": lambda b: _via(b.team, dim_team, "team_key", "tier"),
    "agent": lambda b: _via(b.agent, dim_agent, "agent_key", "name", current=True),
    "organization": lambda b: _via(b.organization, dim_organization, "organization_key", "name"),
    "segment": lambda b: _via(b.organization, dim_organization, "organization_key", "segment"),
    "plan": lambda b: _via(b.organization, dim_organization, "organization_key", "plan"),
    "tenure": _tenure,
    "source": lambda b: _plain(b.source),
    "hour": _part_of("hour"),
    "weekday": _part_of("isodow"),
    "tag": _tags,
    **{name: _ticket(name) for name in TICKET_ATTRIBUTES},
    **{name: _own(name) for name in OWN_ATTRIBUTES},
}
OVERLAPPING = frozenset({"tag"})  # a row may count under several values: the parts exceed the whole


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """Return the names of the dimensions that make sense for a metric."""
    return tuple(name for name, reach in REACH.items() if reach(metric.on) is not None)


def reach(metric: Metric, name: str) -> Reached:
    """Return how to get at a dimension from the metric's fact; raises ``UnknownDimension``."""
    found = REACH[name](metric.on) if name in REACH else None
    if found is None:
        valid = ", ".join(dimensions_of(metric))
        raise UnknownDimension(f"{metric.name} cannot be split by {name!r}; it can be by: {valid}")
    return found


def values_of(name: str, column: ColumnElement[Any], values: Iterable[str]) -> tuple[str, ...]:
    """Return values as the column has them: ``2.0`` (as it reads beside missing ones) is the whole number 2.

    Raises ``BadQuestion`` for a value no row can have: a word where a number, or true or false, belongs.
    """
    return tuple(value if value == NOT_SET else _value_of(name, column, value) for value in values)


def _value_of(name: str, column: ColumnElement[Any], value: str) -> str:
    if isinstance(column.type, Boolean) and value.strip().lower() not in ("true", "false"):
        raise BadQuestion(f"{name} is true or false, not {value!r}")
    if isinstance(column.type, Integer):
        if not re.fullmatch(r"-?[0-9]{1,9}(\.0)?", value):
            raise BadQuestion(f"{name} is a whole number, not {value!r}")
        return value.removesuffix(".0")
    return value
