"""Metrics described for people and programs: what lists, tooltips and docs print."""

from __future__ import annotations

from typing import Any

from metrics.dimensions import dimensions_of
from metrics.kinds import Metric, unit_of


def described(metric: Metric) -> dict[str, Any]:
    """Return a metric's definition in the shape ``metrics list --json`` prints."""
    return {
        "name": metric.name,
        "title": metric.title,
        "definition": metric.says,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "date_basis": metric.on.label,
        "unit": unit_of(metric),
        "direction": metric.better,
        "dimensions": list(dimensions_of(metric)),
        "clocks": list(metric.clocks),
        "matures_after_hours": int(metric.matures_after.total_seconds() // 3600) if metric.matures_after else 0,
        "variant_of": metric.variant_of,
    }
