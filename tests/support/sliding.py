"""Simulated desks on which somebody slides: who, since when, and who only looks as if; knows nothing of the detector.

A slide shifts answers, first contacts and reopens by a fixed amount of log odds and lengthens handling, growing over a
few weeks. Around it stands what is easily mistaken for one: a move to a harder queue, a shock of a whole team, a brief
overload, a newcomer, a return from leave, part time, a change of team, seasons of a category.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FULL = {"csat": -0.6, "fcr": -0.4, "reopen": 0.5, "log_aht": 0.14}
STARTS_ON = np.datetime64("2025-01-06")


@dataclass(frozen=True)
class Desk:
    """What to simulate; shares are of agents, ``effect`` scales a full slide, ``noise`` is a week's own luck."""

    teams: int = 40
    agents: int = 40  # a team
    weeks: int = 52
    categories: int = 8
    tickets: float = 55.0  # a full-time agent's week
    slide_share: float = 0.10
    slides_a_team: int | None = None  # exactly so many, instead of a share
    effect: float = 1.0
    ramp_weeks: int = 2
    move_share: float = 0.10
    overload_share: float = 0.10
    newcomer_share: float = 0.06
    leave_share: float = 0.06
    part_time_share: float = 0.10
    transfer_share: float = 0.02
    shock_share: float = 0.25  # of teams
    noise: float = 0.10  # sd of an agent-week, log odds; a third of it on the log of handling
    skill: float = 0.12  # sd of who is better at which category, log odds; a third of it on the log of handling
    seed: int = 0


@dataclass(frozen=True)
class Told:
    """A desk's weekly table and the truth: one entry an agent; -1 where nothing of the kind happened."""

    table: pd.DataFrame
    slides: Ints  # the week each begins to slide
    moves: Ints
    overloads: Ints
    newcomers: Ints
    leaves: Ints  # the week each returns
    transfers: Ints
    part_time: npt.NDArray[np.bool_]
    team: Ints
    shocks: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # one entry a team


def simulated(desk: Desk) -> Told:
    """Return a desk's weeks, category by category, and who slid."""
    rng = np.random.default_rng(desk.seed)
    people, weeks = desk.teams * desk.agents, desk.weeks
    team = np.repeat(np.arange(desk.teams), desk.agents)
    at = np.arange(weeks)
    fate = _fates(desk, rng)
    slides, moves, overloads = fate["slide"], fate["move"], fate["overload"]
    newcomers, leaves, transfers = fate["newcomer"], fate["leave"], fate["transfer"]

    teams = np.repeat(team[:, None], weeks, axis=1)
    moved_to = (team + rng.integers(1, max(desk.teams, 2), people)) % desk.teams
    teams = np.where(_since(transfers, at), moved_to[:, None], teams)

    # What work comes: a team's own mix, an agent's leaning, and for who moves the hardest queues.
    hardness = np.linspace(-0.8, 0.9, desk.categories) + rng.normal(0, 0.1, desk.categories)
    mix = rng.dirichlet(np.full(desk.categories, 2.0), desk.teams)
    leaning = rng.gamma(3.0, 1 / 3.0, (people, desk.categories))
    share = mix[teams] * leaning[:, None, :]
    harder = np.exp(2.2 * hardness)
    share = np.where(_since(moves, at)[:, :, None], share * harder, share)
    share /= share.sum(axis=2, keepdims=True)

    part_time = rng.random(people) < desk.part_time_share
    pace = rng.lognormal(-0.04, 0.28, people) * np.where(part_time, 0.5, 1.0)
    overloaded = (overloads[:, None] >= 0) & _within(overloads, at, rng.integers(2, 4, people))
    busy = np.where(overloaded, 1.6, 1.0)
    season = 1 + 0.1 * np.sin(2 * np.pi * (at + rng.uniform(0, 52)) / 52)
    away = (leaves[:, None] >= 0) & _within(leaves - 7, at, np.full(people, 7))
    away |= rng.random((people, weeks)) < 0.07
    away |= (newcomers[:, None] >= 0) & (at < newcomers[:, None])
    days = np.where(away, 0.0, rng.choice([1.0, 0.8, 0.6], (people, weeks), p=[0.8, 0.14, 0.06]))
    tickets = rng.poisson((desk.tickets * pace[:, None] * busy * season * days)[:, :, None] * share)

    # How it goes: who they are, how hard it is, what hits everybody, and what happens to some.
    shocks = np.where(rng.random(desk.teams) < desk.shock_share, rng.integers(14, max(weeks - 6, 15), desk.teams), -1)
    lasting = rng.integers(2, 9, desk.teams)
    shocked = ((shocks[:, None] >= 0) & (at >= shocks[:, None]) & (at < (shocks + lasting)[:, None]))[
        teams, at
    ] * rng.uniform(0.5, 1.0, desk.teams)[teams]
    slid = (
        np.where(slides[:, None] >= 0, np.clip((at - slides[:, None] + 1) / desk.ramp_weeks, 0, 1), 0.0) * desk.effect
    )
    learning = _fading(newcomers, at, 6.0)
    returning = _fading(leaves, at, 1.2)
    drift = rng.normal(0, 0.10, (desk.categories, 1)) * np.sin(
        2 * np.pi * at / 52 + rng.uniform(0, 6, (desk.categories, 1))
    )
    trouble = slid + 0.8 * shocked + 0.6 * overloaded + 0.9 * learning + 0.5 * returning

    skill = rng.normal(0, desk.skill, (people, 1, desk.categories))

    def luck(scale: float) -> Floats:
        own = rng.normal(0, scale, (people, 1)) + rng.normal(0, desk.noise * scale / 0.3, (people, weeks))
        return (
            own
            + rng.normal(0, scale / 2, desk.teams)[teams]
            + rng.normal(0, 0.05 * scale / 0.3, (desk.teams, weeks))[teams, at]
        )

    def odds(base: float, per_hardness: float, effect: float, scale: float) -> Floats:
        of_category = base + per_hardness * (hardness[:, None] + drift)
        return _logistic(of_category.T[None] + (luck(scale) + effect * trouble)[:, :, None] + np.sign(effect) * skill)

    answers = rng.binomial(tickets, 0.28)
    good = rng.binomial(answers, odds(1.7, -0.5, FULL["csat"], 0.30))
    contacts = rng.binomial(tickets, 0.85)
    resolved = rng.binomial(contacts, odds(0.9, -0.7, FULL["fcr"], 0.25))
    reopened = rng.binomial(tickets, odds(-2.5, 0.5, FULL["reopen"], 0.25))
    centre = (
        2.6
        + 0.5 * (hardness[:, None] + drift).T[None]
        + (luck(0.12) + FULL["log_aht"] * trouble)[:, :, None]
        + skill / 3
    )
    handling = rng.normal(centre * tickets, 0.7 * np.sqrt(tickets))
    squares = handling**2 / np.maximum(tickets, 1) + 0.49 * rng.chisquare(np.maximum(tickets - 1, 1)) * (tickets > 1)
    late = rng.binomial(tickets * 4, np.clip(0.05 + 0.10 * overloaded + 0.03 * slid, 0, 1)[:, :, None])

    kept = tickets > 0
    person, week, category = np.nonzero(kept)
    table = pd.DataFrame(
        {
            "agent": person,
            "team": teams[person, week],
            "week": (STARTS_ON + 7 * week).astype("datetime64[D]"),
            "category": category,
            "tickets": tickets[kept],
            "csat_n": answers[kept],
            "csat_good": good[kept],
            "fcr_n": contacts[kept],
            "fcr_good": resolved[kept],
            "reopen_n": tickets[kept],
            "reopened": reopened[kept],
            "log_aht_sum": handling[kept],
            "log_aht_sumsq": squares[kept],
            "effort_points": tickets[kept] * np.round(2 + 1.2 * (hardness[category] + 0.9), 1),
            "after_hours": late[kept],
            "actions": 4 * tickets[kept],
        }
    )
    for name, letter in (("agent", "a"), ("team", "t"), ("category", "c")):
        width = len(str(int(table[name].max())))
        table[name] = letter + table[name].astype(str).str.zfill(width)
    return Told(table, slides, moves, overloads, newcomers, leaves, transfers, part_time, team, shocks)


def _fates(desk: Desk, rng: np.random.Generator) -> dict[str, Ints]:
    """Return, for what may happen to a person, in which week it does: one thing a person at most."""
    people = desk.teams * desk.agents
    shares = {
        "slide": 0.0 if desk.slides_a_team is not None else desk.slide_share,
        "move": desk.move_share,
        "overload": desk.overload_share,
        "newcomer": desk.newcomer_share,
        "leave": desk.leave_share,
        "transfer": desk.transfer_share,
    }
    drawn = rng.choice(len(shares) + 1, people, p=[*shares.values(), 1 - sum(shares.values())])
    if desk.slides_a_team is not None:
        for first in range(0, people, desk.agents):
            drawn[first + rng.permutation(desk.agents)[: desk.slides_a_team]] = 0
    when = rng.integers(20, max(desk.weeks - 10, 21), people)
    if desk.slides_a_team is not None:  # together: the harder case
        when = np.where(drawn == 0, np.repeat(rng.integers(22, desk.weeks - 12, desk.teams), desk.agents), when)
    return {name: np.where(drawn == number, when, -1) for number, name in enumerate(shares)}


def _since(begins: Ints, at: Ints) -> npt.NDArray[np.bool_]:
    return (begins[:, None] >= 0) & (at >= begins[:, None])


def _fading(begins: Ints, at: Ints, weeks: float) -> Floats:
    since = np.maximum(at - begins[:, None], 0)
    faded: Floats = np.where(_since(begins, at), np.exp(-since / weeks), 0.0)
    return faded


def _within(begins: Ints, at: Ints, lasts: Ints) -> npt.NDArray[np.bool_]:
    return (at >= begins[:, None]) & (at < (begins + lasts)[:, None])


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))
