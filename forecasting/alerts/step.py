"""The step ``alerts``: every watched metric and part of the desk judged, told as incidents with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from config.settings import Settings
from forecasting.alerts.asking import Panel, last_day, panel_of
from forecasting.alerts.behind import spread_row, ticket_rows
from forecasting.alerts.early import warnings_of
from forecasting.alerts.families import FAMILIES
from forecasting.alerts.foreseen import foreseen
from forecasting.alerts.grouping import signals_of
from forecasting.alerts.impact import Desk, desk_of, impact_of
from forecasting.alerts.incidents import Incident, incidents_of
from forecasting.alerts.judging import AT_LIMIT, JUDGED_DAYS, Judged, believed, judged
from forecasting.alerts.known import cause_of, known_of
from forecasting.alerts.rows import alert_row, band_rows, identity, part_rows, signal_rows
from forecasting.alerts.watched import NORMAL_95
from forecasting.volume.series import number_of
from metrics.outlook_alerts import ALERT, ALERT_BAND, ALERT_EVIDENCE, ALERT_RULE, ALERT_WARNING
from metrics.published import Build
from metrics.reading import style_of

RECENT_DAYS: Final = 91  # incidents this young are shown with their tickets and days
MONTH_DAYS: Final = 365 / 12


def compute(build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return the step's five tables for the published build."""
    known = known_of(build, settings)
    panels = [panel for family in FAMILIES if (panel := panel_of(family, build)) is not None]
    told = believed([judged(panel, known.calendar, known.events, known.expected) for panel in panels])
    style = style_of(settings.locale, settings.currency)
    desk = desk_of(build) if panels else Desk(0.0, {})
    incidents = [(one, cause_of(one, known), False) for one in found(told)]
    incidents += [(one, title, True) for one, title in foreseen(told, known.events)]
    kept = [(*one, impact) for one in incidents if (impact := impact_of(one[0], desk)).matters]
    alerts, evidence, bands = [], [], []
    newest = number_of(build.local_as_of.date())
    for incident, cause, is_expected, impact in kept:
        wait = newest - 1 - last_day(incident.lead.family, build)
        row = alert_row(incident, impact, cause, wait, style, is_expected)
        alerts.append(row)
        is_recent = incident.last > newest - RECENT_DAYS
        evidence += _evidence(incident, build, "" if is_expected else cause, is_recent)
        if is_recent:
            bands += list(band_rows(incident))
    return {
        ALERT.name: ALERT.frame(alerts),
        ALERT_EVIDENCE.name: ALERT_EVIDENCE.frame(evidence),
        ALERT_BAND.name: ALERT_BAND.frame(bands),
        ALERT_RULE.name: ALERT_RULE.frame([_rule(one, alerts) for one in told]),
        ALERT_WARNING.name: ALERT_WARNING.frame(warnings_of(build, settings, style) if panels else []),
    }


def found(told: Sequence[Judged]) -> list[Incident]:
    """Return the incidents of everything judged, oldest first."""
    return incidents_of([signal for one in told for signal in signals_of(one)])


def _evidence(incident: Incident, build: Build, cause: str, is_recent: bool) -> list[dict[str, Any]]:
    rows = [*signal_rows(incident), *part_rows(incident)]
    if cause:
        rows.append({"kind": "cause", "rank": 0, "metric": incident.lead.family.metric, "says": cause})
    if is_recent:
        rows += [*spread_row(incident, build), *ticket_rows(incident, build)]
    about = {"incident_id": identity(incident.lead), "team_keys": incident.lead.part.team_keys}
    blank = dict.fromkeys(ALERT_EVIDENCE.names)
    texts = {"dimension": "", "value": "", "link": "", "says": ""}
    return [{**blank, **texts, **about, **row} for row in rows]


def _rule(one: Judged, alerts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    panel: Panel = one.panel
    days = min(JUDGED_DAYS, panel.total.shape[1])
    led = [row for row in alerts if row["metric"] == panel.family.metric and not row["is_expected"]]
    unexplained = sum(not row["cause"] for row in led)
    return {
        "metric": panel.family.metric,
        "team_keys": "[]",
        "series": len(panel.parts),
        "days": days,
        "incidents": len(led),
        "explained": len(led) - unexplained,
        "a_month": unexplained / (days / MONTH_DAYS),
        "detectable": _detectable(one),
    }


def _detectable(one: Judged) -> float | None:
    """Return the change of a single day of the whole desk that would just alert, as a share of what is expected."""
    newest = slice(-28, None)
    width = one.seen.high[0, newest] - one.seen.expected[0, newest]
    if one.panel.family.kind == "duration":
        share = np.expm1(width * AT_LIMIT / NORMAL_95)
    else:
        share = width * AT_LIMIT / NORMAL_95 / one.seen.expected[0, newest]
    known = share[np.isfinite(share)]
    return float(np.median(known)) if len(known) else None
