"""The agents: who joins, leaves, moves, works part time, slides or is merely busy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from etl.demo.desk import BILLING, EVENING, FRONT, TEAMS, TECHNICAL
from etl.demo.window import DAY, Floats, Window

_TREES: Final = (
    "Alder", "Apple", "Ash", "Aspen", "Balsa", "Bamboo", "Banyan", "Baobab", "Beech", "Birch", "Boxwood",
    "Buckeye", "Cedar", "Cherry", "Chestnut", "Cypress", "Dogwood", "Ebony", "Elder", "Elm", "Fig", "Fir",
    "Ginkgo", "Hawthorn", "Hazel", "Hemlock", "Hickory", "Holly", "Hornbeam", "Juniper", "Katsura", "Larch",
    "Laurel", "Lemon", "Linden", "Locust", "Magnolia", "Mahogany", "Mango", "Maple", "Medlar", "Mulberry",
    "Myrtle", "Oak", "Olive", "Palm", "Pear", "Pecan", "Pine", "Plane", "Plum", "Poplar", "Quince", "Redwood",
    "Rowan", "Sequoia", "Spruce", "Sumac", "Sycamore", "Tamarind", "Teak", "Walnut", "Willow", "Yew",
)  # fmt: skip

BOT_ID: Final = "agent-bot"


@dataclass
class Person:
    """An agent. Days are since 1970; ``quality`` is a logit, ``pace`` a factor on handling time."""

    agent_id: str
    name: str
    team: int
    number: int  # within the team: decides shift and rota
    joined: int
    role: str = "agent"
    left: int | None = None
    moved: tuple[int, int] | None = None  # day, new team
    away: tuple[int, int] | None = None  # first and last day of a long leave
    hours: float = 40.0
    quality: float = 0.0
    pace: float = 1.0
    late_days: float = 0.04  # share of days on which the person works on after the shift
    planted: list[str] = field(default_factory=list)

    def spells(self) -> list[tuple[int, int, int]]:
        """Return (team, first day, day after the last) for each team the person was in."""
        end = 10**6 if self.left is None else self.left + 1
        if self.moved is None:
            return [(self.team, self.joined, end)]
        day, team = self.moved
        return [(self.team, self.joined, day), (team, day, end)]


@dataclass(frozen=True)
class People:
    """All agents, in order of their ids; the special ones by index."""

    persons: tuple[Person, ...]
    sliders: tuple[int, int]
    busy: int
    mover: int
    expert: int  # the API rests on this one

    def __len__(self) -> int:
        return len(self.persons)

    def floats(self, name: str) -> Floats:
        """Return one number a person."""
        return np.array([getattr(p, name) for p in self.persons], dtype=np.float64)

    def ids(self) -> list[str]:
        """Return the helpdesk's ids, in order."""
        return [p.agent_id for p in self.persons]


def hire(window: Window, scale: float, rng: np.random.Generator) -> People:
    """Return the people of a desk ``scale`` times the four teams' own size (never below it)."""
    first = window.start // DAY - 400
    persons: list[Person] = []
    for t, team in enumerate(TEAMS):
        size = max(team.size, round(team.size * scale))
        extra = {FRONT: 1, TECHNICAL: -1}.get(t, 0)  # the mover counts in the team where they end
        for number in range(size + extra):
            persons.append(_person(len(persons), t, number, first - int(rng.integers(0, 900)), rng))
        chairs = persons[-(size + extra) :]
        for number in range(max(1, size // 6)):  # people who have left, and whose chairs were taken
            leaver = _person(len(persons), t, size + extra + number, first, rng)
            leaver.left = window.ago((50 + 170 * number + 60 * t) % 780 + 60) // DAY
            persons.append(leaver)
            chairs[-1 - number].joined = leaver.left - 20
    return _special(persons, window)


def _person(index: int, team: int, number: int, joined: int, rng: np.random.Generator) -> Person:
    round_, tree = divmod(index, len(_TREES))
    name = f"Agent {_TREES[tree]}" + (f" {round_ + 1}" if round_ else "")
    return Person(
        agent_id=f"agent-{index + 1:03d}",
        name=name,
        team=team,
        number=number,
        joined=joined,
        role="lead" if number == 0 else "agent",
        quality=float(rng.normal(0, 0.14)),
        pace=float(np.exp(rng.normal(0, 0.10))),
        late_days=0.12 if rng.random() < 0.15 else 0.03,
    )


def _special(persons: list[Person], window: Window) -> People:
    def member(team: int, number: int) -> int:
        return next(i for i, p in enumerate(persons) if p.team == team and p.number == number)

    sliders = (member(FRONT, 3), member(TECHNICAL, 2))
    busy, mover, returner = member(FRONT, 5), member(FRONT, 8), member(TECHNICAL, 4)
    part_timer, newcomer, expert = member(BILLING, 2), member(FRONT, 10), member(TECHNICAL, 3)
    for index, what in (
        (sliders[0], "slider"), (sliders[1], "slider"), (busy, "busy"), (mover, "mover"),
        (returner, "back_from_leave"), (part_timer, "part_timer"), (newcomer, "joiner"), (expert, "expert"),
    ):  # fmt: skip
        persons[index].planted.append(what)
    for index in (*sliders, busy, mover, returner, expert):  # a history long enough to compare with
        persons[index].joined = min(persons[index].joined, window.start // DAY - 200)
        persons[index].late_days = 0.03
    persons[mover].moved = (window.ago(130) // DAY, TECHNICAL)
    persons[returner].away = (window.ago(190) // DAY, window.ago(45) // DAY)
    persons[part_timer].hours = 20.0
    persons[newcomer].joined = window.ago(70) // DAY
    persons[member(EVENING, 3)].joined = window.ago(400) // DAY
    return People(tuple(persons), sliders, busy, mover, expert)
