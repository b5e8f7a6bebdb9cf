"""What there is to tell a reader now: incidents and early warnings, as they stand, with what was said of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from journal import AlertMark, Delivery
from journal.alert_marks import state_of
from metrics import METRICS
from metrics.narrative_alerts import title_reads, warning_title
from metrics.outlook import Outlook
from metrics.outlook_alerts import SEVERITIES, Severity
from metrics.reading import number
from metrics.scope import Scope

WAITING: Final = ("new", "acknowledged", "assigned", "ended")  # a mute and what is expected hold everything back
TOUCHING: Final = timedelta(days=7)  # what is computed again may begin a few days sooner or later
WARNED: Final[dict[str, Severity]] = {"intake": "critical", "sla": "serious", "backlog": "serious", "debt": "slight"}


@dataclass(frozen=True)
class Matter:
    """An incident, or (without a direction) a warning. ``teams`` are the keys it is about, none for the whole desk;
    ``size`` is hours of work or people; ``is_held`` says that somebody muted or expected it."""

    metric: str
    direction: str
    dimension: str
    value: str
    teams: frozenset[str]
    since: date
    until: date
    severity: Severity
    size: float
    is_open: bool
    is_held: bool
    title: str
    says: str

    @property
    def rank(self) -> int:
        """How grave it is: 0 is the gravest."""
        return SEVERITIES.index(self.severity)

    def is_of(self, told: Delivery) -> bool:
        """Tell whether something that was told is about this: the same part, or one of them the whole desk.

        A warning has no days of its own: it lasts for as long as it is computed.
        """
        if (self.metric, self.direction) != (told.metric, told.direction):
            return False
        same = (self.dimension, self.value) == (told.dimension, told.value)
        if not self.direction:
            return same
        near = self.since <= told.until + TOUCHING and told.since <= self.until + TOUCHING
        return near and (same or "all" in (self.dimension, told.dimension))


def matters_of(found: Outlook, scope: Scope, marks: Sequence[AlertMark], today: date) -> list[Matter]:
    """Return what a reader may be told of, the gravest first."""
    incidents = [_incident(row, marks, today) for row in found.read("alert", scope).to_dict("records")]
    warnings = [_warning(row, today) for row in found.read("alert_warning", scope).to_dict("records")]
    return sorted([*warnings, *incidents], key=lambda matter: (not matter.is_open, matter.rank, -matter.size))


def _incident(row: dict[Any, Any], marks: Sequence[AlertMark], today: date) -> Matter:
    since, until = (pd.Timestamp(row[name]).date() for name in ("began_on", "last_on"))
    about = str(row["metric"]), str(row["direction"]), str(row["dimension"]), str(row["value"])
    mark = next((one for one in marks if one.is_about(*about, since, until)), None)
    is_open = bool(row["is_open"])
    return Matter(
        *about,
        teams=_teams(row),
        since=since,
        until=until,
        severity=severity_of(row["severity"]),
        size=abs(number(row["hours"]) or number(row["people"]) or 0.0),
        is_open=is_open,
        is_held=bool(row["is_expected"]) or state_of(mark, is_open, today) not in WAITING,
        title=title_reads(METRICS.get(about[0]), row),
        says=str(row["says"]),
    )


def _warning(row: dict[Any, Any], today: date) -> Matter:
    kind, said = str(row["kind"]), str(row["says"])
    return Matter(
        metric=kind,
        direction="",
        dimension=str(row["dimension"]),
        value=str(row["value"]),
        teams=_teams(row),
        since=today,
        until=today,
        severity=WARNED.get(kind, "serious"),
        size=abs(number(row["observed"]) or 0.0),
        is_open=True,
        is_held=False,
        title=warning_title(kind, str(row["value"])),
        says=f"{said[:1].upper()}{said[1:]}",
    )


def _teams(row: dict[Any, Any]) -> frozenset[str]:
    return frozenset(json.loads(row["team_keys"]))


def severity_of(told: object) -> Severity:
    """Return a severity of a table; one this version does not know counts as serious."""
    return next((one for one in SEVERITIES if one == told), "serious")


def remembered(told: Delivery) -> Matter:
    """Return a matter that was told and is computed no longer: it has ended."""
    is_warning = not told.direction
    title = warning_title(told.metric, told.value) if is_warning else title_reads(METRICS.get(told.metric), vars(told))
    return Matter(
        told.metric, told.direction, told.dimension, told.value, told.teams, told.since, told.until,
        severity_of(told.severity), told.size, is_open=False, is_held=False, title=title,
        says="The newest figures do not show it any more.",
    )  # fmt: skip


def expected(mark: AlertMark) -> Matter:
    """Return what somebody marked as expected: it is computed no longer, and that is no news."""
    return Matter(
        mark.metric, mark.direction, mark.dimension, mark.value, mark.teams, mark.since, mark.until, "slight", 0.0,
        is_open=False, is_held=True, title="", says="",
    )  # fmt: skip
