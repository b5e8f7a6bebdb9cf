"""What becomes of each ticket: how many contacts, whether it escalates, comes back or is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from etl.demo.cast import Cast
from etl.demo.desk import CATEGORIES, CATEGORY, CHAT, EFFORTS, PHONE, TEAMS, TECHNICAL
from etl.demo.people import People
from etl.demo.planted import (
    DROP_CATEGORY,
    DROP_PACE,
    DROP_POINTS,
    SLIDE,
    WORKED_CATEGORY,
    WORKED_ONE_CONTACT,
    WORKED_PACE,
    Planted,
)
from etl.demo.tickets import Tickets
from etl.demo.window import DAY, Bools, Floats, Ints

ONE_CONTACT: Final = {"simple": 2.2, "medium": 1.65, "complex": 0.8}  # logits
REOPEN: Final = -2.85
MINUTES: Final = {"simple": 13.5, "medium": 16.0, "complex": 16.5}  # of a written contact
USUAL_FCR: Final = 0.72  # of the category whose quality drops: turns points into a share of the good ones


@dataclass
class Outcomes:
    """Parallel to the tickets."""

    contacts: Ints  # human contacts before the first solve
    has_note: Bools  # looked into before the first contact
    escalates: Bools
    thanks: Bools  # the requester says thank you before it is solved
    gives_up: Bools  # the requester never answers; the system solves it
    reopens: Ints
    is_repeated: Bools  # the requester comes back with a new ticket
    minutes: Floats  # median handling of one contact
    slid: Floats  # how far the agent had slid, 0–1


def _newness(people: People, agents: Ints, instants: Ints) -> Floats:
    """Return 1 for a first day, fading over the first two months."""
    joined = np.array([p.joined for p in people.persons], dtype=np.int64)
    weeks = np.maximum(instants / DAY - joined[agents], 0) / 7
    return np.asarray(np.exp(-weeks / 5), dtype=np.float64)


def decide(tickets: Tickets, cast: Cast, rng: np.random.Generator) -> Outcomes:
    """Return what becomes of each ticket, given who takes it and when."""
    people, planted, customers = cast.people, cast.planted, cast.customers
    size = len(tickets)
    effort = np.array([EFFORTS.index(c.effort) for c in CATEGORIES])[tickets.category]
    live = (tickets.channel == PHONE) | (tickets.channel == CHAT)
    when = tickets.pickup
    slid = planted.slide(people, tickets.agent, when)
    new = _newness(people, tickets.agent, when)
    leaving = customers.is_leaving(tickets.organization) & (when >= planted.leaving_from)
    better = (tickets.category == CATEGORY[WORKED_CATEGORY]) & (when >= planted.worked)
    quality = people.floats("quality")[tickets.agent] - 0.3 * new + slid * SLIDE["one_contact"]
    logit = np.array([ONE_CONTACT[e] for e in EFFORTS])[effort] + quality + 0.25 * live
    logit += WORKED_ONE_CONTACT * better - 1.2 * leaving
    single = rng.random(size) < 1 / (1 + np.exp(-logit))
    reopen_logit = REOPEN + 0.15 * effort - 0.5 * quality + slid * (SLIDE["reopen"] + 0.5 * SLIDE["one_contact"])
    reopen_logit += 1.8 * leaving
    reopens = (rng.random(size) < 1 / (1 + np.exp(-reopen_logit))).astype(np.int64)
    reopens += (reopens > 0) & (rng.random(size) < 0.10)
    escalates = rng.random(size) < np.array([0.015, 0.04, 0.13])[effort] * (tickets.team != TECHNICAL)
    outcomes = Outcomes(
        contacts=np.where(single, 1, np.minimum(1 + rng.geometric(0.62, size), 5)),
        has_note=~live & (rng.random(size) < np.array([0.03, 0.09, 0.24])[effort]) & ~tickets.is_outbound,
        escalates=escalates,
        thanks=~live & (rng.random(size) < 0.05),
        gives_up=~live & (rng.random(size) < 0.03),
        reopens=reopens,
        is_repeated=~tickets.is_outbound & (tickets.requester >= 0) & (rng.random(size) < 0.066),
        minutes=median_minutes(tickets, people, planted),
        slid=slid,
    )
    outcomes.contacts[escalates & live & (outcomes.contacts == 1)] = 2  # somebody else must still answer
    outcomes.gives_up &= ~outcomes.thanks
    _drop_quality(tickets, outcomes, planted, rng)
    return outcomes


def median_minutes(tickets: Tickets, people: People, planted: Planted) -> Floats:
    """Return the usual handling of one contact in minutes, given who takes it and when."""
    effort = np.array([EFFORTS.index(c.effort) for c in CATEGORIES])[tickets.category]
    when = tickets.pickup
    own = np.array([0.9 + 0.2 * ((i * 7) % 5) / 4 for i in range(len(CATEGORIES))])  # categories differ a little
    minutes = np.array([MINUTES[e] for e in EFFORTS])[effort] * own[tickets.category]
    minutes *= np.array([t.pace for t in TEAMS])[tickets.team]
    minutes *= people.floats("pace")[tickets.agent] * (1 + 0.4 * _newness(people, tickets.agent, when))
    minutes *= 1 + planted.slide(people, tickets.agent, when) * (SLIDE["pace"] - 1)
    better = (tickets.category == CATEGORY[WORKED_CATEGORY]) & (when >= planted.worked)
    dropped = (tickets.category == CATEGORY[DROP_CATEGORY]) & (when >= planted.drop)
    return np.asarray(
        minutes * np.where(better, WORKED_PACE, 1.0) * np.where(dropped, DROP_PACE, 1.0), dtype=np.float64
    )


def _drop_quality(tickets: Tickets, outcomes: Outcomes, planted: Planted, rng: np.random.Generator) -> None:
    """Spoil a share of the good ones in one category: another contact, a reopen or a new ticket."""
    hit = (tickets.category == CATEGORY[DROP_CATEGORY]) & (tickets.pickup >= planted.drop)
    good = hit & (outcomes.contacts == 1) & (outcomes.reopens == 0) & ~outcomes.is_repeated
    luck = rng.random(len(tickets))
    spoiled = good & (luck < DROP_POINTS / USUAL_FCR)
    way = luck / (DROP_POINTS / USUAL_FCR)
    outcomes.contacts[spoiled & (way < 0.5)] = 2
    outcomes.reopens[spoiled & (way >= 0.5) & (way < 0.75)] = 1
    outcomes.is_repeated[spoiled & (way >= 0.75) & (tickets.requester >= 0)] = True
