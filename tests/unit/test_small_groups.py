"""Every permitted view of strain beside every other, of one viewer and of any two: nobody stands in a small group."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from config.settings import Settings
from forecasting.store import store
from metrics import Scope
from metrics.outlook import outlook
from metrics.outlook_tables import TABLES
from metrics.scope import Role
from metrics.strain import EVERYBODY, SMALLEST_GROUP, strain

NOW, WEEK = datetime(2026, 11, 20, 9, tzinfo=UTC), date(2026, 11, 9)
LOOK_AFTER_NOBODY: tuple[Role, ...] = ("executive", "analyst", "admin", "agent")
DESKS = [
    {"a": 12, "b": 6, "c": 14, "d": 5},
    {"a": 30, "b": 1},
    {"a": 10, "b": 10, "c": 9},
    {"a": 11, "b": 12, "c": 13, "d": 3, "e": 2},
    {"a": 40, "b": 25, "c": 10},
    {"a": 4, "b": 3},
]
People = frozenset[str]


def _desk(sizes: dict[str, int], home: Path) -> Settings:
    settings = replace(Settings(), home=home)
    frames = {name: pd.DataFrame(columns=told.names) for name, told in TABLES.items() if told.step == "strain"}
    rows = [
        {"team_key": team, "team_keys": json.dumps([team]), "team": team, "week_starts_on": WEEK, "members": size,
         "told": size, "watched": size // 2, "loaded": 1, "z": 0.4, "band": "steady"}
        for team, size in sizes.items()
    ]  # fmt: skip
    frames["strain_team"] = pd.DataFrame(rows, columns=TABLES["strain_team"].names)
    people = [
        {"agent_key": f"{team}{n}", "agent": f"{team}{n}", "team_keys": json.dumps([team]), "team": team,
         "week_starts_on": WEEK, "z": 2.6, "band": "watch", "load_band": "usual", "tickets": 9.0, "points": 9.0}
        for team, size in sizes.items() for n in range(size)
    ]  # fmt: skip
    frames["strain"] = pd.DataFrame(people, columns=TABLES["strain"].names)
    store("strain", "b1", NOW, frames, settings)
    return settings


def _viewers(sizes: dict[str, int]) -> Iterator[Scope]:
    for role in LOOK_AFTER_NOBODY:
        yield Scope("v", None, role)
        for count in range(len(sizes) + 1):
            for teams in combinations(sizes, count):
                yield Scope("v", frozenset(teams), role)


def _seen(sizes: dict[str, int], settings: Settings) -> set[People]:
    """Return every set of people some permitted view speaks of, over all viewers who look after nobody."""
    members = {team: frozenset(f"{team}{n}" for n in range(size)) for team, size in sizes.items()}
    everybody = frozenset[str]().union(*members.values())
    seen: set[People] = set()
    for scope in _viewers(sizes):
        told = strain(scope, settings, lambda *_: None)
        seen |= {everybody if group == EVERYBODY else members[group] for group in told.groups()["group"]}
        for view in (told.people(), told.weeks(), told.teams(), told.all_signals(), told.moves(), told.thanks()):
            assert view.empty
        for name in (name for name, table in TABLES.items() if table.step == "strain" and table.about != "teams"):
            assert outlook("strain", settings).read(name, scope).empty, name
    return seen


@pytest.mark.parametrize("sizes", DESKS)
def test_no_pair_of_views_recovers_a_group_smaller_than_ten(sizes: dict[str, int], tmp_path: Path) -> None:
    seen = _seen(sizes, _desk(sizes, tmp_path))
    assert seen or sum(sizes.values()) < SMALLEST_GROUP, "there is something to be seen where there are enough people"
    for first in seen:
        assert len(first) >= SMALLEST_GROUP
        for second in seen:
            for recovered in (first - second, second - first, first & second, first ^ second):
                assert not recovered or len(recovered) >= SMALLEST_GROUP, sorted(recovered)


def test_the_enumeration_would_find_a_small_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.strain.published", lambda sizes: {*sizes, EVERYBODY})
    sizes = DESKS[0]
    assert min(map(len, _seen(sizes, _desk(sizes, tmp_path)))) < SMALLEST_GROUP
