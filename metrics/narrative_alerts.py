"""Sentences about alerts: what departed from what was expected, where, since when, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from metrics.days import short_day
from metrics.kinds import Count, Metric, Stock
from metrics.narrative import listed, spoken
from metrics.reading import Style

WHERE_READS = {"category": "about {}", "channel": "by {}", "segment": "of segment {}", "team": "of team {}"}
LEAST_HOURS = 1.0
SMALL = 30.0  # a day: of less a decimal says something


def alert_reads(alert: Mapping[str, Any], metric: Metric, style: Style, also: Sequence[str] = ()) -> str:
    """Return a row of ``alert`` as a sentence; ``also`` are what other signals did.

    ``Tickets created about Billing rose on 13 Aug: 83 where 9 were expected; about 21 hours of work more.``
    """
    observed, expected = (_value(alert, name, metric, style) for name in ("observed", "expected"))
    verb = "rose" if alert["direction"] == "up" else "fell"
    were = f"{observed} where {expected} {'were' if isinstance(metric, Count | Stock) else 'was'} expected"
    first = f"{metric.title}{where_reads(alert['dimension'], alert['value'])} {verb} {_when(alert)}: {were}"
    sentences = [f"{first}{_cost(alert, style)}."]
    if also:
        sentences.append(f"With it {listed(also)}.")
    if alert["cause"]:
        planned = f"Planned: {alert['cause']}."
        sentences.append(planned if alert["is_expected"] else f"{alert['cause']} coincides.")
    return " ".join(sentences)


def also_reads(metric: Metric, direction: str, dimension: str = "all", value: str = "") -> str:
    """Return what a signal beside the leading one did: ``reopen rate rose``, of a part where that is another."""
    return f"{spoken(metric)}{where_reads(dimension, value)} {'rose' if direction == 'up' else 'fell'}"


def where_reads(dimension: str, value: str) -> str:
    """Return a part of the desk as it follows a metric; empty for the whole desk."""
    return "" if dimension == "all" else f" {WHERE_READS.get(dimension, dimension + ' {}').format(value)}"


def title_reads(metric: Metric | None, alert: Mapping[str, Any]) -> str:
    """Return what happened in few words: ``Tickets created about Billing rose``."""
    what = metric.title if metric else str(alert["metric"])
    did = "rose" if alert["direction"] == "up" else "fell"
    return f"{what}{where_reads(alert['dimension'], alert['value'])} {did}"


def warning_title(kind: str, value: str) -> str:
    """Return what an early warning is about in few words."""
    about = {
        "sla": "Targets will be missed",
        "backlog": "The backlog grows",
        "debt": "Ticket debt grows",
        "intake": "A rush of tickets",
    }
    return f"{about.get(kind, kind)}{f', {value}' if value else ''}"


def spread_reads(worse: int, people: int) -> str:
    """Return whether one person's work explains it."""
    if people < 2:
        return "One person did this work; it cannot be told whether others would have fared alike."
    if worse >= 0.6 * people:
        return f"It shows with {worse} of {people} people: not one person's doing."
    return f"It shows with {worse} of {people} people."


def breach_reads(late: int, due: int, hours: float, style: Style) -> str:
    """Return how many targets will be missed at the pace of late, and when the first."""
    when = f"the first in {style.number(hours, 1)} h" if hours >= 0.1 else "the first now"
    return f"at the pace of late {style.number(late)} of {style.number(due)} targets due soon are missed, {when}."


def growth_reads(what: str, now: float, before: float, limit: float, hours: float, style: Style) -> str:
    """Return where a stock that grows is heading."""
    grew = f"{what} grew from {style.number(before)} to {style.number(now)} in two weeks"
    if hours <= 0:
        return f"{grew}, beyond all of the quarter before ({style.number(limit)})."
    most = f"the most of the quarter before ({style.number(limit)})"
    return f"{grew}; at that pace it passes {most} in {_days(hours, style)}."


def intake_reads(came: float, limit: float, style: Style) -> str:
    """Return that more came in within an hour than the response protocol allows for."""
    begins = f"the response protocol begins at {style.number(limit)}"
    return f"{style.number(came)} tickets came in within the last full hour; {begins}."


def _value(alert: Mapping[str, Any], name: str, metric: Metric, style: Style) -> str:
    """Return a value over an alert's days: of a count so much a day; what is expected has a decimal if small."""
    is_one_day = alert["began_on"] == alert["last_on"]
    if not isinstance(metric, Count) or (is_one_day and name == "observed"):
        return style.value(metric, alert[name])
    a_day = " a day" if name == "observed" else ""
    return f"{style.number(alert[name], 1 if alert['observed'] < SMALL else 0)}{a_day}"


def _days(hours: float, style: Style) -> str:
    days = max(round(hours / 24), 1)
    return f"{style.number(days)} day{'' if days == 1 else 's'}"


def _when(alert: Mapping[str, Any]) -> str:
    if alert["began_on"] == alert["last_on"]:
        return f"on {short_day(alert['last_on'])}"
    if alert["is_open"]:
        return f"since {short_day(alert['began_on'])}"
    return f"from {short_day(alert['began_on'])} to {short_day(alert['last_on'])}"


def _cost(alert: Mapping[str, Any], style: Style) -> str:
    hours, people = (_known(alert[name]) for name in ("hours", "people"))
    if hours is not None and abs(hours) >= LEAST_HOURS:
        said = style.number(abs(hours))
        return f"; about {said} hour{'' if said == '1' else 's'} of work {'more' if hours > 0 else 'less'}"
    if people is not None and people >= 1:
        return f"; about {style.number(people)} people affected"
    return ""


def _known(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else float(value)
