"""A small helpdesk for browser tests: a few thousand tickets over eight months, one team with a hostile name."""

# ruff: noqa: E501 - rows read better in one line
from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from config.settings import ROOT, Settings
from etl.import_format import TABLES

AS_OF = datetime(2026, 11, 6, 8, 0)  # noqa: DTZ001 - the warehouse stores naive UTC
HOSTILE = "<img src=x onerror=alert(1)> **b**"
TEAMS = {"t1": "Billing", "t2": "Accounts", "t3": HOSTILE}
CATEGORIES = {"invoice": "Billing", "refund": "Billing", "login": "Access", "export": "Reports"}
CHANNELS = ("email", "chat", "phone", "web form")
FORMULA = '=HYPERLINK("http://evil.example","x")'


def _ticket(number: int, dice: random.Random, rows: dict[str, list[dict[str, Any]]]) -> None:
    ticket_id = f"T{number}"
    created = AS_OF - timedelta(days=240 * (1 - dice.random()), minutes=5)
    team = dice.choice(list(TEAMS))
    agent, category = f"{team}a{dice.randint(1, 3)}", dice.choice(list(CATEGORIES))
    rows["tickets"].append(
        {"ticket_id": ticket_id, "created_at": created, "updated_at": created, "requester_id": f"r{dice.randint(1, 900)}",
         "channel": dice.choice(CHANNELS), "category": category, "priority": "normal", "team_id": team,
         "url": "javascript:alert(1)" if number % 50 == 0 else f"https://desk.example/{ticket_id}",
         "subject": FORMULA if number % 50 == 0 else f"Question {number} about **{category}**"}
    )  # fmt: skip
    told: list[tuple[datetime, str, str, str | None, str | None]] = [(created, "created", "requester", None, None)]
    told.append((created + timedelta(minutes=1), "team", "system", None, team))
    replied = created + timedelta(minutes=dice.randint(5, 400))
    told.append((replied, "message", "agent", agent, None))
    if dice.random() < 0.95:
        solved = replied + timedelta(minutes=dice.randint(1, 90))
        if dice.random() > (0.75 if team == "t1" else 0.6):
            told.append((replied + timedelta(hours=2), "message", "requester", None, None))
            told.append((replied + timedelta(hours=5), "message", "agent", agent, None))
            solved = replied + timedelta(hours=5, minutes=3)
        told.append((solved, "status", "agent", agent, "solved"))
        if dice.random() < 0.07:
            told.append((solved + timedelta(days=2), "status", "requester", None, "open"))
            told.append((solved + timedelta(days=2, hours=3), "message", "agent", agent, None))
            told.append((solved + timedelta(days=2, hours=4), "status", "agent", agent, "solved"))
        if dice.random() < 0.4:
            rows["surveys"].append(
                {"survey_id": f"s{number}", "ticket_id": ticket_id, "survey_type": "csat", "scale": "good_bad", "sent_at": solved,
                 "answered_at": solved + timedelta(hours=6), "updated_at": solved + timedelta(hours=6), "agent_id": agent,
                 "score": float(dice.random() < 0.86)}
            )  # fmt: skip
    for position, (at, kind, who, actor, to) in enumerate(told):
        if at <= AS_OF:
            rows["events"].append(
                {"ticket_id": ticket_id, "event_id": f"e{position}", "position": position, "occurred_at": at, "event_type": kind,
                 "actor_type": who, "actor_id": actor, "is_public": True, "to_value": to}
            )  # fmt: skip


def _rows(tickets: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    dice = random.Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    rows["teams"] = [{"team_id": key, "name": name, "tier": 1} for key, name in TEAMS.items()]
    rows["agents"] = [
        {"agent_id": f"{t}a{n}", "name": f"Agent {t}{n}", "team_id": t, "role": "agent"}
        for t in TEAMS
        for n in (1, 2, 3)
    ]
    rows["categories"] = [
        {"category": name, "product_area": area, "effort_tier": "simple"} for name, area in CATEGORIES.items()
    ]
    for number in range(1, tickets + 1):
        _ticket(number, dice, rows)
    for number in range(tickets // 2):
        rows["help_sessions"].append(
            {"help_session_id": f"h{number}", "session_type": "help_center", "requester_id": f"r{dice.randint(1, 20000)}",
             "started_at": AS_OF - timedelta(days=240 * dice.random(), minutes=1), "duration_seconds": 90, "articles_read": 1,
             "searches": 1, "bot_questions": 0, "category": dice.choice(list(CATEGORIES)), "was_helpful": dice.random() < 0.3}
        )  # fmt: skip
    return rows


def write_small_desk(folder: Path, tickets: int = 2500, seed: int = 7) -> None:
    """Write the small desk in the import format, with two rows of ``tickets`` nobody can load."""
    rows = _rows(tickets, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        if rows[name] and name != "tickets":
            filled = [{c.name: row.get(c.name) for c in table.columns} for row in rows[name]]
            pq.write_table(pa.Table.from_pylist(filled, schema=table.arrow_schema()), folder / f"{name}.parquet")
    bad = [
        {**rows["tickets"][0], "ticket_id": "T900001", "created_at": "31/02/2026"},
        {**rows["tickets"][1], "ticket_id": "", "subject": FORMULA},
    ]
    columns = list(rows["tickets"][0])
    with (folder / "tickets.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows["tickets"] + bad)


def publish_small_desk(home: Path, tickets: int = 2500) -> Settings:
    """Write the small desk and publish it under ``home`` with the real pipeline."""
    write_small_desk(home / "files", tickets)
    command = [sys.executable, "-m", "etl", "run", "--input", str(home / "files"), "--name", "desk"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DESKPULSE_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Settings(home=home)
