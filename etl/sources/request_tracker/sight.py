"""Tickets that rights hide look as if nothing happened to them: of each queue one that was shown is asked for again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused
from etl.sources.live.kinds import Fault, Reading
from etl.sources.request_tracker.people import ROOM

AT_ONCE = 100  # tickets of one search
HIDDEN = 403  # one that is gone is answered with 404


def must_still_be_shown(api: Client, reading: Reading, queues: Mapping[str, str], shown: Mapping[str, str]) -> None:
    """Raise ``SourceFailed`` where a queue shows no ticket any more and hides the one it showed last.

    ``queues`` are names and ``shown`` tickets, by the queue's number. One that was moved, merged or deleted is no sign.
    """
    numbers, there = sorted(shown.values(), key=int), set[tuple[str, str]]()
    for first in range(0, len(numbers), AT_ONCE):
        query = " OR ".join(f"id = {number}" for number in numbers[first : first + AT_ONCE])
        there |= {(str(ticket["Queue"]["id"]), str(ticket["id"])) for ticket in _search(api, query, AT_ONCE)}
    lost = [
        queues.get(queue, queue)
        for queue, number in shown.items()
        if (queue, number) not in there and not _search(api, f"Queue = {queue}", 1) and _is_hidden(api, number)
    ]
    if lost:
        source = reading.source.name
        raise SourceFailed(
            f"{source}: no ticket of the queue {', '.join(lost)} can be seen any more; grant ShowTicket and "
            "ShowTicketComments on it; what was read before is kept. If all of them were moved where the token may not "
            f"look: python -m etl run --full-refresh --source {source}"
        )


def newest_shown(rows: Sequence[Mapping[str, Any] | Fault]) -> dict[str, str]:
    """Return of rows of tickets the last that is there of each queue, by the queue's number."""
    told = [row for row in rows if isinstance(row, Mapping) and row["status"] != "deleted"]
    return {str(row["queue_id"]): str(row["ticket_id"]) for row in told}


def _search(api: Client, query: str, most: int) -> list[Mapping[str, Any]]:
    asked = {"query": query, "fields": "Queue", "per_page": most}
    found: list[Mapping[str, Any]] = api.get(f"{ROOM}/tickets", asked)["items"]
    return found


def _is_hidden(api: Client, number: str) -> bool:
    try:
        api.get(f"{ROOM}/ticket/{number}")
    except Refused as error:
        if error.status not in (HIDDEN, 404):
            raise
        return error.status == HIDDEN
    return False
