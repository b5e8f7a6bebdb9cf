"""Charts: each specification is built and checked once a process; a page only sends data.

Colours are roles (``ui.theme.ROLES``) that the browser's theme paints. Every chart has a text for those who don't
see it. Young periods are dashed and hollow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa
import streamlit as st

from metrics.kinds import Metric
from metrics.narrative import trend_reads
from metrics.reading import Point, Style, day_reads
from ui.specs import finished, painted

SPARK_HEIGHT, BULLET_HEIGHT = 64, 24


def sparkline(metric: Metric, weeks: Sequence[Point], style: Style) -> None:
    """Show thirteen weeks of a metric with its interval, the last one labelled."""
    st.vega_lite_chart(
        spark_data(metric, weeks, style), spark_spec(), height=SPARK_HEIGHT, alt=trend_reads(metric, weeks, style)
    )


def bullet(value: float, target: float, says: str) -> None:
    """Show a value as a bar against the tick of its target."""
    limit = 1.15 * max(value, target, 1e-9)
    data = pa.table({"value": [value], "target": [target], "limit": [limit], "says": [says]})
    st.vega_lite_chart(data, bullet_spec(), height=BULLET_HEIGHT, alt=says)


def spark_data(metric: Metric, weeks: Sequence[Point], style: Style) -> pa.Table:
    """Return what the sparkline draws. ``tail`` marks the dashed part: young weeks and the final one before them."""
    known = [nth for nth, week in enumerate(weeks) if week.value is not None]
    young_from = next((nth for nth in known if not weeks[nth].mature), len(weeks))
    nths = range(len(weeks))
    return pa.table(
        {
            "nth": list(nths),
            "value": pa.array([week.value for week in weeks], pa.float64()),
            "low": pa.array([week.low for week in weeks], pa.float64()),
            "high": pa.array([week.high for week in weeks], pa.float64()),
            "final": [nth < young_from for nth in nths],
            "tail": [nth >= young_from - 1 for nth in nths],
            "last": [nth == known[-1] if known else False for nth in nths],
            "week": [f"Week of {day_reads(week.start)}" for week in weeks],
            "reads": [style.value(metric, week.value) + ("" if week.mature else " so far") for week in weeks],
        }
    )


@cache
def spark_spec() -> dict[str, Any]:
    """Return the specification of the sparkline."""
    scale = alt.Scale(zero=False, nice=False, padding=6)
    base = alt.Chart().encode(x=alt.X("nth:Q", axis=None, scale=scale))
    y = alt.Y("value:Q", axis=None, scale=scale)
    line = base.mark_line(strokeWidth=2).transform_filter("datum.final")
    young = base.mark_line(strokeWidth=2, strokeDash=[3, 3]).transform_filter("datum.tail")
    dot = base.mark_point(filled=True, size=55, opacity=1).transform_filter("datum.last && datum.final")
    hollow = base.mark_point(filled=False, size=55, strokeWidth=2, opacity=1).transform_filter(
        "datum.last && !datum.final"
    )
    hover = [alt.Tooltip("week:N", title="Week"), alt.Tooltip("reads:N", title="Value")]
    return finished(
        alt.layer(
            painted(base.mark_area(opacity=0.14), "value", y=alt.Y("low:Q", axis=None, scale=scale), y2="high:Q"),
            painted(line, "value", y=y),
            painted(young, "value", y=y),
            painted(dot, "value", y=y),
            painted(hollow, "value", y=y),
            base.mark_point(size=260, opacity=0).encode(y=y, tooltip=hover),
        )
    )


@cache
def bullet_spec() -> dict[str, Any]:
    """Return the specification of the bullet."""
    base = alt.Chart().encode(tooltip=alt.Tooltip("says:N", title="Target"))

    def along(field: str) -> Any:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(zero=True, nice=False))

    return finished(
        alt.layer(
            painted(base.mark_bar(height=12, opacity=0.18, cornerRadius=2), "muted", x=along("limit")),
            painted(base.mark_bar(height=8, cornerRadius=2), "value", x=along("value")),
            painted(base.mark_tick(thickness=3, size=20), "ink", x=along("target")),
        )
    )
