"""Activities of tickets, which Freshdesk exports by day, the day after, for thirty days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from config.errors import SourceFailed
from etl.sources.freshdesk import records
from etl.sources.freshdesk.asking import API
from etl.sources.live.http import Client, Refused
from etl.sources.live.kinds import Cursor, Page, Reading
from etl.sources.live.rows import Record, fields_of, rows_of

KEPT = timedelta(days=30)
HOSTS = ".amazonaws.com"  # where exports lie, under an address that is its own credential


def day_of(at: datetime) -> date:
    """Return the day of an instant, in UTC."""
    return at.astimezone(UTC).date()


def exported(api: Client, reading: Reading, groups: dict[str, str], cursor: Cursor | None) -> Iterator[Page]:
    """Read the activities of each day since the last run that are still kept; a day is there the day after."""
    today, read = day_of(reading.now), (cursor or {}).get("day")
    day = max(date.fromisoformat(read) + timedelta(days=1) if read else date.min, today - KEPT)
    while day < today:
        try:
            answer = api.get(f"{API}/export/ticket_activities", {"created_at": day.isoformat()})
        except Refused as error:
            if error.status == 403:
                reading.progress("activities: not on this plan")
                return
            if error.status != 404:
                raise
            answer = {}
        files = (answer.get("export") or []) if isinstance(answer, dict) else []
        if files:  # a day may come in several: it was read when all of them were
            told = [_elsewhere(api, reading, str(file["url"])) for file in files]
            met = [{**(file.get("metadata") or {}), "day": day.isoformat()} for file in told]
            activities = [row for file in told for row in file.get("activities_data") or []]
            changes = rows_of(activities, records.activity(reading.source, groups))
            fields = {"exports": fields_of(activities)}
            yield Page({"exports": rows_of(met, _export), "changes": changes}, {"day": day.isoformat()}, fields)
        day += timedelta(days=1)


def _export(told: Record) -> Record:
    return {
        "day": told["day"],
        "starts_at": records.moment(told["start_at"]),
        "ends_at": records.moment(told["end_at"]),
    }


def _elsewhere(api: Client, reading: Reading, url: str) -> Any:
    """Fetch an export from where Freshdesk put it: without our credentials, and nowhere else."""
    there, here = urlsplit(url), urlsplit(api.base)
    at = f"{there.scheme}://{there.netloc}"
    is_storage = there.scheme == "https" and (there.hostname or "").endswith(HOSTS)
    if not is_storage and at != f"{here.scheme}://{here.netloc}":
        raise SourceFailed(f"{api.base}: its export lies at {there.netloc}, another host; not followed")
    return Client(at, {}, reading.progress, networks=reading.source.networks).get(url)
