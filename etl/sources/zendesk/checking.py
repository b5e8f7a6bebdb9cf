"""Whether everything a run needs of Zendesk is there and permitted."""

from __future__ import annotations

from collections.abc import Iterator

from etl.sources.live.http import Refused
from etl.sources.live.kinds import Finding, Reading
from etl.sources.zendesk.streams import client

_ENDPOINTS = (
    ("ticket export", "/api/v2/incremental/tickets/cursor.json", True),
    ("ticket events", "/api/v2/incremental/ticket_events.json", True),
    ("users", "/api/v2/incremental/users/cursor.json", True),
    ("groups", "/api/v2/groups.json", False),
    ("service targets", "/api/v2/incremental/ticket_metric_events.json", True),
    ("ratings", "/api/v2/satisfaction_ratings.json", False),
)


def check(reading: Reading) -> Iterator[Finding]:
    """Try the credentials, each endpoint once, and the configured field."""
    api, field = client(reading), reading.source.option("category_field")
    lately = int(reading.now.timestamp()) - 300
    me = (api.get("/api/v2/users/me.json") or {}).get("user") or {}
    role = me.get("role", "nobody")
    says = "an administrator" if role == "admin" else f"the exports are for administrators, this user is {role}"
    yield Finding("credentials", role == "admin", says)
    for what, path, is_export in _ENDPOINTS:
        try:
            api.get(path, {"start_time": lately} if is_export else {"page[size]": 1})
        except Refused as error:
            yield Finding(what, False, str(error))
        else:
            yield Finding(what, True, "readable")
    try:
        api.get("/api/v2/business_hours/schedules.json")
        yield Finding("schedules", True, "readable")
    except Refused:
        yield Finding("schedules", True, "not on this plan: business hours come from config/calendars.toml")
    if field:
        try:
            title = (api.get(f"/api/v2/ticket_fields/{field}.json") or {}).get("ticket_field", {}).get("title")
            yield Finding("category_field", True, f"{title}")
        except Refused:
            yield Finding("category_field", False, f"there is no ticket field {field}")
    else:
        yield Finding("category_field", True, "not set: tickets have no category")
