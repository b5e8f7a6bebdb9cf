"""Whether everything a run needs of Jira is there and permitted."""

from __future__ import annotations

from collections.abc import Iterator

from etl.sources.jira.asking import API, DESK, NEEDED, assignable, client, projects, query, search
from etl.sources.live.http import Refused
from etl.sources.live.kinds import Finding, Reading


def check(reading: Reading) -> Iterator[Finding]:
    """Try the token, and whether it may see projects, agents, issues and their targets."""
    api, field = client(reading), reading.source.option("category_field")
    yield Finding("credentials", True, str(api.get(f"{API}/myself")["displayName"]))
    keys = [*projects(api, reading).values()]
    lost = [key for key in reading.source.option("projects", []) if key not in keys]
    says = f"{', '.join(lost)} cannot be seen; {NEEDED}" if lost else ", ".join(keys)
    yield Finding("projects", bool(keys) and not lost, says or f"no service project can be seen; {NEEDED}")
    if not keys:
        return
    agents = sum(len(told) for told in assignable(api, keys))
    yield Finding("agents", bool(agents), f"{agents} can be assigned" if agents else "none can be seen: browse users")
    found = next(search(api, query(keys), ["id"], 1))
    yield Finding("issues", bool(found), "readable" if found else "none can be seen")
    try:
        if found:
            api.get(f"{DESK}/request/{found[0]['id']}/sla")
        yield Finding("targets", True, "readable")
    except Refused as error:
        yield Finding("targets", error.status == 404, "for agents only" if error.status != 404 else "no request yet")
    if field:
        names = {told["id"]: told["name"] for told in api.get(f"{API}/field")}
        yield Finding("category_field", field in names, str(names.get(field, f"there is no {field}")))
