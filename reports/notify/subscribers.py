"""Who is told of alerts, of which, and when: the table ``[alerts]`` of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, get_args

from config.errors import BadSetting
from config.repeating import span
from config.settings import Settings
from metrics.outlook_alerts import SEVERITIES, Severity
from reports.recipients import ADDRESS

CHANNEL: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
CHANNEL_MARK: Final = "channel:"
DEFAULTS: Final[Mapping[str, Any]] = {
    "least_severity": "serious",
    "mode": "at_once",
    "digest_at": "08:00",
    "quiet": "",
    "quiet_except": "",
    "cool_down": "12h",
}
WHERE: Final = "[alerts]"


@dataclass(frozen=True)
class Subscriber:
    """Somebody who is told: a mail address, or ``channel:NAME``; without ``teams`` they see the whole desk.

    ``quiet`` is from when until when (local time) only severities from ``quiet_except`` on are told, or none.
    """

    name: str
    teams: tuple[str, ...] = ()
    least: Severity = "serious"
    is_digest: bool = False
    digest_at: time = time(8)
    quiet: tuple[time, time] | None = None
    quiet_except: Severity | None = None
    cool_down: timedelta = timedelta(hours=12)

    @property
    def channel(self) -> str:
        """The name of the channel; empty for a mail address."""
        mark, _, name = self.name.partition(CHANNEL_MARK)
        return name if not mark and CHANNEL.fullmatch(name) else ""

    def is_quiet(self, local: datetime) -> bool:
        """Tell whether an instant lies in the quiet hours, which may span midnight."""
        if self.quiet is None:
            return False
        begin, end = self.quiet
        now = local.time()
        return begin <= now < end if begin <= end else now >= begin or now < end


def subscribers(settings: Settings) -> list[Subscriber]:
    """Return who is to be told, as set; none where nobody is. Raises ``BadSetting`` naming what cannot be."""
    told = dict(settings.alerts)
    rows = told.pop("recipients", [])
    _known(told, set(DEFAULTS), WHERE)
    if not isinstance(rows, list):
        raise BadSetting(f"{WHERE}: recipients must be a list of tables, one a recipient")
    found = [_subscriber(row, {**DEFAULTS, **told}, nth) for nth, row in enumerate(rows, start=1)]
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise BadSetting(f"{WHERE}: {twice} stands twice among recipients: what one was told could not be told apart")
    return found


def _subscriber(row: object, defaults: Mapping[str, Any], nth: int) -> Subscriber:
    where = f"{WHERE} recipient number {nth}"
    if not isinstance(row, Mapping):
        raise BadSetting(f"{where} must be a table")
    _known(row, {"to", "channel", "teams", *DEFAULTS}, where)
    if ("to" in row) == ("channel" in row):
        raise BadSetting(f"{where}: either to (a mail address) or channel (a name) is needed")
    to, channel, teams = row.get("to"), row.get("channel"), row.get("teams", [])
    if to is not None and (not isinstance(to, str) or not ADDRESS.fullmatch(to)):
        raise BadSetting(f"{where}: to must be one address such as kim@example.com, not {to!r}")
    if channel is not None and (not isinstance(channel, str) or not CHANNEL.fullmatch(channel)):
        raise BadSetting(f"{where}: channel must be a name of a-z, 0-9, - and _, not {channel!r}")
    if not isinstance(teams, list) or not all(isinstance(team, str) for team in teams):
        raise BadSetting(f"{where}: teams must be a list of names, not {teams!r}")
    chosen = {name: row.get(name, default) for name, default in defaults.items()}
    return Subscriber(
        name=to if to is not None else f"{CHANNEL_MARK}{channel}",
        teams=tuple(teams),
        least=_severity(chosen["least_severity"], "least_severity", where),
        is_digest=_mode(chosen["mode"], where),
        digest_at=_clock(chosen["digest_at"], "digest_at", where),
        quiet=_hours(chosen["quiet"], where),
        quiet_except=_severity(chosen["quiet_except"], "quiet_except", where) if chosen["quiet_except"] else None,
        cool_down=_span(chosen["cool_down"], where),
    )


def _known(told: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(told) - known):
        raise BadSetting(f"{where}: unknown {unknown[0]!r}; known are {', '.join(sorted(known))}")


def _severity(told: object, name: str, where: str) -> Severity:
    found: Severity | None = next((one for one in get_args(Severity) if one == told), None)
    if found is None:
        raise BadSetting(f"{where}: {name} must be one of {', '.join(SEVERITIES)}, not {told!r}")
    return found


def _mode(told: object, where: str) -> bool:
    if told not in ("at_once", "digest"):
        raise BadSetting(f"{where}: mode must be at_once or digest, not {told!r}")
    return told == "digest"


def _clock(told: object, name: str, where: str) -> time:
    try:
        if isinstance(told, str) and re.fullmatch(r"\d\d:\d\d", told):
            return time.fromisoformat(told)
    except ValueError:
        pass
    raise BadSetting(f"{where}: {name} must be a time of day such as 08:00, not {told!r}")


def _hours(told: object, where: str) -> tuple[time, time] | None:
    if told == "":
        return None
    begin, dash, end = str(told).partition("-")
    if not isinstance(told, str) or not dash:
        raise BadSetting(f"{where}: quiet must be hours such as 20:00-07:00, not {told!r}")
    return _clock(begin.strip(), "quiet", where), _clock(end.strip(), "quiet", where)


def _span(told: object, where: str) -> timedelta:
    try:
        return timedelta(seconds=span(str(told)))
    except BadSetting:
        raise BadSetting(f"{where}: cool_down must be a time such as 30m or 12h, not {told!r}") from None
