"""From a file's headers to the columns of a table: by the import format's names, or by a mapping."""

from __future__ import annotations

from collections.abc import Callable

from config.errors import BadInput
from etl.import_format import TABLES, Table
from etl.sources.files.expressions import Given
from etl.sources.files.inputs import Input
from etl.sources.files.mapping import Mapping, near
from etl.sources.files.readers import Reader
from etl.sources.files.relation import Relation, quoted
from etl.sources.files.screening import Part


def read_part(reader: Reader, given: Input, mapping: Mapping | None) -> Part:
    """Read one file as its share of a table. Raises ``BadInput`` when file and table do not go together."""
    table = TABLES[given.table]
    if mapping is None:
        known = {c.name for c in table.columns}
        relation = reader.read(given.path, given.label, _score(known))
        return Part(relation, _by_name(table, relation))
    wanted = {o.column for o in mapping.columns.values() if o.value is None}
    relation = reader.read(
        given.path,
        given.label,
        _score(wanted),
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        sheet=mapping.sheet,
    )
    return Part(relation, _by_mapping(mapping, relation), mapping.url_template)


def _score(known: set[str]) -> Callable[[list[str]], int]:
    return lambda names: len(known & {*names, *_columns_by_name(tuple(names))})


def _by_name(table: Table, relation: Relation) -> tuple[Given, ...]:
    headers, label = relation.headers, relation.label
    names = [c.name for c in table.columns]
    for header in headers:
        if header not in names:
            shown = header[:60]
            hint = near(header, names) or (f"; its columns are {', '.join(names)}" if len(headers) > 1 else "")
            raise BadInput(f"{label}: unknown column {shown!r} in {table.name}{hint} (docs/import-format.md)")
        if headers.count(header) > 1:
            raise BadInput(f"{label}: the column {header!r} stands there more than once; keep one")
    for column in table.columns:
        if column.required and column.name not in headers and headers:
            raise BadInput(f"{label}: the column {column.name!r} is missing ({column.says})")
    return tuple(
        Given(table.column(header), f"c{index}", relation.types[index], cells=relation.from_workbook)
        for index, header in enumerate(headers)
    )


def _by_mapping(mapping: Mapping, relation: Relation) -> tuple[Given, ...]:
    places = _locate(mapping, relation.headers, relation.label)
    columns = []
    for target, origin in mapping.columns.items():
        column = mapping.table.column(target)
        place = places.get(target)
        columns.append(
            Given(
                column=column,
                sql=quoted(origin.value or "") if place is None else f"c{place}",
                type="VARCHAR" if place is None else relation.types[place],
                time=origin.time,
                vocabulary=mapping.vocabularies.get(target) if place is not None else None,
                vocabulary_hint=f"[{target}] in {mapping.file.path}",
                missing=mapping.missing,
                cells=relation.from_workbook,
            )
        )
    return tuple(columns)


def _columns_by_name(headers: tuple[str, ...]) -> dict[str, int]:
    """Return what a mapping may call each column: its header, or ``header#2`` where a header repeats."""
    names: dict[str, int] = {}
    for index, header in enumerate(headers):
        if headers.count(header) > 1:
            names[f"{header}#{headers[: index + 1].count(header)}"] = index
        else:
            names[header] = index
    return names


def _locate(mapping: Mapping, headers: tuple[str, ...], label: str) -> dict[str, int]:
    """Return the place of each mapped column in a file. Raises ``BadInput`` for a column the file lacks."""
    names = _columns_by_name(headers)
    places: dict[str, int] = {}
    for target, origin in mapping.columns.items():
        if origin.value is not None:
            continue
        if origin.column in names:
            places[target] = names[origin.column]
            continue
        says = f"no column {origin.column!r} in {label}{near(origin.column, names)}"
        if origin.column in headers:
            says = f"{label} has several columns {origin.column!r}; write '{origin.column}#1' or '{origin.column}#2' …"
        elif len(headers) == 1:
            says += f" (the whole header is {headers[0][:60]!r}: is [file] delimiter right?)"
        raise mapping.file.error("columns", target, says)
    return places
