"""What leaves as a table: text that no spreadsheet takes for a formula, numbers as they are."""

from __future__ import annotations

import re

import pandas as pd

BLANKS = " \u00a0\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula: text that could be one gets a leading apostrophe."""
    if not isinstance(value, str):
        return value
    cleaned = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")  # no writer quotes a bare \r
    if any(line.lstrip(BLANKS).startswith(FORMULA_STARTS) for line in [cleaned, *re.split(r"\n+", cleaned)]):
        return f"'{cleaned}"
    return cleaned


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose headings and texts no spreadsheet takes for formulas; numbers and instants stay."""
    safe = frame.rename(columns=lambda name: cell(str(name)))
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and not pd.api.types.is_datetime64_any_dtype(safe[name]):
            safe[name] = safe[name].map(cell)
    return safe
