"""From a vendor's records to typed rows: a record that cannot be one says why, and nothing is silently null."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from config.errors import SourceFailed
from etl.import_format import Table
from etl.sources.live.kinds import Fault

Record = Mapping[str, Any]


def instant(told: str | None) -> datetime | None:
    """Return the naive UTC instant an ISO 8601 text with offset names, None of none; raises ``ValueError``."""
    if told is None:
        return None
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(f"{told!r} names no time zone")
    return at.astimezone(UTC).replace(tzinfo=None)


def unix(seconds: float) -> datetime:
    """Return the naive UTC instant of a Unix time; raises ``ValueError`` for what is no time."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def text(told: Any) -> str | None:
    """Return an id or a word as text, None of nothing; raises ``TypeError`` for what is neither."""
    if told is None or told == "":
        return None
    if isinstance(told, bool) or not isinstance(told, str | int):
        raise TypeError(f"{type(told).__name__} where a text or a number belongs")
    return str(told)


def listed(answer: Any, name: str, path: str) -> list[Record]:
    """Return the list an answer holds under a name; raises ``SourceFailed`` where it holds none."""
    if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
        raise SourceFailed(f"{path}: the answer holds no list {name!r}")
    return list(answer[name])


def rows_of(
    records: Iterable[Record], convert: Callable[[Record], Mapping[str, Any] | Sequence[Mapping[str, Any]]]
) -> list[Mapping[str, Any] | Fault]:
    """Convert records to rows; one that misses a field or holds another type than documented becomes a fault."""
    rows: list[Mapping[str, Any] | Fault] = []
    for record in records:
        try:
            made = convert(record)
        except KeyError as error:
            rows.append(_fault(record, f"the field {error.args[0]!r} is missing"))
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            rows.append(_fault(record, f"not as documented: {error}"))
        else:
            rows.extend([made] if isinstance(made, Mapping) else made)
    return rows


def _fault(record: Record, reason: str) -> Fault:
    # never the record itself: it may hold what somebody wrote
    told = record.get("id") if isinstance(record, Mapping) else None
    return Fault(reason, {"id": told if isinstance(told, str | int) else None})


def fields_of(records: Iterable[Record]) -> frozenset[str]:
    """Return the names of all fields the records have."""
    return frozenset().union(*(record.keys() for record in records if isinstance(record, Mapping)))


def typed(table: Table, rows: Sequence[Mapping[str, Any] | Fault]) -> tuple[pa.Table, list[Fault]]:
    """Return the good rows as Arrow, in the order of ``table.arrow_schema()``, and what is wrong with the others."""
    faults = [row for row in rows if isinstance(row, Fault)]
    good = [row for row in rows if not isinstance(row, Fault)]
    schema = table.arrow_schema()
    try:
        arrow = pa.Table.from_pylist(good, schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError):
        fitting = []
        for row in good:
            try:
                pa.Table.from_pylist([row], schema=schema)
            except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
                faults.append(Fault(f"not as documented: {str(error).splitlines()[0][:120]}", _key_of(table, row)))
            else:
                fitting.append(row)
        arrow = pa.Table.from_pylist(fitting, schema=schema)
    return arrow, faults


def _key_of(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(row.get(name)) for name in table.key}
