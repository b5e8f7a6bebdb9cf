"""Business hours: which seconds count, on whose schedule. Written down as plain spells, added up one by one."""

from __future__ import annotations

import bisect
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from config.settings import ROOT
from tests.oracle.records import Desk, Row

NO_SCHEDULE = ""


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the naive UTC instant of a naive local time."""
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the naive local time of a naive UTC instant."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True)
class Hours:
    """Opening spells of one schedule in UTC, ascending and apart from each other."""

    begins: list[datetime]
    ends: list[datetime]

    @cached_property
    def seconds_before(self) -> list[float]:
        total, sums = 0.0, []
        for begin, end in zip(self.begins, self.ends, strict=True):
            sums.append(total)
            total += (end - begin).total_seconds()
        return sums

    def clock(self, at: datetime) -> float:
        """Return how many business seconds have passed at an instant, since the first spell."""
        index = bisect.bisect_right(self.begins, at) - 1
        if index < 0:
            return 0.0
        return self.seconds_before[index] + (min(at, self.ends[index]) - self.begins[index]).total_seconds()

    def seconds(self, since: datetime, until: datetime) -> float:
        """Return the business seconds between two instants."""
        return self.clock(until) - self.clock(since) if until > since else 0.0

    def after(self, since: datetime, seconds: float) -> datetime | None:
        """Return the first instant at which so many business seconds have passed since ``since``."""
        if seconds <= 0:
            return since
        goal = self.clock(since) + seconds
        index = bisect.bisect_left(self.seconds_before, goal) - 1
        at = self.begins[index] + timedelta(seconds=goal - self.seconds_before[index])
        return at if at <= self.ends[index] else None

    def is_open(self, at: datetime) -> bool:
        """Say whether an instant is within a spell: its first second is, its end is not."""
        index = bisect.bisect_right(self.begins, at) - 1
        return index >= 0 and at < self.ends[index]


class Calendar:
    """Every schedule of a desk, by schedule and by team."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        told = tomllib.loads((ROOT / "config" / "calendars.toml").read_text(encoding="utf-8"))["default"]
        self.default_zone = ZoneInfo(told["time_zone"])
        default = [
            {"time_zone": told["time_zone"], "weekday": day, "opens": told["opens"], "closes": told["closes"]}
            for day in told["weekdays"]
        ]
        self._rows: dict[str, list[Row]] = {NO_SCHEDULE: default}
        for row in desk.rows("schedules"):
            self._rows.setdefault(row["schedule_id"], []).append(row)
        self._first = min([row["created_at"] for row in desk.rows("tickets")] or [desk.as_of]).date() - timedelta(
            days=400
        )
        self._last = desk.as_of.date() + timedelta(days=400)
        self._made: dict[str, Hours] = {}

    def zone_of_schedule(self, schedule: str | None) -> ZoneInfo:
        rows = self._rows.get(schedule or NO_SCHEDULE) or self._rows[NO_SCHEDULE]
        return ZoneInfo(rows[0]["time_zone"])

    def schedule_of(self, team: str | None) -> str:
        """Return the schedule a team keeps, or the name of the default one."""
        schedule = self._desk.teams.get(team or "", {}).get("schedule_id")
        return schedule if schedule in self._rows else NO_SCHEDULE

    def zone_of(self, team: str | None) -> ZoneInfo:
        """Return the zone of a team's day: that of its schedule."""
        return self.zone_of_schedule(self.schedule_of(team))

    def hours_of(self, team: str | None) -> Hours:
        return self.hours(self.schedule_of(team))

    def hours(self, schedule: str) -> Hours:
        """Return a schedule's spells from a year before the first ticket to a year after the end."""
        if schedule not in self._made:
            self._made[schedule] = self._spells(schedule)
        return self._made[schedule]

    def _spells(self, schedule: str) -> Hours:
        closed = self._holidays(schedule)
        spells = []
        for number in range((self._last - self._first).days):
            day = self._first + timedelta(days=number)
            spells += [_spell(row, day) for row in self._rows[schedule] if day not in closed and _applies(row, day)]
        spells = sorted(spell for spell in spells if spell[0] < spell[1])
        return Hours([begin for begin, _ in spells], [end for _, end in spells])

    def _holidays(self, schedule: str) -> set[date]:
        days = set()
        for row in self._desk.rows("calendar_events"):
            if row["kind"] == "holiday" and row.get("schedule_id") in (None, schedule):
                length = ((row.get("ends_on") or row["starts_on"]) - row["starts_on"]).days
                days |= {row["starts_on"] + timedelta(days=n) for n in range(length + 1)}
        return days


def _applies(row: Row, day: date) -> bool:
    starts, ends = row.get("valid_from") or date.min, row.get("valid_to") or date.max
    return row["weekday"] == day.isoweekday() and starts <= day <= ends


def _spell(row: Row, day: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(row["time_zone"])
    midnight = datetime.combine(day, time())
    ends = [
        midnight + timedelta(days=1) if text == "24:00" else datetime.combine(day, time.fromisoformat(text))
        for text in (row["opens"], row["closes"])
    ]
    return to_utc(ends[0], zone), to_utc(ends[1], zone)
