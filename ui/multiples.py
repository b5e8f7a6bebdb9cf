"""Small multiples: one chart a value, all on the same scales, the value's name above each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from metrics.reading import THIN, Style
from ui.series import Series
from ui.text import plain
from ui.trends import Trend, trend

A_ROW = 3
MOST = 12


def grid(
    drawn: Trend, lines: Sequence[Series], style: Style, key: str, on_select: Callable[[int], None] | None = None
) -> None:
    """Show a chart for each line (at most ``MOST``, those with most rows); ``on_select`` is told which was touched."""
    shown = list(lines[:MOST])
    limits = tuple(replace(drawn, lines=shown).values)
    limits = (min(limits), max(limits)) if limits else ()
    for first in range(0, len(shown), A_ROW):
        for nth, column in enumerate(st.columns(A_ROW), start=first):
            if nth < len(shown):
                with column:
                    st.markdown(f"**{plain(shown[nth].name)}** · n{THIN}={THIN}{style.number(shown[nth].weight)}")
                    touched = None if on_select is None else _touched(on_select, nth)
                    trend(
                        replace(drawn, lines=shown[nth : nth + 1], limits=limits), style, f"{key}_{nth}", touched, True
                    )
    if len(lines) > MOST:
        st.caption(plain(f"The {MOST} with most rows of {len(lines)}; By value and Pivot have all of them."))


def _touched(on_select: Callable[[int], None], nth: int) -> Callable[[], None]:
    return lambda: on_select(nth)
