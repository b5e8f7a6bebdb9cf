"""Whether everything a run needs of Freshdesk is there and permitted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from etl.sources.freshdesk.asking import API, client
from etl.sources.freshdesk.exports import day_of
from etl.sources.live.http import Refused
from etl.sources.live.kinds import Finding, Reading


def check(reading: Reading) -> Iterator[Finding]:
    """Try the credentials, each endpoint once, and the configured field."""
    api, field = client(reading), reading.source.option("category_field")
    me = api.get(f"{API}/agents/me")
    yield Finding("credentials", True, str(me["contact"]["name"]))
    for what, path in (("tickets", "tickets"), ("agents", "agents"), ("groups", "groups"), ("contacts", "contacts")):
        try:
            api.get(f"{API}/{path}", {"per_page": 1})
        except Refused as error:
            yield Finding(what, False, str(error))
        else:
            yield Finding(what, True, "readable")
    try:
        api.get(f"{API}/export/ticket_activities", {"created_at": day_of(reading.now) - timedelta(days=1)})
        yield Finding("activities", True, "readable: the history of the last thirty days is told in full")
    except Refused:
        yield Finding(
            "activities", True, "not on this plan: history comes from tickets' own instants and versions seen"
        )
    if field:
        names = [told["name"] for told in api.get(f"{API}/ticket_fields")]
        yield Finding("category_field", field in names, field if field in names else f"there is no {field!r}")
