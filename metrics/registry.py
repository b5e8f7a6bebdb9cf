"""Every metric there is, by name."""

from difflib import get_close_matches

from config.errors import DeskpulseError
from config.targets import Aimed
from metrics import (
    aht,
    automation,
    backlog,
    balance,
    contacts,
    cost,
    customers,
    deflection,
    effort,
    fcr,
    load,
    reopen,
    routing,
    satisfaction,
    sla,
    speed,
    topics,
    vendors,
    volume,
    waits,
    working_time,
    workload,
)
from metrics.kinds import Metric, bounds_of

FAMILIES = (
    volume,
    backlog,
    workload,
    speed,
    waits,
    fcr,
    reopen,
    aht,
    satisfaction,
    deflection,
    sla,
    contacts,
    effort,
    automation,
    working_time,
    balance,
    load,
    cost,
    routing,
    customers,
    topics,
    vendors,
)
METRICS: dict[str, Metric] = {metric.name: metric for family in FAMILIES for metric in family.METRICS}
AIMED = {name: Aimed(metric.better, *bounds_of(metric)) for name, metric in METRICS.items()}  # what targets must know

HEADLINE = ("fcr", "aht", "deflection_rate", "reopen_rate_worked", "csat", "backlog_waiting_on_us")


class UnknownMetric(DeskpulseError):
    """There is no metric of that name."""


def metric_named(name: str) -> Metric:
    """Return the metric called ``name``; raises ``UnknownMetric`` suggesting the nearest."""
    if name not in METRICS:
        near = get_close_matches(name, METRICS, n=1)
        hint = f"did you mean {near[0]}?" if near else "see: python -m metrics list"
        raise UnknownMetric(f"no metric is called {name!r}; {hint}")
    return METRICS[name]
