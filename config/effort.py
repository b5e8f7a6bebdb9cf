"""Effort points: what a ticket's known facts are worth, read from ``config/effort.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import BadSetting
from config.settings import ROOT

EFFORT_FILE = ROOT / "config" / "effort.toml"
MOST = 8  # points of the heaviest ticket
TIERS = ("simple", "medium", "complex")
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True)
class Supplement:
    """What belonging to one of some categories adds."""

    points: int
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """Points known at creation: ``tier`` to begin with, the others added."""

    tier: Mapping[str, int]
    priority: Mapping[str, int]
    segment: Mapping[str, int]
    regulated: Supplement
    another_team: Supplement
    category_tier: Mapping[str, str]

    def supplement(self, category: str) -> int:
        """Return what a category adds to the points of its tier."""
        return sum(s.points for s in (self.regulated, self.another_team) if category in s.categories)


@dataclass(frozen=True)
class Step:
    """Points a fact is worth from a value on."""

    reaches: float
    points: int


@dataclass(frozen=True)
class Actual:
    """Points of a solved ticket: ``begins_with``, and what each fact adds; of two steps the one reached last counts."""

    begins_with: int
    escalated: int
    teams: tuple[Step, Step]
    replies: tuple[Step, Step]
    handling: tuple[Step, Step]  # in medians of the category


@dataclass(frozen=True)
class Effort:
    """The points tables of an installation."""

    expected: Expected
    actual: Actual


def load_effort(path: Path = EFFORT_FILE) -> Effort:
    """Read the points tables; raises ``BadSetting`` naming the file, the table, the line and what to do."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadSetting(f"{path}: no such file; effort points are read from it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: not valid TOML: {error}") from error
    whole = _Part(told, str(path)).only("expected", "actual")
    return Effort(_expected(whole.part("expected")), _actual(whole.part("actual")))


def _expected(told: _Part) -> Expected:
    told.only("tier", "priority", "segment", "regulated", "another_team", "category_tier")
    return Expected(
        tier=told.part("tier").points((*TIERS, "unlisted"), least=1),
        priority=told.part("priority").points(PRIORITIES),
        segment=told.part("segment").points(),
        regulated=told.part("regulated").supplement(),
        another_team=told.part("another_team").supplement(),
        category_tier=told.part("category_tier").chosen(TIERS),
    )


def _actual(told: _Part) -> Actual:
    told.only("begins_with", "escalated", "teams", "replies", "handling")
    return Actual(
        begins_with=told.whole("begins_with", least=1),
        escalated=told.whole("escalated"),
        teams=told.steps("teams"),
        replies=told.steps("replies"),
        handling=told.steps("handling"),
    )


@dataclass(frozen=True)
class _Part:
    """A table of the file, and how errors name it."""

    told: Mapping[str, Any]
    where: str

    def only(self, *names: str) -> _Part:
        """Refuse what is not one of ``names``."""
        for name in self.told:
            if name not in names:
                raise BadSetting(f"{self.where}: unknown {name!r}; known are {', '.join(names)}")
        return self

    def part(self, name: str) -> _Part:
        """Return a table of this one."""
        inner = self.told.get(name)
        where = f"{self.where}: [{name}]" if ": [" not in self.where else f"{self.where[:-1]}.{name}]"
        if not isinstance(inner, dict):
            raise BadSetting(f"{where} must be a table, not {'missing' if inner is None else repr(inner)}")
        return _Part(inner, where)

    def points(self, names: Collection[str] | None = None, least: int = 0) -> dict[str, int]:
        """Return the points of each of ``names``, all of which must be there (None: of whatever there is)."""
        if names is not None:
            self.only(*names)
        return {name: self.whole(name, least) for name in (self.told if names is None else names)}

    def whole(self, name: str, least: int = 0) -> int:
        """Return a whole number of points."""
        value = self.told.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
            raise BadSetting(f"{self.where}: {name} must be a whole number from {least} to {MOST}, not {value!r}")
        return value

    def steps(self, name: str) -> tuple[Step, Step]:
        """Return the two steps of a fact, rising."""
        told = self.told.get(name)
        if isinstance(told, list) and len(told) == 2 and all(isinstance(step, dict) for step in told):
            low, high = (_Part(step, f"{self.where}: {name}").only("from", "points") for step in told)
            pair = Step(low.number("from"), low.whole("points")), Step(high.number("from"), high.whole("points"))
            if pair[0].reaches < pair[1].reaches and pair[0].points <= pair[1].points:
                return pair
        raise BadSetting(
            f"{self.where}: {name} must be two rising steps, [{{ from = 2, points = 1 }}, {{ from = 3, points = 2 }}]"
        )

    def number(self, name: str) -> float:
        """Return a number above 0."""
        value = self.told.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
            raise BadSetting(f"{self.where}: {name} must be a number above 0, not {value!r}")
        return float(value)

    def supplement(self) -> Supplement:
        """Return points and the categories they are for."""
        listed = self.only("points", "categories").told.get("categories")
        if not isinstance(listed, list) or not all(isinstance(category, str) for category in listed):
            raise BadSetting(f"{self.where}: categories must be a list of names, not {listed!r}")
        return Supplement(self.whole("points"), tuple(listed))

    def chosen(self, values: Collection[str]) -> dict[str, str]:
        """Return names with one of ``values`` each."""
        for name, value in self.told.items():
            if value not in values:
                raise BadSetting(f"{self.where}: {name!r} must be {', '.join(values)}, not {value!r}")
        return dict(self.told)
