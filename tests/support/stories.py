"""Golden stories: a few lines of a helpdesk's life, told in TOML, turned into a warehouse.

A line of ``events`` is ``DAY  TIME  ACTOR  WHAT  [key=value …]``. Times are UTC unless they carry an offset
(``09:00+01:00``). The actor is ``requester``, ``requester:ana``, ``agent:kim``, ``bot`` or ``system``. A ticket other
than ``T1`` is named by ``ticket=T2``; ``to=`` is the new agent, team, category or priority (none: unassigned);
``id=`` and ``position=`` are the event's own (default: the line's number). Everything else that follows ``created`` is
a column of the ticket: ``category=billing channel=phone requester=bob merged_into=T2 is_spam=true``.

All other tables of the import format are told as arrays of tables under their names (``[[surveys]]``, ``[[teams]]``);
``[settings]`` are those of the installation; ``as_of`` is 2026-04-01 at 00:00 unless the point is another instant
(docs/testing.md, *Where golden stories are told*). What the story must come to stands in ``[expect]`` and
``[[expect_rows]]``: see ``Expected``; ``[expect_ledger.METRIC]`` says how many rows a step of the ledger takes out.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa

from config.settings import Settings
from etl.build import BuildStamp, build_into
from etl.import_format import TABLES, Table, raw_schema
from tests.support.hours import with_a_quiet_team, working_hours

SOURCE = "story"
LOADED_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the warehouse stores naive UTC
STATUS_WORDS = {word: word for word in ("solved", "closed", "open", "pending", "hold")} | {"reopened": "open"}
CHANGE_WORDS = {"assigned", "team", "category", "priority", "escalated", "merged"}
WORDS = {"created", "message", "note", "call", "chat", *CHANGE_WORDS, *STATUS_WORDS}
FLAGS = ("is_spam", "is_test", "is_deleted")


@dataclass(frozen=True)
class Expected:
    """One figure a story must come to.

    ``answer`` is a number (the value), ``"1/3"`` (numerator and denominator: rates of fewer than five have no value),
    ``"none"`` (no value) or ``"absent"`` (no row at all). ``by`` names the row: its dimensions and their values.
    """

    metric: str
    answer: float | str
    by: dict[str, Any] = field(default_factory=dict)
    period: date | datetime | None = None
    bounds: dict[str, Any] = field(default_factory=dict)  # low, high, mature: only those told are compared
    asked: dict[str, Any] = field(default_factory=dict)  # grain, since, until, where, clock


@dataclass(frozen=True)
class Story:
    """A golden timeline and what it must come to."""

    path: Path
    told: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def expected(self) -> list[Expected]:
        """Everything the story must come to: ``[expect]`` over all time, then each of ``[[expect_rows]]``."""
        plain = [Expected(metric, answer) for metric, answer in self.told.get("expect", {}).items()]
        return plain + [_expected_row(dict(row)) for row in self.told.get("expect_rows", [])]

    @property
    def as_of(self) -> datetime:
        as_of: datetime = self.told["as_of"]
        return as_of


def _expected_row(row: dict[str, Any]) -> Expected:
    row.pop("why", None)  # for the reader
    bounds: dict[str, Any] = {name: row.pop(name) for name in ("low", "high", "mature") if name in row}
    metric, answer, by, period = row.pop("metric"), row.pop("is"), row.pop("by", {}), row.pop("period", None)
    if "where" in row:
        row["where"] = tuple((name, (value,)) for name, value in row["where"].items())
    if "known_after_hours" in row:
        row["known_after"] = timedelta(hours=row.pop("known_after_hours"))
    unknown = set(row) - {"grain", "since", "until", "where", "clock", "known_after"}
    assert not unknown, f"expect_rows knows no {unknown}"
    return Expected(metric, answer, by, period, bounds, row)


def stories(folder: Path) -> list[Story]:
    """Read every story of a folder."""
    return [Story(path, tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.toml"))]


def _event(line: str, position: int) -> tuple[dict[str, Any], dict[str, str]]:
    day, clock, actor, word, *rest = line.split()
    assert word in WORDS, f"unknown word {word!r} in {line!r}"
    options = dict(part.split("=", 1) for part in rest)
    actor_type, _, actor_id = actor.partition(":")
    event = {
        "ticket_id": options.pop("ticket", "T1"),
        "event_id": options.pop("id", f"e{position}"),
        "position": int(options.pop("position", position)),
        "occurred_at": _value("instant", datetime.fromisoformat(f"{day}T{clock}")),
        "event_type": word,
        "actor_type": actor_type,
        "actor_id": actor_id or None,
        "is_public": word != "note",
        "to_value": options.pop("to", None),
        "duration_seconds": int(options.pop("seconds")) if "seconds" in options else None,
    }
    if word in STATUS_WORDS:
        event |= {"event_type": "status", "to_value": STATUS_WORDS[word]}
    elif word == "note":
        event["event_type"] = "message"
    elif word == "assigned":
        event["event_type"] = "agent"
    elif word == "created":
        event["to_value"] = None
    return event, options


def _timeline(told: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    tickets: dict[str, dict[str, Any]] = {}
    events = []
    lines = [said for line in told.get("events", "").splitlines() if (said := line.partition("#")[0]).strip()]
    for number, line in enumerate(lines, start=1):
        event, options = _event(line, number)
        events.append(event)
        if event["event_type"] == "created":
            actor = event["actor_type"]
            tickets[event["ticket_id"]] = {
                "ticket_id": event["ticket_id"],
                "created_at": event["occurred_at"],
                "requester_id": options.pop("requester", event["actor_id"] or "ana") or None,
                "initiated_by": actor if actor in ("agent", "system") else "requester",
                "merged_into_ticket_id": options.pop("merged_into", None),
                **{flag: options.pop(flag) == "true" for flag in FLAGS if flag in options},
                **options,
            }
        else:
            assert not options, f"{line!r}: only a created line has columns of the ticket"
    for extra in told.get("tickets", []):
        tickets.setdefault(extra["ticket_id"], {}).update(extra)
    return list(tickets.values()), events


def _value(kind: str, value: Any) -> Any:
    if kind == "instant" and isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def settings_of(told: dict[str, Any], otherwise: Settings | None = None) -> Settings:
    """Return settings as a story's ``[settings]`` say them."""
    chosen: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return replace(otherwise or Settings(), **chosen)


def _raw(table: Table, rows: list[dict[str, Any]], loaded_at: datetime, source: str) -> pa.Table:
    seen, unique = set(), []
    for row in rows:  # the loader keeps the same row once
        same = tuple(sorted((k, str(v)) for k, v in row.items()))
        if same not in seen:
            seen.add(same)
            unique.append(row)
    defaults = {"valid_from": date(1900, 1, 1)} if "valid_from" in table.key else {}
    filled = []
    told: Counter[tuple[str, ...]] = Counter()
    for number, row in enumerate(unique):
        values = {c.name: _value(c.kind, row.get(c.name, defaults.get(c.name))) for c in table.columns}
        mark = tuple(str(values[name]) for name in (*table.key, *((table.version,) if table.version else ())))
        at = loaded_at + timedelta(days=told[mark])  # a load holds a key once: told again is loaded again
        told[mark] += 1
        filled.append(values | {"source": source, "_row_hash": number, "_loaded_at": at})
    return pa.Table.from_pylist(filled, schema=raw_schema(table))


def warehouse(story: Story, settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """Turn a story into a built warehouse in memory."""
    connection = duckdb.connect(config={"threads": 1})  # a story is too short to share
    tell(connection, {SOURCE: story})
    build_into(connection, chosen_in(story, settings), BuildStamp("story", story.as_of, story.as_of))
    return connection


def chosen_in(story: Story, settings: Settings | None = None) -> Settings:
    """Return the settings of a story's installation."""
    return settings_of(story.told.get("settings", {}), settings)


def tell(connection: duckdb.DuckDBPyConnection, told: Mapping[str, Story]) -> None:
    """Fill the raw tables of a connection with stories, each under the name of its source."""
    connection.execute("attach ':memory:' as raw")
    connection.execute("create table raw.live_source (source varchar, lacks_fields boolean)")  # stories are files
    rows = {source: _rows(story) for source, story in told.items()}
    for name, table in TABLES.items():
        arrow = pa.concat_tables([_raw(table, of[name], LOADED_AT, source) for source, of in rows.items()])
        connection.register("arriving", arrow)
        connection.execute(f"create table raw.files_{name} as select * from arriving")
        connection.unregister("arriving")


def _rows(story: Story) -> dict[str, list[dict[str, Any]]]:
    tickets, events = _timeline(story.told)
    rows = {name: list(story.told.get(name, [])) for name in TABLES}
    return rows | {"tickets": tickets, "events": [*events, *story.told.get("events_extra", [])]}


def _talked(start: datetime, n: int) -> dict[str, Any]:
    at = start + timedelta(hours=7 * n, seconds=4 * n)
    talk = {"answered_at": at, "ended_at": at + timedelta(minutes=n), "talk_seconds": 50 * n}
    return talk | {"ticket_id": f"T{n}", "agent_id": "kim"}


def busy_month(seed: int = 7, tickets: int = 60) -> Story:
    """Tell of a desk of three teams where everything happens, by chance but always alike: for laws, not for answers."""
    chance = Random(seed)
    start, end = datetime(2026, 3, 2, 8), datetime(2026, 4, 5)  # noqa: DTZ001 - UTC, as all events of a story
    lines, surveys, targets = [], [], []
    for number in range(1, tickets + 1):
        ticket, at = f"T{number}", start + timedelta(minutes=chance.randrange(28 * 24 * 60))
        agent, team = chance.choice([("kim", "red"), ("lee", "blue"), ("mia", "green")])

        def say(what: str, ticket: str = ticket) -> None:
            nonlocal at
            lines.append(f"{at:%Y-%m-%d %H:%M:%S} {what} ticket={ticket}")
            at += timedelta(seconds=chance.choice([0, 40, 600, 4000, 90000]))

        author = chance.choice(["requester:ana", "requester:bob", "requester:cem", "requester:dan", "agent:kim"])
        category, channel = chance.choice(["billing", "login", "it's"]), chance.choice(["email", "chat", "phone"])
        extra = chance.choice(
            ["", "", "tags=vip", "tags=vip,macro", "is_spam=true", "requester=", "brand=Nord", "organization_id=acme"]
        )
        say(f"{author} created category={category} channel={channel} priority={chance.choice(['low', 'high'])} {extra}")
        targets.append({"ticket_id": ticket, "target_type": "first_reply", "applied_at": at, "target_seconds": 3600})
        left = int((end - at).total_seconds()) + 36000 if number % 2 else 600
        targets.append({"ticket_id": ticket, "target_type": "resolution", "applied_at": at, "target_seconds": left})
        targets[-1]["is_business_clock"] = number % 4 == 0
        said = [f"system team to={team}", f"system assigned to={agent}", f"{author} message", "bot message"]
        said += [f"{author} message", f"agent:{agent} message"]
        said += [f"agent:{agent} solved", f"{author} message", "system reopened", f"agent:{agent} note"]
        said += ["agent:mia team to=green", "system assigned to=mia", "agent:mia category to=login"]
        said += [f"agent:{agent} message", f"agent:{agent} pending", f"agent:{agent} hold", f"agent:{agent} solved"]
        said += ["system closed"]
        for what in said[: chance.randrange(len(said) + 1)]:
            if chance.random() < 0.8:
                say(what)
        survey = {"survey_id": ticket, "ticket_id": ticket, "survey_type": "csat", "scale": "1_to_5", "sent_at": at}
        surveys.append(survey | ({"answered_at": at, "score": chance.randint(1, 5)} if chance.random() < 0.7 else {}))
    people = [{"agent_id": a, "name": a.title(), "team_id": t} for a, t in (("kim", "red"), ("lee", "blue"))]
    sessions = [
        {"help_session_id": f"H{n}", "session_type": chance.choice(["help_center", "bot"]), "duration_seconds": 60}
        | {"started_at": start + timedelta(hours=chance.randrange(600)), "articles_read": chance.randrange(3)}
        | {"requester_id": chance.choice(["ana", "eve", None]), "category": chance.choice(["billing", "login"])}
        | {"bot_questions": n % 3, "was_helpful": (None, True, None, False)[n % 4], "article_id": "A1"}
        for n in range(40)
    ]
    for number, (kind, scale) in enumerate([("ces", "1_to_7"), ("ces", "1_to_5"), ("nps", "0_to_10")] * 4):
        asked = {"survey_id": f"{kind}{number}", "ticket_id": f"T{number + 1}", "survey_type": kind, "scale": scale}
        surveys.append(asked | {"sent_at": start, "answered_at": start + timedelta(days=20), "score": 1 + number % 5})
    teams = [{"team_id": "red", "name": "Red"}, {"team_id": "blue", "name": "O'Blue"}, {"team_id": "green", "tier": 2}]
    told = {
        "story": "A busy month.",
        "as_of": end.replace(tzinfo=UTC),
        "events": "\n".join(lines),
        "surveys": surveys,
        "sla_targets": targets,
        "agents": people,
        "teams": teams,
        "organizations": [{"organization_id": "acme", "name": "Acme", "segment": "small", "plan": "basic"}],
        "categories": [{"category": "billing", "product_area": "money", "effort_tier": "simple"}],
        "help_sessions": sessions,
        **working_hours(start, ("kim", "lee")),
        "contacts": [
            {"contact_id": f"C{n}", "channel": "phone", "offered_at": start + timedelta(hours=7 * n), "team_id": "red"}
            | ({"ended_at": start + timedelta(hours=7 * n, seconds=3 * n)} if n % 3 else _talked(start, n))
            for n in range(1, 30)
        ],
        "articles": [{"article_id": "A1", "category": "login", "votes_up": 1, "votes_down": 9}],
        "activity": [
            {"day": (start + timedelta(days=n)).date(), "active_customers": 90, "orders": 40 + n} for n in range(28)
        ],
    }
    return Story(Path("busy_month"), with_a_quiet_team(told))
