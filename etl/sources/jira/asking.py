"""How Jira is asked: its listings, its search, and which of its projects can be seen."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused, client_of
from etl.sources.live.kinds import Reading
from etl.sources.live.rows import Record, listed

PAGE_ROWS = 100
LIST_ROWS = 5000  # where only numbers are asked for
API, DESK = "/rest/api/3", "/rest/servicedeskapi"
NEEDED = "the account of the token must be an agent there, and may browse the project"


def client(reading: Reading) -> Client:
    """Return the client of a source, with its credentials."""
    source = reading.source
    basic = base64.b64encode(f"{source.option('user')}:{source.secrets['token']}".encode()).decode()
    return client_of(reading, {"Authorization": f"Basic {basic}"})


def paged(api: Client, path: str, name: str, more: Mapping[str, Any] | None = None) -> Iterator[list[Record]]:
    """Page a listing by offset; the service desk's API has other words for it than the platform's."""
    begin, last, size = (
        ("start", "isLastPage", "limit") if path.startswith(DESK) else ("startAt", "isLast", "maxResults")
    )
    at = 0
    while True:
        answer = api.get(path, {**(more or {}), begin: at, size: PAGE_ROWS})
        told = listed(answer, name, path)
        yield told
        at += len(told)
        if not told or answer.get(last) or ("total" in answer and at >= answer["total"]):
            return


def projects(api: Client, reading: Reading) -> dict[str, str]:
    """Return the keys of the service projects to read that can be seen, by number."""
    chosen = reading.source.option("projects")
    desks = [row for told in paged(api, f"{DESK}/servicedesk", "values") for row in told]
    keys = {str(desk["projectId"]): str(desk["projectKey"]) for desk in desks}
    return {number: key for number, key in keys.items() if not chosen or key in chosen}


def assignable(api: Client, keys: list[str]) -> Iterator[list[Record]]:
    """Page agents: Jira takes a range of users and leaves some out, so that two empty ones in a row are the end."""
    at, empty = 0, 0
    while empty < 2:
        asked = {"projectKeys": ",".join(keys), "startAt": at, "maxResults": PAGE_ROWS}
        told = api.get(f"{API}/user/assignable/multiProjectSearch", asked)
        if not isinstance(told, list):
            raise SourceFailed("assignable users: the answer is no list")
        yield told
        at, empty = at + PAGE_ROWS, 0 if told else empty + 1


def query(keys: list[str], which: str | None = None) -> str:
    """Return JQL for the issues of projects, or ``which`` of them, in order of time."""
    named = ", ".join('"' + key.replace('"', "") + '"' for key in keys)
    return f"project in ({named}){f' AND {which}' if which else ''} ORDER BY updated ASC, key ASC"


def search(api: Client, jql: str, fields: list[str], rows: int) -> Iterator[list[Record]]:
    """Page what a search finds; raises ``SourceFailed`` where a project may not be browsed."""
    path, token, visited = f"{API}/search/jql", None, set()
    while True:
        asked = {"jql": jql, "fields": fields, "maxResults": rows, **({"nextPageToken": token} if token else {})}
        try:
            answer = api.post(path, asked)
        except Refused as error:
            if error.status == 400:  # a project that may not be browsed does not exist for a search
                raise SourceFailed(f"{error}; can all its projects be browsed? {jql.partition(')')[0]})") from error
            raise
        yield listed(answer, "issues", path)
        token = answer.get("nextPageToken")
        if not token or answer.get("isLast"):
            return
        if token in visited:
            raise SourceFailed(f"{path}: its next page is one it gave before; it does not move on")
        visited.add(token)
