"""How Freshdesk is asked: its listings have numbered pages, which shift when something changes while they are read."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused, client_of
from etl.sources.live.kinds import Reading
from etl.sources.live.rows import Record

API = "/api/v2"
PAGE_ROWS = 100
USUAL_ROWS = 30  # what Freshdesk gives where it does not give as many as asked for
NOT_ON_PLAN = (403, 404)


def client(reading: Reading) -> Client:
    """Return the client of a source, with its credentials."""
    basic = base64.b64encode(f"{reading.source.secrets['token']}:X".encode()).decode()
    return client_of(reading, {"Authorization": f"Basic {basic}"})


def pages(api: Client, path: str, more: Mapping[str, Any] | None = None) -> Iterator[list[Record]]:
    """Page a listing by number to its end; of tickets alone Freshdesk limits how many pages there are."""
    before: list[Record] = []
    for page in count(1):
        try:
            answer = api.get(f"{API}/{path}", {**(more or {}), "per_page": PAGE_ROWS, "page": page})
        except Refused as error:
            if error.status != 400 or page == 1:
                raise
            says = f"no more than {page - 1:,} pages are given, and there are more; what comes after them is missing"
            raise SourceFailed(f"{api.base} {path}: {says}; nothing is published") from error
        if not isinstance(answer, list):
            raise SourceFailed(f"{path}: the answer is no list")
        if answer and answer == before:
            raise SourceFailed(f"{path}: page {page:,} is the one before again; it does not move on")
        yield answer
        if len(answer) < min(PAGE_ROWS, USUAL_ROWS):
            return
        before = answer
