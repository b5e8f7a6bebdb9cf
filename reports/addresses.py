"""Where a digest leads: pages its reader may open, at the same week and teams."""

from __future__ import annotations

from datetime import date
from typing import Final
from urllib.parse import urlencode

from config.settings import Settings
from metrics.reading import day_reads
from reports.recipients import Recipient, Role
from ui.names import page_path

REVIEW: Final[dict[Role, str]] = {"executive": "Headline", "manager": "Weekly review", "analyst": "Headline"}
ALERTS, STAFFING = "Alerts", "Forecast & staffing"


def review(settings: Settings, recipient: Recipient, week: date) -> str:
    """Return the address of the week's figures; empty without ``dashboard_url``."""
    title = REVIEW[recipient.role]
    by = [("headline_by", "Week")] if title == "Headline" else []
    teams = [("team", team) for team in recipient.teams]
    return _address(settings, title, [*by, ("week", day_reads(week)), *teams])


def alerts(settings: Settings, _: Recipient) -> str:
    """Return the address of open alerts: the page shows those of the reader's teams, and no others."""
    return _address(settings, ALERTS, [])


def staffing(settings: Settings, recipient: Recipient) -> str:
    """Return the address of the people needed: of the reader's team where they have one, else to choose from."""
    if len(recipient.teams) != 1:
        return _address(settings, STAFFING, [])
    [team] = recipient.teams
    return _address(settings, STAFFING, [("forecast_by", "Team"), ("forecast_team", team), ("staff_team", team)])


def _address(settings: Settings, title: str, asked: list[tuple[str, str]]) -> str:
    if not settings.dashboard_url:
        return ""
    return f"{settings.dashboard_url.rstrip('/')}/{page_path(title)}{f'?{urlencode(asked)}' if asked else ''}"
