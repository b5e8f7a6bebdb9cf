"""Questions drawn by lot: any metric the second implementation tells, by any dimension, of any part and span."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random
from typing import Any

import pandas as pd

from metrics import METRICS, Question
from metrics.dimensions import dimensions_of
from metrics.question import GRAINS, NOT_SET
from tests.oracle.dimensions import column
from tests.oracle.registry import MEASURES
from tests.oracle.world import World

UNTOLD = {"age_band"}  # dimensions the second implementation does not tell


def questions(world: World, names: list[str], seed: int) -> Iterator[Question]:
    """Yield questions without end, every metric in its turn."""
    chance = Random(seed)
    names = sorted(names)
    chance.shuffle(names)
    for name in cycle(names):
        dimensions = [dimension for dimension in dimensions_of(METRICS[name]) if dimension not in UNTOLD]
        by = tuple(chance.sample(dimensions, chance.choice((0, 1, 1, 2))))
        since, until = _span(world, chance)
        grain = chance.choice((None, None, *_grains(name)))
        if grain == "hour":
            since = until - timedelta(days=2)
        where = _where(world, name, chance.choice(dimensions), chance) if chance.random() < 0.5 else ()
        clock: Any = chance.choice(METRICS[name].clocks)
        if METRICS[name].on.reads == "now":
            yield Question((name,), by, where=where, clock=clock)
        elif grain != "hour" and chance.random() < 0.3:
            yield Question((name,), by, grain, where=where, clock=clock)
        else:
            yield Question((name,), by, grain, since, until, where, clock)


def _grains(name: str) -> tuple[Any, ...]:
    return GRAINS[GRAINS.index(METRICS[name].on.finest) :]


def _span(world: World, chance: Random) -> tuple[date, date]:
    first = min(ticket.created for ticket in world.tickets.values()).date()
    days = (world.desk.as_of.date() - first).days
    length = chance.choice((7, 28, 90))
    since = first + timedelta(days=chance.randrange(max(1, days - length // 2)))
    return since, since + timedelta(days=length - 1)


def _where(world: World, name: str, dimension: str, chance: Random) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a filter on one or two of the values the metric's facts have."""
    facts = world.frame(MEASURES[name].facts)
    if facts.empty:
        return ()
    some = facts.sample(min(len(facts), 40), random_state=chance.randrange(1000))
    values: set[str] = set()
    for value in column(world, some, dimension):
        values |= set(value) if isinstance(value, list) else {NOT_SET if pd.isna(value) else value}
    return ((dimension, tuple(chance.sample(sorted(values), min(len(values), chance.choice((1, 2)))))),)
