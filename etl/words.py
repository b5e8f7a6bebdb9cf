"""Text of few values, held as numbers: statuses, kinds, names of teams, agents and categories.

Most text of a warehouse says one of a few hundred things, millions of times. A build gathers those words first, as an
enumeration in the order of the alphabet; every column of a model with one of the names below is then held as the number
of its word. It reads, compares and sorts as the text it is: no model and no reader need know.
"""

from __future__ import annotations

import duckdb

from etl.import_format import TABLES, Table
from etl.models import Model, models
from etl.slices import only_tickets, ticket_slices

WORK = "work"  # the database of working tables and views
MOST_WORDS = 4_000  # each column repeats the list in the file, and who opens it reads them all: more stay text
MOST_VALUES = 60_000  # of the one column that names tickets too: as many as two bytes tell apart
WORD_COLUMNS = frozenset(
    {
        *("source", "channel", "category", "first_category", "solving_category", "priority", "brand", "initiated_by"),
        *("status", "previous_status", "event_type", "actor_type", "session_type", "demand_type", "contact_type"),
        *("agent_id", "agent_key", "answered_by_agent_key"),
        *("first_agent_key", "solving_agent_key", "final_agent_key"),
        *("team_id", "team_key"),
        *("first_team_key", "solving_team_key", "final_team_key", "schedule_key"),
        *("target_type", "policy", "verdict", "survey_type", "scale", "activity", "entry_kind", "handling_kind"),
        *("complexity", "age_band", "support_tier", "conversation_type", "bot_outcome"),
    }
)
_PART_OF_A_KEY = ("team_id", "agent_id", "actor_id", "to_value", "schedule_id")  # a key is source:id
_WHERE_FEW = {  # requesters and merged tickets are too many
    "actor_id": "case when actor_type in ('agent', 'bot') then actor_id end",
    "to_value": "case when event_type in ('status', 'agent', 'team', 'category', 'priority') then to_value end",
}


def learn_words(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Make enumerations of what the attached ``raw`` says in columns of few values, and of what models say themselves.

    Returns, by column, the type that holds its words; nothing where a source has too many of them.
    """
    written = sorted({text for model in models() for text in model.says} | {"default"})
    said = " union all ".join(["select unnest(?) as word", *(_told(table) for table in TABLES.values())])
    connection.execute(f"create temp table words as select distinct word from ({said})", [written])
    types = {}
    if _fewer(connection, MOST_WORDS):
        connection.execute("create type word as enum (select word from words where word is not null order by word)")
        types = dict.fromkeys(WORD_COLUMNS, "word")
        connection.execute("insert into words select distinct to_value from raw.files_events")
        if _fewer(connection, MOST_VALUES):
            each = "select distinct word from words where word is not null order by word"
            connection.execute(f"create type event_value as enum ({each})")
            types["to_value"] = "event_value"
    connection.execute("drop table words")
    return types


def _fewer(connection: duckdb.DuckDBPyConnection, most: int) -> bool:
    [(count,)] = connection.execute("select count(*) from words").fetchall()
    return bool(count <= most)


def _told(table: Table) -> str:
    """Return a SELECT of the words of a raw table."""
    columns = sorted(c.name for c in table.columns if c.kind == "text" and c.name in {*WORD_COLUMNS, *_PART_OF_A_KEY})
    is_told = {c.name for c in table.columns} >= {"actor_type", "event_type"}
    said = ", ".join(f"{_WHERE_FEW.get(name, name) if is_told else name} as {name}" for name in ("source", *columns))
    words = ["source", *columns, *(f"source || ':' || {name}" for name in columns if name in _PART_OF_A_KEY)]
    return f"select unnest([{', '.join(words)}]) as word from (select distinct {said} from raw.files_{table.name})"


def create(connection: duckdb.DuckDBPyConnection, model: Model, types: dict[str, str], slices: int = 1) -> None:
    """Create the table (or view) of a model; columns ``types`` names are held as words, if all of them are known.

    Sums are counted in 128 bits, which takes ten times as long to read back as the 64 that hold every one of ours.
    A model that may be sliced is made in so many ``slices`` of tickets.
    """
    if model.is_view:
        connection.execute(f"create view {WORK}.main.{model.name} as {model.sql}")
        return
    table = f"{WORK}.main.{model.name}" if model.is_working else model.name
    shape = connection.execute(f"describe {model.sql}").fetchall()
    narrower = {name: "bigint" for name, type_, *_ in shape if type_ == "HUGEINT"}
    words = {name: types[name] for name, type_, *_ in shape if type_ == "VARCHAR" and name in types}
    try:
        _fill(connection, table, model, narrower | words, slices)
    except duckdb.ConversionException:  # somebody said what nobody had told of: text
        if not words:
            raise
        _fill(connection, table, model, narrower, slices)


def _fill(connection: duckdb.DuckDBPyConnection, table: str, model: Model, types: dict[str, str], slices: int) -> None:
    made = f"create or replace table {table} as"
    if slices == 1 or not model.is_sliced:
        connection.execute(f"{made} {_held(model.sql, types)}")
        return
    for first, last in ticket_slices(connection, slices):
        with only_tickets(connection, model.reads, first, last):
            connection.execute(f"{made} {_held(model.sql, types)}")
        made = f"insert into {table}"


def _held(sql: str, types: dict[str, str]) -> str:
    """Return a SELECT whose columns named in ``types`` are of those types."""
    if not types:
        return sql
    as_types = ", ".join(f"cast({name} as {type_}) as {name}" for name, type_ in types.items())
    return f"select * replace ({as_types}) from ({sql})"
