"""What facts can be split by: a column per dimension, from the ids a fact carries, as text."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.oracle.effort import complexity_of
from tests.oracle.records import Row
from tests.oracle.world import World

FIRST_LINE = 1  # a team nobody says otherwise of
OF_TICKET = ("channel", "brand", "status", "priority", "tag", "bot_involved", "handling_kind", "complexity")
OF_CATEGORY = ("product_area", "effort_tier")
OF_ORGANIZATION = ("organization", "segment", "plan")


def column(world: World, facts: pd.DataFrame, dimension: str) -> pd.Series:  # noqa: PLR0911 - a line a kind
    """Return the facts' values of a dimension: text, ``None`` where unknown; tags are lists."""
    if dimension in facts:  # the fact says so itself
        return _mapped(facts[dimension], lambda value: _named(world, dimension, value))
    if dimension == "source":
        return pd.Series(world.desk.source, index=facts.index)
    if dimension in OF_CATEGORY:
        return _mapped(facts["category"], lambda value: world.categories.get(value, {}).get(dimension))
    if dimension == "tier":
        return _mapped(facts["team"], lambda team: _text(world.desk.teams.get(team, {}).get("tier") or FIRST_LINE))
    if dimension in ("hour", "weekday"):
        return _clock(world, facts, dimension)
    if dimension == "tenure":
        return _tenure(world, facts)
    if dimension in OF_ORGANIZATION:
        return _mapped(facts["ticket"], lambda key: organization(world, world.tickets[key].row, dimension))
    if dimension in OF_TICKET:
        return _mapped(facts["ticket"], lambda key: _of_ticket(world, key, dimension))
    raise KeyError(dimension)


def organization(world: World, row: Row, dimension: str) -> str | None:
    """Return the organization's name, segment or plan of a ticket's (or session's) row."""
    key = world.organization_of(row)
    if key is None:
        return None
    known = world.organizations.get(key, {})
    told: str | None = known.get("name") or key if dimension == "organization" else known.get(dimension)
    return told


def _named(world: World, dimension: str, value: Any) -> str | None:
    name: str | None = value
    if dimension == "team":
        name = world.desk.teams.get(value, {}).get("name") or name
    elif dimension == "agent":
        name = world.agent_names.get(value, value)
    else:
        name = _text(value)
    return name


def _of_ticket(world: World, key: str, dimension: str) -> Any:  # noqa: PLR0911 - a line a dimension
    ticket = world.tickets[key]
    match dimension:
        case "tag":
            tags = {tag.strip() for tag in (ticket.row.get("tags") or "").split(",")} - {""}
            return sorted(tags) or None
        case "bot_involved":
            return _text(ticket.is_bot_involved)
        case "handling_kind":
            return world.handling.kind(key)
        case "complexity":
            return complexity_of(world, ticket)
        case "status":
            return ticket.now.status
        case "priority":
            return ticket.now.priority
    return ticket.row.get(dimension)


def _clock(world: World, facts: pd.DataFrame, dimension: str) -> pd.Series:
    at = pd.to_datetime(facts["clock_at"] if "clock_at" in facts else facts["at"])
    teams = facts["clock_team"] if "clock_team" in facts else facts["team"]
    found = pd.Series(index=facts.index, dtype=object)
    zones = teams.map(lambda team: str(world.calendar.zone_of(team if isinstance(team, str) else None)))
    for zone in zones.unique():
        local = at[zones == zone].dt.tz_localize("UTC").dt.tz_convert(zone)
        number = local.dt.hour if dimension == "hour" else local.dt.day_of_week + 1
        found[zones == zone] = number.map(lambda value: None if pd.isna(value) else str(int(value)))
    return found


def _tenure(world: World, facts: pd.DataFrame) -> pd.Series:
    """Return whole months from joining to the fact's day."""
    joined = {row["agent_id"]: row.get("joined_on") for row in world.desk.rows("agents")}
    days = pd.to_datetime(facts["at"]).dt.tz_localize("UTC").dt.tz_convert(world.zone).dt.date
    found = []
    for agent, day in zip(facts["agent"], days, strict=True):
        since = joined.get(agent)
        months = since and (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)
        found.append(None if months is None or months < 0 else str(months))
    return pd.Series(found, index=facts.index, dtype=object)


def _mapped(values: pd.Series, meaning: Any) -> pd.Series:
    known = {value: meaning(value) for value in values.dropna().unique()}
    return pd.Series(
        [known.get(value) if not pd.isna(value) else None for value in values], index=values.index, dtype=object
    )


def _text(value: Any) -> str | None:
    if value is None or (not isinstance(value, list) and pd.isna(value)):
        return None
    return (
        str(value).lower() if isinstance(value, bool) else str(int(value)) if isinstance(value, float) else str(value)
    )
