"""Metrics described for people and programs: what lists, tooltips and docs print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from metrics.dimensions import dimensions_of
from metrics.kinds import Metric, unit_of
from metrics.wording import worded


def described(metric: Metric, chosen: Mapping[str, timedelta]) -> dict[str, Any]:
    """Return a metric's definition in the shape ``metrics list --json`` prints, told with the lengths chosen."""
    told = worded(metric, chosen)
    wait = chosen.get(metric.window, metric.matures_after or timedelta())
    return {
        "name": metric.name,
        "title": metric.title,
        "definition": told.says,
        "numerator": told.numerator,
        "denominator": told.denominator,
        "date_basis": metric.on.label,
        "unit": unit_of(metric),
        "direction": metric.better,
        "dimensions": list(dimensions_of(metric)),
        "clocks": list(metric.clocks),
        "matures_after_hours": int(wait.total_seconds() // 3600),
        "variant_of": metric.variant_of,
    }
