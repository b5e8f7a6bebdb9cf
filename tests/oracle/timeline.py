"""What happened to each ticket, told again from its events: who held it, who said what, when it was solved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from tests.oracle.records import Desk, Row

DONE = ("solved", "closed")
CONTACTS = ("message", "call", "chat")
HANDOVERS = ("team", "agent", "escalated")
CHANGES = ("status", "team", "agent", "category", "priority")


@dataclass(frozen=True)
class State:
    """How a ticket stands at one moment."""

    status: str = "new"
    team: str | None = None
    agent: str | None = None
    category: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class Moment:
    """Something that happened to a ticket; ``own`` is false for what joined it from a ticket merged into it."""

    at: datetime
    kind: str
    actor: str  # requester, agent, bot, system
    who: str | None
    is_public: bool
    to: str | None
    seconds: int | None
    own: bool
    before: State = State()
    after: State = State()

    @property
    def is_by_person(self) -> bool:
        return self.actor == "agent"

    @property
    def is_contact(self) -> bool:
        """A public reply, a call or a chat of a person of ours."""
        return self.is_by_person and self.kind in CONTACTS and (self.kind != "message" or self.is_public)

    @property
    def is_from_requester(self) -> bool:
        return self.actor == "requester" and self.kind == "message" and self.is_public

    @property
    def solves(self) -> bool:
        return self.after.status in DONE and self.before.status not in DONE

    @property
    def reopens(self) -> bool:
        return self.before.status in DONE and self.after.status not in DONE


@dataclass
class Ticket:
    """A ticket that counts: no spam, test, deleted or merged one, with all that happened to it and its merged ones."""

    row: Row
    moments: list[Moment]
    began: State  # as it came in
    has_history: bool  # events, not only a row that says how it stands
    merged: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        key: str = self.row["ticket_id"]
        return key

    @property
    def created(self) -> datetime:
        at: datetime = self.row["created_at"]
        return at

    @cached_property
    def now(self) -> State:
        return self.moments[-1].after if self.moments else self.began

    @cached_property
    def solves(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.solves]

    @cached_property
    def reopenings(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.reopens]

    def undone_by(self, reopening: Moment) -> Moment | None:
        """The solve a reopening undid: the last before it in order, for a log may tell several in one minute."""
        place = next(place for place, moment in enumerate(self.moments) if moment is reopening)
        return next((moment for moment in reversed(self.moments[:place]) if moment.solves), None)

    @cached_property
    def first_solve(self) -> Moment | None:
        return self.solves[0] if self.solves else None

    @property
    def is_agent_initiated(self) -> bool:
        return self.row.get("initiated_by") == "agent"

    @cached_property
    def is_bot_involved(self) -> bool:
        return any(moment.actor == "bot" for moment in self.moments)

    @cached_property
    def is_touched_by_person(self) -> bool:
        return any(moment.is_by_person and moment.kind != "created" for moment in self.moments)

    @cached_property
    def is_bot_only(self) -> bool:
        """A bot had a part in it and no person: what it handed over waits for one."""
        handed_over = any(moment.actor == "bot" and moment.kind in HANDOVERS for moment in self.moments)
        return self.is_bot_involved and not self.is_touched_by_person and not handed_over

    @property
    def is_asked_of_people(self) -> bool:
        """What first reply, FCR, touches, ratings and repeat contact are about."""
        return not self.is_bot_only and not self.is_agent_initiated

    @cached_property
    def contacts(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.is_contact]

    @cached_property
    def holders(self) -> list[tuple[datetime, str]]:
        """The people responsible one after another: unassigned in between, and bots, are nobody."""
        found: list[tuple[datetime, str]] = []
        for moment in self.moments:
            agent = moment.after.agent
            if moment.own and agent and agent not in self.row["bots"] and (not found or found[-1][1] != agent):
                found.append((moment.at, agent))
        return found

    @cached_property
    def first_team(self) -> str | None:
        return next((m.after.team for m in self.moments if m.after.team), self.began.team)

    @cached_property
    def first_agent(self) -> str | None:
        return next((m.after.agent for m in self.moments if m.after.agent), self.began.agent)

    @cached_property
    def final_team(self) -> str | None:
        """The last team that had it: a ticket nobody has any more is credited to who had it before."""
        return next((m.after.team for m in reversed(self.moments) if m.after.team), self.began.team)

    @cached_property
    def final_agent(self) -> str | None:
        people = (m.after.agent for m in reversed(self.moments) if m.after.agent not in self.row["bots"])
        return next((agent for agent in people if agent), self.began.agent)

    @property
    def first_category(self) -> str | None:
        return self.began.category


def survivors(desk: Desk) -> dict[str, str]:
    """Return for every ticket the one it ended in, itself where it was not merged."""
    into = {row["ticket_id"]: row.get("merged_into_ticket_id") for row in desk.rows("tickets")}
    ends = {}
    for key in into:
        end, seen = key, {key}
        while into.get(end) in into and into[end] not in seen:
            end = into[end] or end
            seen.add(end)
        ends[key] = end
    return ends


def counts(row: Row, as_of: datetime) -> bool:
    """Say whether a ticket's row is one that counts."""
    flags = ("is_spam", "is_test", "is_deleted", "merged_into_ticket_id")
    return not any(row.get(flag) for flag in flags) and row["created_at"] <= as_of


def events_of(desk: Desk) -> dict[str, list[Row]]:
    """Return every ticket's events up to the end of what is known, in the order they happened."""
    found = defaultdict(list)
    for row in desk.rows("events"):
        if row["occurred_at"] <= desk.as_of:
            found[row["ticket_id"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (0 if desk.states_alone else row["occurred_at"], row.get("position") or 0))
    return found


def tickets_of(desk: Desk) -> dict[str, Ticket]:
    """Tell every ticket that counts, by its id."""
    ends, events = survivors(desk), events_of(desk)
    joined = defaultdict(list)
    for row in desk.rows("tickets"):
        if ends[row["ticket_id"]] != row["ticket_id"]:
            joined[ends[row["ticket_id"]]].append(row)
    return {
        row["ticket_id"]: _told(desk, row, events, joined[row["ticket_id"]])
        for row in desk.rows("tickets")
        if counts(row, desk.as_of)
    }


def _told(desk: Desk, row: Row, events: dict[str, list[Row]], merged: list[Row]) -> Ticket:
    own = events.get(row["ticket_id"], [])
    told = own or _from_columns(row, desk.as_of)
    others = [event for other in merged for event in events.get(other["ticket_id"], [])]
    lines = [(event, True) for event in told] + [(event, False) for event in others if event["event_type"] != "created"]
    if others:
        lines.sort(key=lambda line: (line[0]["occurred_at"], line[1]))
    state = began = _began(row, told)
    moments = []
    for event, is_own in lines:
        before, state = state, _next(state, event) if is_own else state
        moments.append(_moment(event, is_own, before, state, desk.bots))
    return Ticket(row | {"bots": desk.bots}, moments, began, bool(own), merged)


def _began(row: Row, events: list[Row]) -> State:
    """Return how a ticket came in: what later changes say it was, else what its row says."""
    kinds = {event["event_type"] for event in events}

    def first(kind: str, column: str) -> str | None:
        changes = (event["to_value"] for event in events if event["event_type"] == kind)
        return next(changes) if kind in kinds else row.get(column)

    status = "new" if "status" in kinds else row.get("status") or "new"
    team = None if "team" in kinds else row.get("team_id")
    agent = None if "agent" in kinds else row.get("agent_id")
    return State(status, team, agent, first("category", "category"), first("priority", "priority"))


def _next(state: State, event: Row) -> State:
    kind = event["event_type"]
    if kind not in CHANGES:
        return state
    return State(**{**state.__dict__, kind: event.get("to_value")})


def _moment(event: Row, own: bool, before: State, after: State, bots: frozenset[str]) -> Moment:
    actor = "bot" if event["actor_type"] == "agent" and event.get("actor_id") in bots else event["actor_type"]
    public = event.get("is_public")
    return Moment(
        event["occurred_at"],
        event["event_type"],
        actor,
        event.get("actor_id"),
        public is None or public,
        event.get("to_value"),
        event.get("duration_seconds"),
        own,
        before,
        after,
    )


def _from_columns(row: Row, as_of: datetime) -> list[Row]:
    """Tell a ticket without events from the instants its row gives."""
    told = []
    for column, kind, to in (
        ("first_assigned_at", "agent", row.get("agent_id")),
        ("first_replied_at", "message", None),
        ("solved_at", "status", "solved"),
        ("closed_at", "status", "closed"),
    ):
        at = row.get(column)
        if at and at <= as_of:
            actor = {"actor_type": "agent", "actor_id": row.get("agent_id")}
            told.append({"occurred_at": at, "event_type": kind, "to_value": to, "is_public": True, **actor})
    return sorted(told, key=lambda event: event["occurred_at"])
