"""Arrow columns from codes and epoch seconds, without a Python object a row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.window import Bools, Ints

FIRST_TICKET = 1_000_001


def instants(seconds: Ints, missing: Bools | None = None) -> pa.Array:
    """Return epoch seconds as timestamps in microseconds, empty where ``missing``."""
    return pa.array((seconds * 1_000_000).astype("datetime64[us]"), mask=missing)


def dates(days: Ints, missing: Bools | None = None) -> pa.Array:
    """Return days since 1970 as dates."""
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())


def picked(words: pa.Array, codes: Ints) -> pa.Array:
    """Return the word of each code, empty where it is negative."""
    none = codes < 0
    return words.take(pa.array(np.where(none, 0, codes), mask=none))


def whole(numbers: Ints, missing: Bools | None = None) -> pa.Array:
    """Return integers, empty where ``missing``."""
    return pa.array(numbers.astype(np.int64), mask=missing)


def prefixed(prefix: str, numbers: Ints) -> pa.Array:
    """Return ``prefix`` followed by each number."""
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def ticket_ids(rows: Ints) -> pa.Array:
    """Return the helpdesk's number of tickets, by row."""
    return pa.array(rows + FIRST_TICKET).cast(pa.string())
