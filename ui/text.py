"""Text from data, made harmless: as Streamlit's markdown, and as a cell of a spreadsheet."""

from __future__ import annotations

import re

import pandas as pd

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&\"])")
BLANKS = " \u00a0\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """Return text that Streamlit's markdown shows as it is: nothing in it is markup, link, emoji code or HTML."""
    return MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def cell(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula: text that could be one gets a leading apostrophe."""
    if not isinstance(value, str):
        return value
    cleaned = value.replace("\0", "")
    lines = re.split(r"[\r\n]+", cleaned)
    if any(line.lstrip(BLANKS).startswith(FORMULA_STARTS) for line in [cleaned, *lines]):
        return f"'{cleaned}"
    return cleaned


def csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV a spreadsheet opens safely: UTF-8 with a mark, every text cell made harmless."""
    safe = frame.rename(columns=lambda name: cell(str(name)))
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and not pd.api.types.is_datetime64_any_dtype(safe[name]):
            safe[name] = safe[name].map(cell)
    text: str = safe.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")
