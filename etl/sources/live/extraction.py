"""One run of a live source: every stream from its cursor to its end, slice by slice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from config.errors import RunRefused, SourceFailed
from config.settings import Settings, utc_naive
from etl.erasure.inputs import cut_arrow
from etl.erasure.tombstones import tombstones
from etl.sources.files.counts import MOST_QUARANTINED, TableCount, must_balance
from etl.sources.files.extraction import workspace
from etl.sources.files.raw import forget
from etl.sources.live.brought import brought
from etl.sources.live.kinds import Connector, Cursor, Fault, LiveSource, Page, Reading, Stream
from etl.sources.live.reach import REACH, reach
from etl.sources.live.screening import screened
from etl.sources.live.shared import PRESENT
from etl.sources.live.sight import must_still_be_seen
from etl.sources.live.store import Store, Tally

SLICE_ROWS = 50_000


@dataclass
class Slice:
    """Pages gathered, of one stream after the other, until they are worth a commit."""

    rows: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))  # by stream and table
    cursors: dict[str, tuple[Cursor, bool]] = field(default_factory=dict)  # where each goes on, and whether it ended
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    whole: frozenset[tuple[str, str]] = frozenset()  # likewise: what of a table another stream brings is a part only

    def add(self, stream: str, page: Page) -> None:
        """Take in what a page brought."""
        self.cursors[stream] = (page.cursor, False)
        self.whole |= {(stream, table) for table in page.whole}
        for table, rows in page.rows.items():
            self.rows[stream, table].extend(rows)
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
    ``full_refresh`` the source is forgotten first. Raises ``BadSetting`` where ``since`` was moved to an earlier day,
    ``SourceFailed`` when the helpdesk could not be read to the end, ``RunRefused`` when over one row in a hundred is
    bad or most of what there was is listed no more (the cursor then stays before them).
    """
    try:
        with workspace(settings.home, source.name) as (connection, work):
            store = Store(settings.raw_path, connector, source.name, run_id, work, tombstones(settings))
            store.prepare()
            if full_refresh:
                forget(settings.raw_path, source.name)
            run = _Run(store, connection, store.next_instant(utc_naive(now)), progress, slice_rows)
            run.gathered.cursors |= brought(connector, run.cursors)
            run.gathered.cursors[REACH] = (reach(source, run.cursors), True)
            for stream in connector.streams(Reading(source, now, progress)):
                run.read(stream)
            run.commit()
            store.finish(run.tallies, run.at)
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:  # a full disk, more often than not
        says = " ".join(str(error).split())[:160]
        raise RunRefused(f"{settings.raw_path}: cannot be written ({says}); what was read before is kept") from error
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
        slice_rows: int,
    ) -> None:
        self.store, self.connection, self.at, self.progress, self.slice_rows = (
            store,
            connection,
            at,
            progress,
            slice_rows,
        )
        self.held, self.cursors = store.held(), store.cursors()
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.gathered = Slice()

    def read(self, stream: Stream) -> None:
        """Read a stream to its end; what came before a failure is committed, then the failure goes on."""
        cursor, _ = self.cursors.get(stream.name, (None, False))
        count, last = 0, dict(cursor or {})
        self.tallies.setdefault((stream.name, stream.name), Tally())  # also of a desk with nothing in it
        try:
            for page in stream.pages(cursor):
                self.gathered.add(stream.name, page)
                count, last = count + sum(len(rows) for rows in page.rows.values()), page.cursor
                self.progress(f"{self.store.source} {stream.name}: {count:,} read")
                if self.gathered.size >= self.slice_rows:
                    self.commit()
        except SourceFailed:
            self.commit()
            raise
        self.gathered.cursors[stream.name] = (last, True)

    def commit(self) -> None:
        """Bring what was gathered into raw, rows and cursors at once."""
        piece, self.gathered = self.gathered, Slice()
        if not piece.size and not piece.cursors:
            return
        files: dict[str, list[Path]] = defaultdict(list)
        faults: dict[tuple[str, str], list[Fault]] = {}
        tallies, staying = {}, {}
        for key, rows in piece.rows.items():
            table, name = self.store.table(key[1]), self.store.connector.raw_name(key[1])
            arrow, faults[key] = screened(self.connection, table, rows)
            arrow = cut_arrow(self.connection, arrow, table, self.store.source, self.store.erased)
            bad = len(faults[key])
            tally, file = self.store.new_rows(self.connection, key[0], name, arrow, self.at)
            tallies[key] = tally + Tally(read=bad, quarantined=bad)
            if file:
                files[name].append(file)
            if key in piece.whole:
                if table.name == PRESENT.name:
                    must_still_be_seen(self.connection, self.store.path, self.store.source, name)
                staying[name] = self.store.staying(self.connection, name)
        self._must_be_mostly_good(piece, faults)
        self.store.load(files)
        moved = {stream: told for stream, told in piece.cursors.items() if self.cursors.get(stream) != told}
        self.cursors |= piece.cursors
        told = piece.cursors if files else moved  # rows need somebody who vouches for them
        new = self.store.commit(told, self.at, faults=faults, fields=piece.fields, staying=staying)
        if new:
            self.progress(f"{self.store.source}: fields not seen before: {', '.join(new)}")
        for key, tally in tallies.items():
            self.tallies[key] = self.tallies.get(key, Tally()) + tally
        self.held += sum(t.loaded for t in tallies.values())
        self.at += timedelta(microseconds=1)

    def _must_be_mostly_good(self, piece: Slice, faults: dict[tuple[str, str], list[Fault]]) -> None:
        """Raise ``RunRefused`` when more than one in a hundred of what the source ever gave would be bad."""
        before = sum(t.quarantined for t in self.tallies.values())
        bad = before + sum(len(found) for found in faults.values())
        whole = self.held + before + piece.size
        if bad > MOST_QUARANTINED * whole:
            often = Counter(f"{table}: {f.reason}" for (_, table), found in faults.items() for f in found).most_common(
                3
            )
            told = "; ".join(f"{reason} ({count:,})" for reason, count in often)
            raise RunRefused(
                f"{self.store.source}: {bad:,} of {whole:,} rows cannot be used (more than {MOST_QUARANTINED:.0%}), so "
                f"nothing is published and they are read again next time: {told}"
            )
