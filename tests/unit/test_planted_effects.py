"""What the demo's simulator planted is told: effects of events and growth of categories, with honest intervals.

An interval of 95 % leaves one in twenty outside. So what is asked is not every single one, but their share over many
effects and seeds: within what chance does to the nominal level (binomial, one in a thousand). The desk's total holds
every event of the first seed.
"""

from __future__ import annotations

from itertools import combinations
from statistics import NormalDist

import pytest

from forecasting.volume.calendar_effects import event_effects
from forecasting.volume.growth import growth
from tests.support.planted import Desk, planted_desk

SEEDS = range(6)
NOMINAL = 0.95
APART = 0.10  # growth a year between categories that must not change places
WIDTH = NormalDist().inv_cdf(0.999)


@pytest.fixture(scope="module")
def desks() -> list[Desk]:
    return [planted_desk(seed) for seed in SEEDS]


def inside(desk: Desk, only_total: bool = False) -> list[bool]:
    """Return for each event of the total (and each category) whether the planted effect lies in its interval."""
    return [
        told.effect[1] <= desk.effects[name, told.event.title] <= told.effect[2]
        for name, (series, calendar) in desk.parts.items()
        if not name or not only_total
        for told in event_effects(series, calendar)
    ]


def by_chance(count: int) -> float:
    """Return the least number inside that chance leaves of so many."""
    return float(count * NOMINAL - WIDTH * (count * NOMINAL * (1 - NOMINAL)) ** 0.5)


def test_planted_releases_campaigns_and_the_outage_lie_in_their_intervals(desks: list[Desk]) -> None:
    assert inside(desks[0], only_total=True) == [True] * 10
    for only_total in (True, False):
        found = [told for desk in desks for told in inside(desk, only_total)]
        assert len(found) >= 60
        assert sum(found) >= by_chance(len(found)), (only_total, sum(found), len(found))


def test_intervals_are_no_wider_than_they_must_be(desks: list[Desk]) -> None:
    """Where nearly all of very many lay inside, the interval would say too little: some must be outside."""
    found = [told for desk in desks for told in inside(desk)]
    assert sum(found) < len(found)
    series, calendar = desks[0].parts["App error"]
    told = next(e for e in event_effects(series, calendar) if e.event.title == "Release 7.6")
    assert told.effect[1] > 0  # a planted +43 % on six days of a category is seen to be there at all


def test_growth_of_categories_is_told_and_ranked_right(desks: list[Desk]) -> None:
    held = []
    for desk in desks:
        found = {name: growth(*desk.parts[name]) for name in desk.growth}
        told = {name: one.effect for name, one in found.items() if one is not None}
        assert set(told) == set(desk.growth)
        held += [low <= desk.growth[name] <= high for name, (_, low, high) in told.items()]
        for one, other in combinations(desk.growth, 2):
            if desk.growth[one] - desk.growth[other] >= APART:
                assert told[one][0] > told[other][0], (one, other)
    assert sum(held) >= by_chance(len(held)), (sum(held), len(held))


def test_a_young_series_has_no_growth(desks: list[Desk]) -> None:
    series, calendar = desks[0].parts[""]
    assert growth(series.newest(500), calendar) is None
    assert growth(series, calendar) is not None
