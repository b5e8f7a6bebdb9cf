"""Text from data, made harmless: as Streamlit's markdown, and as a cell of a spreadsheet."""

from __future__ import annotations

import re

import pandas as pd

from metrics.cells import FORMULA_STARTS, cell, harmless

__all__ = ["FORMULA_STARTS", "cell", "csv", "plain"]
ADDRESS = re.compile(r"(?:https?|ftp)(?=://)|www(?=\.)", re.IGNORECASE)
JOINER = "\u2060"  # takes no room and breaks no line
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&\"])")


def plain(text: str) -> str:
    """Return text that Streamlit's markdown shows as it is: nothing in it is markup, link, emoji code or HTML.

    A bare address would become a link however it is escaped, so an invisible mark stands within it.
    """
    told = ADDRESS.sub(f"\\g<0>{JOINER}", " ".join(str(text).split()))
    return MARKDOWN.sub(r"\\\1", told)


def csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV a spreadsheet opens safely: UTF-8 with a mark, every text cell made harmless."""
    text: str = harmless(frame).to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")
