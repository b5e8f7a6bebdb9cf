"""The tickets behind an incident, and whether it is one person's doing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from forecasting.alerts.asking import ALL, EVERYTHING
from forecasting.alerts.incidents import Incident
from forecasting.alerts.signal import Signal
from forecasting.alerts.watched import DOWN, UP
from forecasting.volume.series import day_of
from metrics import Question, ask, metric_named
from metrics.dimensions import dimensions_of
from metrics.narrative_alerts import spread_reads
from metrics.published import Build
from metrics.rows import rows

SAMPLE: Final = 5
LOOKED_AT: Final = 400
LEAST_ROWS: Final = 5  # of a person, to be counted


def ticket_rows(incident: Incident, build: Build) -> Iterator[dict[str, Any]]:
    """Return sample tickets: the newest that hit or missed as the incident tells, the longest of a duration."""
    lead = incident.lead
    metric = metric_named(lead.family.metric)
    if not metric.on.has_ticket or metric.on.reads != "event":
        return
    found = rows(_question(lead), EVERYTHING, build, limit=LOOKED_AT)
    if lead.family.kind == "rate":
        found = found[found["amount"].fillna(0) == (1 if lead.sign == UP else 0)]
    elif lead.family.kind == "duration":
        found = found.sort_values("amount", ascending=lead.sign == DOWN, kind="stable")
    found = found.drop_duplicates("ticket_id")
    for rank, row in enumerate(found.head(SAMPLE).to_dict("records")):
        yield {
            "kind": "ticket",
            "rank": rank,
            "metric": metric.name,
            "value": str(row["ticket_id"]),
            "day": pd.Timestamp(row["at"]).date(),
            "link": row["url"] if isinstance(row["url"], str) else "",
            "says": row["subject"] if isinstance(row["subject"], str) else "",
        }


def spread_row(incident: Incident, build: Build) -> Iterator[dict[str, Any]]:
    """Return with how many people a rate or duration went the same way; nobody is named."""
    lead = incident.lead
    metric = metric_named(lead.family.metric)
    if lead.family.kind == "count" or "agent" not in dimensions_of(metric):
        return
    question = _question(lead)
    asked = Question(question.metrics, by=("agent",), since=question.since, until=question.until, where=question.where)
    told = ask(asked, EVERYTHING, build).dropna(subset=["value", "agent"])
    told = told[told["denominator"] >= LEAST_ROWS]
    usual = _usual(lead, build)
    if usual is None or told.empty:
        return
    same = int((lead.sign * (told["value"].astype(float) - usual) > 0).sum())
    yield {"kind": "spread", "rank": 0, "metric": metric.name, "says": spread_reads(same, len(told))}


def _usual(lead: Signal, build: Build) -> float | None:
    """Return the part's value over as many weeks before it began, in the metric's own terms."""
    now = _question(lead)
    before = now.shifted(pd.Timedelta(days=max((lead.last - lead.since) // 7 + 1, 8) * 7).to_pytimedelta())
    told = ask(before, EVERYTHING, build)["value"].dropna()
    return None if told.empty else float(told.iloc[0])


def _question(lead: Signal) -> Question:
    begin = lead.judged.panel.first + lead.span.start
    where = () if lead.part.dimension == ALL else ((lead.part.dimension, (lead.part.value,)),)
    return Question((lead.family.metric,), since=day_of(begin), until=day_of(lead.last), where=where)
