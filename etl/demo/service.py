"""What was promised and what was logged: service-level targets, time entries, offered calls and chats."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl.demo.columns import instants, picked, prefixed, ticket_ids, whole
from etl.demo.customers import requester_ids
from etl.demo.desk import CATEGORIES, CHAT, PHONE, TEAMS, TECHNICAL
from etl.demo.lives import Desk
from etl.demo.window import DAY, HOUR, Bools, Ints, lognormal

# Seconds promised for low, normal, high and urgent; low and normal count business time only.
FIRST_REPLY: Final = np.array([16 * HOUR, 10 * HOUR, 20 * HOUR, 12 * HOUR])
RESOLUTION: Final = np.array([70 * HOUR, 38 * HOUR, 5 * DAY, 4 * DAY])
ENTERPRISE_FACTOR: Final = 0.75
ABANDONED: Final = 0.055  # offered calls and chats nobody waited through


def sla_columns(desk: Desk) -> dict[str, pa.Array]:
    """Return the columns of ``sla_targets``: two for each ticket, two more when its priority is raised."""
    t = desk.tickets
    rows = np.flatnonzero(t.is_human)
    raised = np.flatnonzero((t.raised_from >= 0) & t.is_human & (t.raised_at <= desk.window.until))
    first = np.where(t.raised_from >= 0, t.raised_from, t.priority)
    start = np.where(t.is_outbound, t.created, t.handed_over)
    at_start, later = (rows, start[rows], first[rows]), (raised, t.raised_at[raised], t.priority[raised])
    parts = []
    for kind, targets in ((0, FIRST_REPLY), (1, RESOLUTION)):
        for row, at, priority in (at_start, later):
            keep = np.ones(len(row), dtype=bool) if kind else ~t.is_outbound[row]
            parts.append(
                (row[keep], at[keep], targets[priority[keep]], priority[keep] <= 1, np.full(int(keep.sum()), kind))
            )
    row, at, seconds, business, kind_ = (np.concatenate([p[i] for p in parts]) for i in range(5))
    big = (t.organization[row] >= 0) & (desk.customers.segment[t.organization[row]] == 2)
    order = np.lexsort((kind_, at, row))
    row, big = row[order], big[order]
    return {
        "ticket_id": ticket_ids(row),
        "target_type": pa.array(["first_reply", "resolution"]).take(pa.array(kind_[order])),
        "applied_at": instants(at[order]),
        "target_seconds": whole(np.where(big, ENTERPRISE_FACTOR, 1.0) * seconds[order]),
        "is_business_clock": pa.array(business[order]),
        "policy": pa.array(["Standard", "Enterprise"]).take(pa.array(big.astype(np.int64))),
    }


def time_columns(desk: Desk) -> dict[str, pa.Array]:
    """Return the columns of ``time_entries``: phone calls of all, timers of the Technical team."""
    s, w = desk.sessions, desk.touches
    phone = desk.tickets.channel[s.ticket] == PHONE
    agent = desk.tickets.agent[s.ticket]
    held, wrapped = phone & (s.hold > 0), phone & (s.wrap_up > 0)
    timed = (w.team == TECHNICAL) & ~w.is_live
    parts = (
        (s.ticket[phone], agent[phone], s.answered[phone], s.talk[phone], 0),
        (s.ticket[held], agent[held], (s.answered + s.talk)[held], s.hold[held], 1),
        (s.ticket[wrapped], agent[wrapped], s.ended[wrapped], s.wrap_up[wrapped], 2),
        (w.ticket[timed], w.agent[timed], w.start[timed], w.seconds[timed], 3),
    )
    ticket, who, at, seconds = (np.concatenate([p[i] for p in parts]) for i in range(4))
    activity = np.repeat([p[4] for p in parts], [len(p[0]) for p in parts])
    finish = np.concatenate([parts[0][2], parts[1][2], parts[2][2], w.finish[timed]])
    order = np.argsort(np.where(finish <= desk.window.until, at, 2**50), kind="stable")
    order = order[: int((finish <= desk.window.until).sum())]
    return {
        "time_entry_id": prefixed("time-", np.arange(1, len(order) + 1)),
        "ticket_id": ticket_ids(ticket[order]),
        "agent_id": pa.array(desk.people.ids()).take(pa.array(who[order])),
        "started_at": instants(at[order]),
        "seconds": whole(seconds[order]),
        "activity": pa.array(["talk", "hold", "wrap_up", "timer"]).take(pa.array(activity[order])),
    }


def contact_columns(desk: Desk, rng: np.random.Generator) -> tuple[dict[str, pa.Array], dict[str, Any]]:
    """Return the columns of ``contacts``: every call and chat offered, the abandoned ones without a ticket.

    Handling times are left to ``time_entries`` and the chat events, so that nothing counts twice.
    """
    t, s = desk.tickets, desk.sessions
    live = np.flatnonzero(s.ended <= desk.window.until)
    lost = rng.permutation(live)[: round(len(live) * ABANDONED / (1 - ABANDONED))]
    gap = rng.integers(30, 900, len(lost))
    patience = np.where(rng.random(len(lost)) < 0.2, rng.integers(1, 5, len(lost)), lognormal(rng, 60, 0.8, len(lost)))
    source = np.concatenate([live, lost])
    ticket = s.ticket[source]
    gone: Bools = np.arange(len(source)) >= len(live)
    offered = np.where(gone, t.created[ticket] - np.append(np.zeros(len(live), np.int64), gap), t.created[ticket])
    ended = np.where(gone, offered + np.append(np.zeros(len(live), np.int64), patience), s.ended[source])
    order = np.argsort(offered, kind="stable")
    ticket, gone, offered, ended, source = ticket[order], gone[order], offered[order], ended[order], source[order]
    empty: Ints = np.full(len(ticket), -1)
    columns = {
        "contact_id": prefixed("contact-", np.arange(1, len(ticket) + 1)),
        "ticket_id": pa.compute.if_else(pa.array(gone), pa.scalar(None, pa.string()), ticket_ids(ticket)),
        "channel": pa.array(["phone", "chat"]).take(pa.array((t.channel[ticket] == CHAT).astype(np.int64))),
        "offered_at": instants(offered),
        "answered_at": instants(s.answered[source], gone),
        "ended_at": instants(ended),
        "team_id": pa.array([team.team_id for team in TEAMS]).take(pa.array(t.team[ticket])),
        "agent_id": picked(pa.array(desk.people.ids()), np.where(gone, empty, t.agent[ticket])),
        "requester_id": picked(requester_ids(desk.customers), t.requester[ticket]),
        "category": picked(pa.array([c.name for c in CATEGORIES]), np.where(gone, empty, t.category[ticket])),
    }
    return columns, {"offered": len(ticket), "abandoned": int(gone.sum())}
