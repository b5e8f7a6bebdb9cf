"""``docs/import-format.md``, generated from ``etl/import_format/`` by ``python -m etl.sources.files.docs``."""

from __future__ import annotations

from config.settings import ROOT
from etl.import_format import TABLES, Column, Table

TARGET = ROOT / "docs" / "import-format.md"

_INTRODUCTION = """\
# The Deskpulse import format

<!-- Generated from etl/import_format/ by `python -m etl.sources.files.docs`; edit there. -->

A folder with one file a table, named as the table: `tickets.parquet`, `events.csv`, … Load it with

```
.venv/bin/python -m etl run --input FOLDER
```

Exports that look different need no rewriting: a [mapping](mapping.md) says what their columns mean.

## Files

- **CSV** (`.csv`, `.csv.gz`, `.zip` with one file in it): RFC 4180, UTF-8 (or UTF-16 with a byte order mark), a header
  row with the column names below; comma, semicolon, tab or bar between fields.
- **Parquet** (`.parquet`): instants as timestamps (without a zone they are UTC), or as text.
- **JSONL** (`.jsonl`): one object a line; ids as strings, for a JSON number forgets how it was written.
- **XLSX** (`.xlsx`): the first sheet.

At least one of `tickets`, `snapshots` and `contacts` must be there, with at least one row; every other table may be
missing, and so may every column that is not marked *needed*. A column that is not listed here is refused, so that a
misspelt one cannot go unnoticed. One file per table.

## Values

- **text** is taken as written, spaces around it trimmed: `007`, `1e5` and `NaN` are ids as any other. Empty is missing.
- **instant**: ISO 8601, `2026-03-02T09:00:00Z` or with an offset, `2026-03-02T10:00:00+01:00`; without one it is UTC.
- **date**: `2026-03-02`. **integer**, **number**: digits, a decimal point where there is one.
  **boolean**: `true`/`false`, `yes`/`no`, `1`/`0`.
- An empty `valid_from` means from the beginning; it is stored as 1900-01-01.

## What becomes of every row

*read = loaded + unchanged + superseded + quarantined*, for every file; a run that does not add up is not published.

- **loaded**: new. Raw data keeps versions: a row with the same key and a newer version column is a new version, and the
  newest counts. Where a table has no version column, the row loaded last counts.
- **unchanged**: this very row was loaded before. Loading a folder twice changes nothing.
- **superseded**: repeats a row of the same run, or, without a version column to tell, a row of a file given later.
- **quarantined**: not usable, kept apart with its file, line and reason (table `files_quarantine`): something needed is
  missing, a value cannot be read or is not one of those listed, too many or too few fields, an instant before 1990 or
  more than a day ahead, an end before its beginning (solved before created), a NUL byte, or the same key as an earlier
  row with different content and nothing to tell which is newer. Line 1 of a CSV or sheet is its header; a quoted line
  break does not count. If more than 1 % of a run's rows are quarantined, nothing is loaded and the run says why
  (of such a run the first 100,000 bad rows are kept).

With `--full-refresh` rows of the source that are no longer in the files disappear.

## Tables
"""


def import_format_page() -> str:
    """Return the page: how to hand over data, then every table and column."""
    return "\n".join([_INTRODUCTION, *(_section(table) for table in TABLES.values())])


def _section(table: Table) -> str:
    version = f" Version: `{table.version}`." if table.version else ""
    lines = [
        f"### {table.name}",
        "",
        f"{table.says} Key: {', '.join(f'`{c}`' for c in table.key)}.{version}",
        "",
        "| column | type | meaning |",
        "|---|---|---|",
        *(_row(column) for column in table.columns),
        "",
    ]
    return "\n".join(lines)


def _row(column: Column) -> str:
    kind = f"{column.kind}, *needed*" if column.required else column.kind
    values = f" One of {', '.join(f'`{v}`' for v in column.values)}." if column.values else ""
    return f"| `{column.name}` | {kind} | {column.says}{values} |".replace("\n", " ")


if __name__ == "__main__":
    TARGET.write_text(import_format_page(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)} written")
