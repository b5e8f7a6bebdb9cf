"""One run of a live source: every stream from its cursor to its end, slice by slice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import duckdb

from config.errors import DeskpulseError, RunRefused
from config.settings import Settings, utc_naive
from etl.sources.files.counts import MOST_QUARANTINED, TableCount, must_balance
from etl.sources.files.extraction import workspace
from etl.sources.live.kinds import Connector, Cursor, Fault, LiveSource, Page, Reading, Stream
from etl.sources.live.rows import typed
from etl.sources.live.store import Store, Tally

SLICE_ROWS = 50_000


@dataclass
class Slice:
    """Pages gathered until they are worth a commit."""

    cursor: Cursor
    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    is_end: bool = False

    def add(self, page: Page) -> None:
        """Take in what a page brought."""
        self.cursor = page.cursor
        for table, rows in page.rows.items():
            self.rows[table].extend(rows)
        for table, names in page.fields.items():
            self.fields[table] = self.fields.get(table, frozenset()) | names

    @property
    def size(self) -> int:
        """How many rows wait."""
        return sum(len(rows) for rows in self.rows.values())


def load_live(
    source: LiveSource,
    connector: Connector,
    settings: Settings,
    *,
    run_id: str,
    now: datetime,
    full_refresh: bool = False,
    progress: Callable[[str], None],
    slice_rows: int = SLICE_ROWS,
) -> list[TableCount]:
    """Read what is new of a helpdesk into the raw database; ``now`` is aware.

    Whatever ends it early, the slices committed so far stay and the next run goes on from their cursors. With
    ``full_refresh`` the source is forgotten first. Raises ``SourceFailed`` when the helpdesk could not be read to the
    end, ``RunRefused`` when over one row in a hundred is bad (the cursor then stays before them).
    """
    with workspace(settings.home, source.name) as (connection, work):
        store = Store(settings.raw_path, connector, source.name, run_id, work)
        store.prepare()
        if full_refresh:
            store.forget()
        run = _Run(store, connection, store.next_instant(utc_naive(now)), progress, store.held())
        for stream in connector.streams(Reading(source, now, progress)):
            run.stream(stream, slice_rows)
        store.finish(run.tallies, run.at)
    counts = [
        TableCount(source.name, stream, table, *(getattr(tally, name) for name in tally.__dataclass_fields__))
        for (stream, table), tally in run.tallies.items()
    ]
    for count in counts:
        must_balance(count)
    return counts


class _Run:
    def __init__(
        self,
        store: Store,
        connection: duckdb.DuckDBPyConnection,
        at: datetime,
        progress: Callable[[str], None],
        held: int,
    ) -> None:
        self.store, self.connection, self.at, self.progress, self.held = store, connection, at, progress, held
        self.tallies: dict[tuple[str, str], Tally] = {}

    def stream(self, stream: Stream, slice_rows: int) -> None:
        cursor, was_read = self.store.cursor(stream.name)
        for table in self._tables_of(stream):
            self.tallies.setdefault((stream.name, table), Tally())
        for piece in _slices(stream, cursor, slice_rows):
            if piece.size or piece.cursor != cursor or not was_read:
                self._commit(stream.name, piece)
            cursor, was_read = piece.cursor, was_read or piece.is_end
            read = sum(t.read for (name, _), t in self.tallies.items() if name == stream.name)
            self.progress(f"{self.store.source} {stream.name}: {read:,} read")

    def _tables_of(self, stream: Stream) -> list[str]:
        return [stream.name] if stream.name in {t.name for t in self.store.connector.tables} else []

    def _commit(self, stream: str, piece: Slice) -> None:
        faults: dict[str, list[Fault]] = {}
        files, tallies = {}, {}
        for table in self.store.connector.tables:
            arrow, faults[table.name] = typed(table, piece.rows.get(table.name, ()))
            arrow, unfit = _screened(self.connection, table.name, self.store, arrow)
            faults[table.name] += unfit
            name, bad = self.store.connector.raw_name(table.name), len(faults[table.name])
            tally, file = self.store.new_rows(self.connection, name, arrow, self.at)
            if table.name in piece.rows:
                tallies[stream, table.name] = tally + Tally(read=bad, quarantined=bad)
            if file:
                files[name] = file
        self._must_be_mostly_good(piece, faults)
        self.store.load(files)
        new = self.store.commit(stream, piece.cursor, self.at, is_end=piece.is_end, faults=faults, fields=piece.fields)
        if new:
            self.progress(f"{self.store.source}: fields not seen before: {', '.join(new)}")
        for key, tally in tallies.items():
            self.tallies[key] = self.tallies.get(key, Tally()) + tally
        self.held += sum(t.loaded for t in tallies.values())
        self.at += timedelta(microseconds=1)

    def _must_be_mostly_good(self, piece: Slice, faults: dict[str, list[Fault]]) -> None:
        """Raise ``RunRefused`` when more than one in a hundred of what the source ever gave would be bad."""
        before = sum(t.quarantined for t in self.tallies.values())
        bad = before + sum(len(found) for found in faults.values())
        whole = self.held + before + piece.size
        if bad > MOST_QUARANTINED * whole:
            often = Counter(f"{table}: {f.reason}" for table, found in faults.items() for f in found).most_common(3)
            told = "; ".join(f"{reason} ({count:,})" for reason, count in often)
            raise RunRefused(
                f"{self.store.source}: {bad:,} of {whole:,} rows cannot be used (more than {MOST_QUARANTINED:.0%}), so "
                f"nothing is published and they are read again next time: {told}"
            )


def _screened(connection: duckdb.DuckDBPyConnection, name: str, store: Store, arrow: Any) -> tuple[Any, list[Fault]]:
    """Part rows that lack what is required, or hold a word nobody knows, from the others."""
    table = next(t for t in store.connector.tables if t.name == name)
    rules = [(f"{c.name} is null", f"'{c.name} is missing'") for c in table.columns if c.required]
    for column in table.columns:
        if column.values:
            known = ", ".join(f"'{value}'" for value in column.values)
            told = f"concat('{column.name} ', {column.name}, ' is none of {known.replace(chr(39), '')}')"
            rules.append((f"{column.name} not in ({known})", told))
    if not rules or not arrow.num_rows:
        return arrow, []
    connection.register("judged", arrow)
    bad = " or ".join(f"({rule}) is true" for rule, _ in rules)
    why = ", ".join(f"case when {rule} then {says} end" for rule, says in rules)
    keys = ", ".join(f"{c}::varchar" for c in table.key)
    faulty = connection.execute(f"select concat_ws('; ', {why}), {keys} from judged where {bad}").fetchall()
    good = connection.execute(f"select * from judged where not ({bad})").to_arrow_table() if faulty else arrow
    connection.unregister("judged")
    return good, [Fault(str(row[0]), dict(zip(table.key, row[1:], strict=True))) for row in faulty]


def _slices(stream: Stream, cursor: Cursor | None, slice_rows: int) -> Iterator[Slice]:
    """Gather pages into slices; what came before a failure is given out first, then the failure goes on."""
    gathered = Slice(dict(cursor or {}))
    pages = _resource(stream, cursor)
    while True:
        try:
            page = next(pages, None)
        except DeskpulseError:
            if gathered.size:
                yield gathered
            raise
        if page is None:
            gathered.is_end = True
            yield gathered
            return
        gathered.add(page)
        if gathered.size >= slice_rows:
            yield gathered
            gathered = Slice(gathered.cursor)


def _resource(stream: Stream, cursor: Cursor | None) -> Iterator[Page]:
    return iter(stream.pages(cursor))
