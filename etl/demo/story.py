"""One demo from beginning to end: the cast, what they live through, what is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from etl.demo.availability import status_columns
from etl.demo.cast import Cast
from etl.demo.customers import activity_columns, invite, organization_columns, organization_ids, requester_columns
from etl.demo.desk import TEAMS
from etl.demo.diary import diary_of
from etl.demo.dirt import soil
from etl.demo.holidays import calendar_events
from etl.demo.lives import Desk, live_through
from etl.demo.paths import paths_of
from etl.demo.people import hire
from etl.demo.planted import plant, truth_of
from etl.demo.rosters import write_rosters
from etl.demo.self_service import article_columns, session_columns
from etl.demo.service import contact_columns, sla_columns, time_columns
from etl.demo.shifts import grid_of
from etl.demo.surveys import survey_columns
from etl.demo.thanks import thanks_of, told_of
from etl.demo.timelines import write_events as events_of
from etl.demo.vendor import figure_columns
from etl.demo.window import DAY, Window, iso
from etl.demo.write import agent_columns, desk_columns, roster_columns, ticket_columns, write_events, write_table
from etl.diary import DIARY

WEEKLY = sum(team.size * team.weekly for team in TEAMS)


def natural(window: Window) -> int:
    """Return the tickets the four teams take in the window."""
    return round(WEEKLY * (window.until - window.start) / (7 * DAY))


def tell(out: Path, window: Window, tickets: int | None, seed: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """Simulate and write every table; returns the truth."""
    size = natural(window) if tickets is None else tickets
    progress(f"demo: {size:,} tickets over {window.length_days - 1} days")
    desk = _simulate(size, window, seed)
    progress(f"demo: {len(desk.touches):,} pieces of work done by {len(desk.people)} agents")
    truth = truth_of(desk.planted, desk.people, window) | {
        "seed": seed,
        "tickets": size,
        "automation": paths_of(desk),
        "leaving": {
            "begins": iso(desk.planted.leaving_from),
            "organizations": [organization_ids(desk.customers)[int(i)].as_py() for i in desk.customers.leaving],
        },
    }
    rows = _write(out, desk, truth, seed, progress)
    (out / DIARY).write_text(json.dumps(diary_of(desk.planted), indent=2) + "\n", encoding="utf-8")
    return truth | {"rows": rows}


def _simulate(size: int, window: Window, seed: int) -> Desk:
    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng([seed, number])

    planted = plant(window)
    people = hire(window, size / natural(window), stream(1))
    spells = write_rosters(people, planted, window, stream(2))
    customers = invite(size, window, stream(3))
    cast = Cast(window, planted, people, customers, spells, grid_of(people, spells, window))
    return live_through(size, cast, stream(4))


def _write(out: Path, desk: Desk, truth: dict[str, Any], seed: int, progress: Callable[[str], None]) -> dict[str, int]:
    """Write all tables; adds counts to the truth and returns the rows of each table."""
    thanks = thanks_of(desk, np.random.default_rng([seed, 12]))
    events, truth["thanks"] = events_of(desk, thanks, np.random.default_rng([seed, 5])), told_of(thanks, desk)
    dirt, events, truth["dirt"] = soil(desk, events, np.random.default_rng([seed, 6]))
    rows = {"tickets": write_table(out, "tickets", ticket_columns(desk, events, dirt), dirt.bad_tickets)}
    rows["events"] = write_events(out, desk, events, dirt)
    progress(f"demo: {rows['events']:,} events written")
    surveys, truth["surveys"] = survey_columns(desk, np.random.default_rng([seed, 7]))
    sessions, truth["help_sessions"] = session_columns(desk, np.random.default_rng([seed, 8]))
    contacts, truth["contacts"] = contact_columns(desk, np.random.default_rng([seed, 9]))
    figures, truth["vendor_figures"] = figure_columns(desk, events)
    tables = {
        **desk_columns(),
        "agents": agent_columns(desk.people),
        "calendar_events": calendar_events(desk.window, desk.planted),
        "requesters": requester_columns(desk.customers),
        "organizations": organization_columns(desk.customers, desk.window),
        "surveys": surveys,
        "time_entries": time_columns(desk),
        "agent_statuses": status_columns(desk),
        "rosters": roster_columns(desk.people, desk.spells, desk.window.start),
        "help_sessions": sessions,
        "articles": article_columns(desk, np.random.default_rng([seed, 10])),
        "sla_targets": sla_columns(desk),
        "contacts": contacts,
        "activity": activity_columns(desk.customers, desk.window, np.random.default_rng([seed, 11])),
        "vendor_figures": figures,
    }
    for name, columns in tables.items():
        rows[name] = write_table(out, name, columns)
    progress(f"demo: {len(rows)} tables written")
    return rows
