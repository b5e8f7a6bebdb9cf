"""The mapping: what the columns of somebody's export mean, written as TOML (see ``docs/mapping.md``)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from etl.import_format import CONTACTS, SNAPSHOTS, TICKETS, Column, Table
from etl.sources.files.toml_lines import TomlFile, read_toml

SHAPES: dict[str, Table] = {"tickets": TICKETS, "event_log": SNAPSHOTS, "contacts": CONTACTS}
COMPUTED = {"event_log": ("position",)}  # counted in file order where the mapping names no column
FORMATS = ("iso", "unix", "unix_ms")  # beside strptime patterns
_TOP = ("shape", "source", "file", "time", "columns", "url")
_FILE = ("encoding", "delimiter", "missing", "sheet")


@dataclass(frozen=True)
class TimeFormat:
    """How instants are written, and the zone of those that carry no offset."""

    format: str = "iso"
    zone: str = "UTC"


ISO_UTC = TimeFormat()


@dataclass(frozen=True)
class Origin:
    """Where a column of the import format comes from: a column of the file, or a constant."""

    column: str = ""
    value: str | None = None
    time: TimeFormat = ISO_UTC


@dataclass(frozen=True)
class Vocabulary:
    """Translations of one column's values; ``default`` serves all others (None: they are quarantined)."""

    values: Dict[str, str]
    default: str | None
    where: str  # "[status] in config/mappings/x.toml"


@dataclass(frozen=True)
class Mapping:
    """A checked mapping."""

    file: TomlFile
    shape: str
    table: Table
    columns: Dict[str, Origin]
    vocabularies: Dict[str, Vocabulary]
    source_name: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    missing: tuple[str, ...] = ()
    url_template: str = ""

    @property
    def counts_position(self) -> bool:
        """Whether ``position`` is the row's place within its ticket, in file order."""
        return "position" in COMPUTED.get(self.shape, ()) and "position" not in self.columns


def near(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest of ``known`` to ``word``, or nothing."""
    lowered = {name.lower(): name for name in known}
    match = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[match[0]]!r}?" if match else ""


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping. Raises ``BadInput`` naming file, line and key."""
    toml = read_toml(path)
    shape = toml.values.get("shape")
    if not isinstance(shape, str) or shape not in SHAPES:
        raise toml.error("", "shape", f"must be one of {', '.join(SHAPES)}, not {shape!r}")
    table = SHAPES[shape]
    for key, value in toml.values.items():
        if key not in _TOP and key not in {c.name for c in table.columns}:
            known = [*_TOP, *(c.name for c in table.columns)]
            section, name = (key, "") if isinstance(value, dict) else ("", key)
            raise toml.error(
                section, name, f"unknown; a {shape} mapping has no such section or column{near(key, known)}"
            )
        if key != "shape" and not isinstance(value, dict):
            raise toml.error("", key, f"must be a section, [{key}]")
    file = _section(toml, "file", _FILE)
    time = _time(toml, "time", "", _section(toml, "time", ("format", "zone")), ISO_UTC)
    return Mapping(
        file=toml,
        shape=shape,
        table=table,
        columns=_columns(toml, shape, table, time),
        vocabularies={c.name: _vocabulary(toml, c) for c in table.columns if c.name in toml.values and c.name != "url"},
        source_name=_text(toml, "source", "name", _section(toml, "source", ("name",)).get("name", "")),
        encoding=_encoding(toml, file),
        delimiter=_delimiter(toml, file),
        sheet=_text(toml, "file", "sheet", file.get("sheet", "")),
        missing=_missing(toml, file),
        url_template=_url(toml, table),
    )


def _section(toml: TomlFile, name: str, known: tuple[str, ...]) -> dict[str, Any]:
    section: dict[str, Any] = toml.values.get(name, {})
    for key in section:
        if key not in known:
            raise toml.error(name, key, f"unknown key; known are {', '.join(known)}{near(key, known)}")
    return section


def _text(toml: TomlFile, section: str, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise toml.error(section, key, f"must be text in quotation marks, not {value!r}")
    return value


def _encoding(toml: TomlFile, file: dict[str, Any]) -> str:
    encoding = _text(toml, "file", "encoding", file.get("encoding", ""))
    try:
        if encoding:
            "".encode(codecs.lookup(encoding).name)
    except LookupError as error:
        raise toml.error("file", "encoding", f"unknown encoding {encoding!r}; e.g. utf-8, cp1252, utf-16") from error
    return encoding


def _delimiter(toml: TomlFile, file: dict[str, Any]) -> str:
    delimiter = _text(toml, "file", "delimiter", file.get("delimiter", ""))
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r") or not delimiter.isascii():
        raise toml.error("file", "delimiter", f"must be one character such as ',' or ';', not {delimiter!r}")
    return delimiter


def _missing(toml: TomlFile, file: dict[str, Any]) -> tuple[str, ...]:
    missing = file.get("missing", [])
    if not isinstance(missing, list) or not all(isinstance(m, str) for m in missing):
        raise toml.error("file", "missing", 'must be a list of texts such as ["?", "NULL"]')
    return tuple(missing)


def _url(toml: TomlFile, table: Table) -> str:
    template = _text(toml, "url", "template", _section(toml, "url", ("template",)).get("template", ""))
    if not template:
        return ""
    if not template.startswith(("https://", "http://")):
        raise toml.error("url", "template", "must begin with https:// or http://")
    mapped = toml.values.get("columns", {})
    names = [c.name for c in table.columns if c.kind == "text" and c.name != "url" and c.name in mapped]
    for field_name in re.findall(r"\{([^}]*)\}", template):
        if field_name not in names:
            raise toml.error(
                "url", "template", f"[columns] has no {field_name!r} to put there{near(field_name, names)}"
            )
    return template


def _time(toml: TomlFile, section: str, key: str, given: dict[str, Any], default: TimeFormat) -> TimeFormat:
    pattern = _text(toml, section, key or "format", given.get("format", default.format))
    zone = _text(toml, section, key or "zone", given.get("zone", default.zone))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise toml.error(section, key or "zone", f"{zone!r} is not an IANA zone such as Europe/Berlin") from error
    if pattern not in FORMATS:
        try:
            with duckdb.connect() as connection:
                connection.execute("select try_strptime('', ?)", [pattern])
        except (duckdb.Error, UnicodeDecodeError) as error:  # the engine cuts a letter in two as it complains of it
            raise toml.error(section, key or "format", f"{pattern!r} is no time format; e.g. %d/%m/%Y %H:%M") from error
        if "%" not in pattern:
            raise toml.error(
                section, key or "format", f"{pattern!r} is no time format; e.g. %d/%m/%Y %H:%M, or {', '.join(FORMATS)}"
            )
    return TimeFormat(pattern, zone)


def _columns(toml: TomlFile, shape: str, table: Table, time: TimeFormat) -> dict[str, Origin]:
    given = _section(toml, "columns", tuple(c.name for c in table.columns))
    columns = {name: _origin(toml, name, value, time) for name, value in given.items()}
    for column in table.columns:
        if column.required and column.name not in columns and column.name not in COMPUTED.get(shape, ()):
            raise toml.error("columns", "", f"{column.name} is needed: which column is it? ({column.says})")
    return columns


def _origin(toml: TomlFile, name: str, value: object, time: TimeFormat) -> Origin:
    if isinstance(value, str):
        return Origin(column=value, time=time)
    if isinstance(value, dict) and set(value) == {"value"}:
        constant = value["value"]
        return Origin(value=str(constant).lower() if isinstance(constant, bool) else str(constant), time=time)
    if isinstance(value, dict) and "column" in value and set(value) <= {"column", "format", "zone"}:
        column = _text(toml, "columns", name, value["column"])
        return Origin(column=column, time=_time(toml, "columns", name, value, time))
    raise toml.error(
        "columns", name, 'must be "source column", { column = "…", format = "…", zone = "…" } or { value = "…" }'
    )


def _vocabulary(toml: TomlFile, column: Column) -> Vocabulary:
    values: dict[str, str] = {}
    for key, value in toml.values[column.name].items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if text and column.values and text not in column.values:
            says = f"{text!r} is no {column.name}; use {', '.join(column.values)}, or an empty text for none"
            raise toml.error(column.name, key, says + near(text, column.values))
        values[key] = text
    default = values.pop("*", None)
    return Vocabulary(values, default, f"[{column.name}] in {toml.path}")
