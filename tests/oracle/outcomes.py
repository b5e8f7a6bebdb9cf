"""How well it was solved: contacts, touches, reopens, repeats, handling; and the routing of what was solved."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.effort import actual, expected
from tests.oracle.records import EARLIEST
from tests.oracle.routing import is_escalated, stations
from tests.oracle.timeline import Moment, Ticket
from tests.oracle.volume import intake, outcome
from tests.oracle.world import World

Fact = dict[str, Any]


def _solved(world: World) -> list[tuple[Ticket, Moment]]:
    return [(ticket, ticket.first_solve) for ticket in world.tickets.values() if ticket.first_solve]


def first_contact(world: World) -> list[Fact]:
    """Return for every solved ticket asked of people whether one contact settled it, and whether net FCR counts it."""
    window = timedelta(days=world.desk.settings.fcr_window_days)
    others = _by_requester(world)
    multi = set(world.desk.settings.multi_contact_categories)
    multi |= {name for name, row in world.categories.items() if row.get("is_multi_contact")}
    facts = []
    for ticket, solve in _solved(world):
        if not ticket.is_asked_of_people:
            continue
        end = solve.at + window
        number = contacts_until(ticket, end)
        eligible = bool(number) and bool(ticket.row.get("requester_id")) and solve.after.category not in multi
        held = number == 1 and not _came_back(ticket, solve, end) and not _again(others, ticket, solve, end)
        facts.append(outcome(world, ticket, solve) | {"num": eligible and held, "net": eligible, "gross": 1})
    return facts


def contacts_until(ticket: Ticket, end: datetime) -> int:
    """Count human contacts: a later message of the same agent with no requester message in between is the same one."""
    number, last = 0, None
    for moment in ticket.moments:
        if moment.at > end:
            break
        if moment.is_from_requester:
            last = None
        elif moment.is_contact:
            if moment.kind != "message" or moment.who != last:
                number += 1
            last = moment.who
    return number


def _came_back(ticket: Ticket, solve: Moment, end: datetime) -> bool:
    """Say whether it was reopened, handed on or asked about and answered again up to the window's end."""
    if any(moment.at <= end for moment in ticket.reopenings):
        return True
    if len([at for at, _ in ticket.holders if at <= end]) > 1:
        return True
    asked = [m.at for m in ticket.moments if m.is_from_requester and solve.at < m.at <= end]
    return bool(asked) and any(asked[0] < m.at <= end for m in ticket.contacts)


def _by_requester(world: World) -> dict[str, list[Ticket]]:
    found = defaultdict(list)
    for ticket in world.tickets.values():
        if ticket.row.get("requester_id"):
            found[ticket.row["requester_id"]].append(ticket)
    return found


def _again(others: dict[str, list[Ticket]], ticket: Ticket, solve: Moment, end: datetime) -> bool:
    """Say whether a ticket of the same person came within the window that, by its end, was about the same thing."""
    news = [o for o in others[ticket.row["requester_id"]] if o is not ticket and solve.at < o.created <= end]
    return solve.after.category is not None and any(category_at(o, end) == solve.after.category for o in news)


def touches(world: World) -> list[Fact]:
    facts = []
    for ticket, solve in _solved(world):
        if ticket.is_asked_of_people:
            number = sum(moment.at <= solve.at for moment in ticket.contacts)
            counted = {"one": number == 1, "two": number == 2, "below_two": number < 2, "den": 1}
            facts.append(outcome(world, ticket, solve) | counted)
    return facts


def reopened(world: World) -> list[Fact]:
    window = timedelta(days=world.desk.settings.reopen_window_days)
    facts = []
    for ticket, solve in _solved(world):
        back = next((moment.at for moment in ticket.reopenings if moment.at <= solve.at + window), None)
        worked = back is not None and any(moment.at > back for moment in ticket.contacts)
        facts.append(outcome(world, ticket, solve) | {"num": back is not None, "worked": worked, "den": 1})
    return facts


def repeats(world: World) -> list[Fact]:
    """Return for every new ticket whether the same person had one like it solved shortly before, or still open."""
    window = timedelta(days=world.desk.settings.repeat_window_days)
    alike = _by_requester(world)
    facts = []
    for ticket in world.tickets.values():
        if not ticket.is_asked_of_people or not ticket.row.get("requester_id"):
            continue
        repeat = duplicate = False
        for other in alike[ticket.row["requester_id"]]:
            came_before = (other.created, other.key) < (ticket.created, ticket.key)
            if not came_before or about(other) != about(ticket):
                continue
            together = other.created == ticket.created  # of two that came in one second neither was settled before
            solved = any(ticket.created - window <= solve.at <= ticket.created for solve in other.solves)
            repeat |= solved and not together
            duplicate |= together or is_open_at(other, ticket.created)
        facts.append(intake(ticket) | {"num": repeat, "duplicate": duplicate, "den": 1})
    return facts


def about(ticket: Ticket) -> str | None:
    """Return what a ticket was about: the category it was first solved in, while unsolved the present one."""
    return ticket.first_solve.after.category if ticket.first_solve else ticket.now.category


def category_at(ticket: Ticket, at: datetime) -> str | None:
    return [ticket.began.category, *(m.after.category for m in ticket.moments if m.at <= at)][-1]


def is_open_at(ticket: Ticket, at: datetime) -> bool:
    return [ticket.began.status, *(m.after.status for m in ticket.moments if m.at <= at)][-1] not in (
        "solved",
        "closed",
    )


def handled(world: World) -> list[Fact]:
    """Return what solved tickets took: handling, actions, points."""
    took = actual(world)
    knows = bool(world.handling.logged or world.handling.estimated)
    facts = []
    for ticket, solve in _solved(world):
        points = expected(world, ticket)
        facts.append(
            outcome(world, ticket, solve)
            | {"num": world.handling.seconds(ticket.key), "den": int(knows)}
            | {"open": max(0.0, (solve.at - ticket.created).total_seconds())}
            | {"one": 1, "points": points or 0, "pointed": points is not None}
            | {"took": took.get(ticket.key, 0), "taken": ticket.key in took, "history": ticket.has_history}
        )
    numbers = actions_of_tickets(world)
    for fact in facts:
        fact["actions"] = numbers[fact["ticket"]]
    return facts


def actions_of_tickets(world: World) -> dict[str, int]:
    """Count the instants at which people did something to a ticket."""
    numbers: dict[str, set[datetime]] = defaultdict(set)
    for action in world.handling.actions:
        numbers[world.survivors.get(action.ticket, action.ticket)].add(action.at)
    return defaultdict(int, {key: len(done) for key, done in numbers.items()})


def routed(world: World) -> list[Fact]:
    """Return how solved tickets went through hands and teams; states alone tell of escalations only by tiers."""
    tiers = any(row.get("tier") for row in world.desk.teams.values())
    facts = []
    for ticket, solve in _solved(world):
        if ticket.has_history:
            passed = stations(ticket)
            facts.append(
                outcome(world, ticket, solve)
                | {
                    "handoffs": max(0, len(ticket.holders) - 1),
                    "den": 1,
                    "stations": len(passed),
                    "with_team": bool(passed),
                }
                | {"escalated_touched": ticket.is_touched_by_person and is_escalated(world, ticket)}
                | {"touched": ticket.is_touched_by_person and (tiers or not world.desk.states_alone)}
            )
    return facts


def misrouted(world: World) -> list[Fact]:
    """Return whether the first team that is no triage team neither solved a ticket nor worked on it in public."""
    if world.desk.states_alone:
        return []
    facts = []
    for ticket, solve in _solved(world):
        teams = [team for team in stations(ticket) if not world.desk.teams.get(team, {}).get("is_triage")]
        if ticket.has_history and teams:
            worked = any(moment.before.team == teams[0] for moment in ticket.contacts)
            elsewhere = solve.after.team not in (None, teams[0])  # solved by no team at all: nobody was passed over
            facts.append(intake(ticket, solve.at) | {"num": not worked and elsewhere, "den": 1})
    return facts


def recategorised(world: World) -> list[Fact]:
    facts = []
    for ticket, solve in _solved(world):
        named = [m.after.category for m in ticket.moments if m.own and m.kind == "category" and m.at <= solve.at]
        known = {name for name in [ticket.began.category, *named] if name}
        if ticket.has_history and (known or solve.after.category):
            facts.append(intake(ticket, solve.at) | {"num": len(known) > 1, "den": 1})
    return facts


def handed_over(world: World) -> list[Fact]:
    """Return every handoff of solved tickets, credited to who handed over, with whether a note went before it."""
    if world.desk.states_alone:
        return []
    facts = []
    for ticket, solve in _solved(world):
        since = EARLIEST
        for (_, giver), (at, _) in zip(ticket.holders, ticket.holders[1:], strict=False):
            noted = any(
                m.is_by_person and m.kind == "message" and not m.is_public and since <= m.at <= at
                for m in ticket.moments
            )
            credit = {"agent": giver, "team": world.team_of_agent(giver, at)}
            facts.append(outcome(world, ticket, solve) | credit | {"num": noted, "den": 1})
            since = at
    return facts
