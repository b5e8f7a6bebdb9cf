"""Who is scheduled when and for what, and when people in fact work (overtime is not on a roster)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from etl.demo.desk import EVENING, FRONT, TEAMS
from etl.demo.holidays import holiday_days
from etl.demo.people import People, Person
from etl.demo.planted import SLIDE, Planted
from etl.demo.window import DAY, HOUR, MINUTE, Bools, Floats, Ints, Window, local_to_utc, weekday

ACTIVITIES: Final = ("tickets", "training", "meeting", "documentation", "leave")
TICKETS, TRAINING, MEETING, DOCUMENTATION, LEAVE = range(5)
OVERTIME: Final = 9  # worked, not rostered


@dataclass(frozen=True)
class Spells:
    """Spells of people: who, from, to (epoch seconds) and what for, ordered by person and start."""

    agent: Ints
    starts: Ints
    ends: Ints
    activity: Ints

    def where(self, mask: Bools) -> Spells:
        """Return the spells picked by a mask."""
        return Spells(self.agent[mask], self.starts[mask], self.ends[mask], self.activity[mask])

    @property
    def seconds(self) -> Ints:
        """Length of each spell."""
        return self.ends - self.starts


def write_rosters(people: People, planted: Planted, window: Window, rng: np.random.Generator) -> Spells:
    """Return all spells of all people, overtime included (activity ``OVERTIME``)."""
    days = window.days()
    off = {team.zone: holiday_days(team.zone, window) for team in TEAMS}
    parts = [
        _person_spells(index, days, off[TEAMS[person.team].zone], _Load(people, planted), rng)
        for index, person in enumerate(people.persons)
    ]
    columns = [np.concatenate([part[i] for part in parts]) for i in range(4)]
    order = np.lexsort((columns[1], columns[0]))
    return Spells(*(column[order] for column in columns))


@dataclass(frozen=True)
class _Load:
    people: People
    planted: Planted


def _workdays(person: Person, days: Ints, holidays: Ints) -> Bools:
    """Return on which days the person is due: Monday to Friday, or the team's weekend rota."""
    dow, week = weekday(days), (days + 3) // 7
    if person.team == EVENING:  # seven days: two days off in a row, another pair for each agent
        first_off = (person.number * 3) % 7
        due = (dow != first_off) & (dow != (first_off + 1) % 7)
    elif person.team == FRONT:  # every fourth Saturday, with the Wednesday after it off
        saturday = (week + person.number) % 4 == 0
        due = np.where(dow == 5, saturday, (dow < 5) & ~((dow == 2) & ((week - 1 + person.number) % 4 == 0)))
    else:
        due = dow < 5
    employed = (days >= person.joined) & (days <= (person.left if person.left is not None else 10**6))
    return np.asarray(due & employed & ~np.isin(days, holidays), dtype=bool)


def _leave(person: Person, index: int, days: Ints, rng: np.random.Generator) -> Bools:
    """Return days of holiday (staggered by person), of illness, and of a long leave."""
    year_week = (days % 365) // 7
    summer, spring, winter = 23 + index * 5 % 13, 6 + index * 7 % 14, 40 + index * 3 % 12
    away = (year_week == summer) | (year_week == summer + 1) | (year_week == spring) | (year_week == winter)
    away |= rng.random(len(days)) < 0.02
    if person.away:
        away |= (days >= person.away[0]) & (days <= person.away[1])
    return np.asarray(away, dtype=bool)


def _person_spells(
    index: int, days: Ints, holidays: Ints, load: _Load, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    person = load.people.persons[index]
    due = _workdays(person, days, holidays)
    leave = _leave(person, index, days, rng) & ~_pressed(index, days, load)
    starts = TEAMS[person.team].shift_starts
    begin = int(starts[person.number % len(starts)] * HOUR)
    part_time = person.hours < 30
    length = int(person.hours / 5 * HOUR) + (0 if part_time else HOUR // 2)
    zone, dow, week = TEAMS[person.team].zone, weekday(days), (days + 3) // 7
    size = len(days)
    lunch = begin + 4 * HOUR
    end = begin + length + np.where((index == load.people.busy) & (days >= load.planted.busy // DAY), HOUR, 0)
    morning = begin + np.where(dow == 1, 45 * MINUTE, 0)
    after = lunch + HOUR // 2 + np.where((dow == 3) & ((week + person.number) % 2 == 0), 90 * MINUTE, 0)
    writing = end - np.where(dow == (person.number * 2) % 5, HOUR, 0)
    here, whole = due & ~leave, due & ~leave & (not part_time)
    fixed = np.full(size, begin), np.full(size, lunch), np.full(size, lunch + HOUR // 2)
    rows = (
        (due & leave, fixed[0], end, LEAVE),
        (here & (morning > begin), fixed[0], morning, MEETING),
        (here, morning, np.minimum(fixed[1], end), TICKETS),
        (whole & (after > fixed[2]), fixed[2], after, TRAINING),
        (whole, after, writing, TICKETS),
        (whole & (writing < end), writing, end, DOCUMENTATION),
        *_overtime(index, days, (here, fixed[0], end), load, rng),
    )
    found = [
        (local_to_utc(zone, days[m], s[m]), local_to_utc(zone, days[m], e[m]), np.full(int(m.sum()), a))
        for m, s, e, a in rows
    ]
    opened, closed, activity = (np.concatenate([f[i] for f in found]) for i in range(3))
    return np.full(len(opened), index), opened, closed, activity


def _pressed(index: int, days: Ints, load: _Load) -> Bools:
    """Return the days on which a sliding or busy person takes no leave: absence would hide what is planted."""
    planted, people = load.planted, load.people
    begins = dict(zip((*people.sliders, people.busy), (*planted.slides, planted.busy), strict=True))
    return np.asarray(days >= begins[index] // DAY if index in begins else np.zeros(len(days)), dtype=bool)


def _overtime(
    index: int, days: Ints, shift: tuple[Bools, Ints, Ints], load: _Load, rng: np.random.Generator
) -> list[tuple[Bools, Ints, Ints, int]]:
    """Return work nobody rostered: late evenings, and in a slide early mornings and weekends too."""
    size, (here, begin, end) = len(days), shift
    slid: Floats = load.planted.slide(load.people, np.full(size, index), days * DAY + DAY // 2)
    late = rng.random(size) < load.people.persons[index].late_days + slid * SLIDE["late_days"]
    early, weekend = rng.random(size) < 0.6 * slid, (rng.random(size) < 0.45 * slid) & (weekday(days) >= 5)
    length = ((20 + 50 * rng.random(size) + 70 * slid) * MINUTE).astype(np.int64)
    return [
        (here & late, end, end + length, OVERTIME),
        (here & early, begin - length // 2, begin, OVERTIME),
        (~here & weekend, begin + HOUR, begin + HOUR + length, OVERTIME),
    ]
