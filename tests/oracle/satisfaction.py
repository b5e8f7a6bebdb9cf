"""What requesters said in surveys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.oracle.records import Row
from tests.oracle.timeline import Ticket
from tests.oracle.volume import outcome
from tests.oracle.world import World

Fact = dict[str, Any]
SATISFIED_FROM = {"good_bad": 1, "1_to_5": 4}


def surveys_of(world: World, kind: str) -> list[tuple[Ticket, list[Row]]]:
    """Return the surveys of a kind about tickets that count, each with its versions, oldest first."""
    found: dict[str, list[Row]] = {}
    for row in world.desk.rows("surveys"):
        if row["survey_type"] == kind:
            found.setdefault(row["survey_id"], []).append(row)
    told = []
    for versions in found.values():
        key = world.survivors.get(versions[-1]["ticket_id"], versions[-1]["ticket_id"])
        if key in world.tickets:
            told.append((world.tickets[key], versions))
    return told


def is_answered(world: World, row: Row) -> bool:
    return (
        row.get("answered_at") is not None and row.get("score") is not None and row["answered_at"] <= world.desk.as_of
    )


def rated(ticket: Ticket, row: Row, world: World, at: datetime) -> Fact:
    """Return whom a survey is about: the agent the source names, else who last replied before it was answered."""
    until = row.get("answered_at") or row.get("sent_at") or at
    solve = next((moment for moment in reversed(ticket.solves) if moment.at <= until), ticket.first_solve)
    reply = next((moment for moment in reversed(ticket.contacts) if moment.at <= until), None)
    credit: Fact = {"team": ticket.now.team, "agent": ticket.now.agent, "category": ticket.now.category}
    if served := solve or reply:
        credit = outcome(world, ticket, served)
    if row.get("agent_id"):
        credit["agent"] = row["agent_id"]
    elif reply:
        credit["agent"] = reply.who
    return credit | {"at": at, "ticket": ticket.key, "clock_at": reply.at if reply else None}


def answers(world: World) -> list[Fact]:
    """Return satisfaction answers, the last one given and the first."""
    facts = []
    for ticket, versions in surveys_of(world, "csat"):
        given = [row for row in versions if is_answered(world, row)]
        if given and ticket.is_asked_of_people:
            first, last = (row["score"] >= SATISFIED_FROM[row["scale"]] for row in (given[0], given[-1]))
            facts.append(
                rated(ticket, given[-1], world, given[-1]["answered_at"]) | {"num": last, "first": first, "den": 1}
            )
    return facts


def responses(world: World) -> list[Fact]:
    window = timedelta(days=world.desk.settings.csat_window_days)
    facts = []
    for ticket, versions in surveys_of(world, "csat"):
        sent = versions[-1].get("sent_at")
        if sent and ticket.is_asked_of_people and sent <= world.desk.as_of:
            answered = any(is_answered(world, row) and row["answered_at"] <= sent + window for row in versions)
            facts.append(rated(ticket, versions[-1], world, sent) | {"num": answered, "den": 1})
    return facts


def efforts(world: World) -> list[Fact]:
    """Return answers about effort on the scale of seven, and of five."""
    facts = []
    for ticket, versions in surveys_of(world, "ces"):
        given = [row for row in versions if is_answered(world, row)]
        if given:
            seven, five = (given[-1]["scale"] == scale for scale in ("1_to_7", "1_to_5"))
            score = given[-1]["score"]
            parts = {"seven": score * seven, "of_seven": seven, "five": score * five, "of_five": five}
            facts.append(rated(ticket, given[-1], world, given[-1]["answered_at"]) | parts)
    return facts


def recommendations(world: World) -> list[Fact]:
    facts = []
    for ticket, versions in surveys_of(world, "nps"):
        given = [row for row in versions if is_answered(world, row)]
        if given and given[-1]["scale"] == "0_to_10":
            score = given[-1]["score"]
            number = 1 if score >= 9 else -1 if score <= 6 else 0
            facts.append(rated(ticket, given[-1], world, given[-1]["answered_at"]) | {"num": number, "den": 1})
    return facts
