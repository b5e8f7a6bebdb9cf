"""Incidents as rows of the tables ``alert``, ``alert_evidence`` and ``alert_band``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from forecasting.alerts.impact import Impact
from forecasting.alerts.incidents import Incident
from forecasting.alerts.signal import Signal
from forecasting.alerts.watched import UP
from forecasting.volume.series import day_of
from metrics import metric_named
from metrics.narrative_alerts import alert_reads, also_reads
from metrics.reading import Style

PARTS_TOLD: Final = 5
LEAST_SHARE: Final = 0.1
BAND_BEFORE: Final = 28
BAND_AFTER: Final = 7
Row = dict[str, Any]


def identity(signal: Signal) -> str:
    """Return the number of an incident: the same as long as it is told of the same part and first day."""
    about = (signal.family.metric, _way(signal), signal.part.dimension, signal.part.value, str(day_of(signal.raised)))
    return hashlib.sha256("|".join(about).encode()).hexdigest()[:12]


def alert_row(
    incident: Incident, impact: Impact, cause: str, wait_days: int, style: Style, is_expected: bool = False
) -> Row:
    """Return the row of an incident; ``cause`` is what coincides, or the planned event where it ``is_expected``."""
    lead = incident.lead
    metric = metric_named(lead.family.metric)
    observed, expected = _measured(lead)
    strongest = lead.span.start + int(np.argmax(lead.judged.seen.score[lead.row, lead.span]))
    low, high = (_in_unit(lead, getattr(lead.judged.seen, name)[lead.row, strongest]) for name in ("low", "high"))
    row: Row = {
        "incident_id": identity(lead),
        "team_keys": lead.part.team_keys,
        "metric": metric.name,
        "direction": _way(lead),
        "is_worse": lead.is_worse,
        "dimension": lead.part.dimension,
        "value": lead.part.value,
        "began_on": day_of(lead.judged.panel.first + lead.span.start),
        "raised_on": day_of(lead.raised),
        "known_on": day_of(lead.raised + wait_days + 1),
        "last_on": day_of(lead.last),
        "is_open": lead.last > lead.judged.panel.last - lead.family.merged_days,
        "severity": impact.severity,
        "hours": impact.hours,
        "people": impact.people,
        "observed": observed,
        "expected": expected,
        "low": low,
        "high": high,
        "score": max(signal.score for signal in incident.signals),
        "cause": cause,
        "is_expected": is_expected,
    }
    also = dict.fromkeys(_also(signal, lead) for signal in incident.others if not signal.is_return_of(lead))
    also.pop(also_reads(metric, _way(lead)), None)
    return {**row, "says": alert_reads(row, metric, style, list(also))}


def _also(signal: Signal, lead: Signal) -> str:
    """Return what a signal beside the leading one did; the same of another part names the part."""
    metric = metric_named(signal.family.metric)
    part = (signal.part.dimension, signal.part.value) if signal.is_beside(lead) else ("all", "")
    return also_reads(metric, _way(signal), *part)


def signal_rows(incident: Incident) -> Iterator[Row]:
    """Return what each metric did, the leading one first."""
    for rank, signal in enumerate(incident.signals):
        observed, expected = _measured(signal)
        metric = metric_named(signal.family.metric)
        yield {
            "kind": "signal",
            "rank": rank,
            "metric": metric.name,
            "dimension": signal.part.dimension,
            "value": signal.part.value,
            "day": day_of(signal.raised),
            "observed": observed,
            "expected": expected,
            "share": signal.share(signal.row),
            "says": also_reads(metric, _way(signal)),
        }


def part_rows(incident: Incident) -> Iterator[Row]:
    """Return the parts that make up most of the leading metric's excess: the one it is told of, then the largest."""
    lead, parts = incident.lead, incident.lead.judged.panel.parts
    shares = {row: lead.share(row) for row in range(1, len(parts))}
    concerned = (row for row in shares if row == lead.row or shares[row] >= LEAST_SHARE)
    told = sorted(concerned, key=lambda row: (row != lead.row, -shares[row]))
    for rank, row in enumerate(told[:PARTS_TOLD]):
        observed, expected = _measured(lead, row)
        yield {
            "kind": "part",
            "rank": rank,
            "metric": lead.family.metric,
            "dimension": parts[row].dimension,
            "value": parts[row].value,
            "observed": observed,
            "expected": expected,
            "share": shares[row],
        }


def band_rows(incident: Incident) -> Iterator[Row]:
    """Return the days around an incident, with what was expected of each."""
    lead = incident.lead
    seen, panel = lead.judged.seen, lead.judged.panel
    begin = max(lead.span.start - BAND_BEFORE, 0)
    for at in range(begin, min(lead.span.stop + BAND_AFTER, panel.total.shape[1])):
        values = {n: _in_unit(lead, getattr(seen, n)[lead.row, at]) for n in ("value", "expected", "low", "high")}
        yield {
            "incident_id": identity(lead),
            "team_keys": lead.part.team_keys,
            "day": day_of(panel.first + at),
            "observed": values.pop("value"),
            **values,
            "is_alert": bool(lead.judged.alerts[lead.row, at] == lead.sign),
        }


def _way(signal: Signal) -> str:
    return "up" if signal.sign == UP else "down"


def _measured(signal: Signal, row: int | None = None) -> tuple[float, float]:
    """Return observed and expected over a signal's days: a day's count, a pooled rate, or seconds."""
    at = signal.row if row is None else row
    seen, rows = signal.judged.seen, signal.judged.panel.rows[at, signal.span]
    value, expected = seen.value[at, signal.span], seen.expected[at, signal.span]
    known = np.isfinite(value) & np.isfinite(expected) & (rows > 0)
    if not known.any():
        return float("nan"), float("nan")
    weight = rows[known]
    observed, usual = (float(np.average(told[known], weights=weight)) for told in (value, expected))
    return _in_unit(signal, observed), _in_unit(signal, usual)


def _in_unit(signal: Signal, value: float) -> float:
    """Return a value in its metric's unit: durations are watched as logarithms."""
    return float(np.exp(value)) if signal.family.kind == "duration" else float(value)
