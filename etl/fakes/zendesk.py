"""A Zendesk in memory: a desk's life told through methods, read through the published endpoints.

Quirks kept: exports withhold the last minute and are for administrators; ticket exports order by the generated
timestamp, which automations move while ``updated_at`` stands still; time-based pages begin with the second the last
one ended with; deleted tickets come back as deleted, archived ones leave the plain listings only; a merged ticket is
closed with a tag and only its audits say into what; what Zendesk counts of a ticket comes with it where it is asked
for; ten requests a minute to the exports, if asked to hold to it.
"""

from __future__ import annotations

import base64
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from etl.fakes.server import Answer
from etl.fakes.zendesk_desk import CATEGORY_FIELD, Desk, Record
from etl.fakes.zendesk_metrics import metric_set

WITHHELD = timedelta(minutes=1)
START = "/api/v2/"


@dataclass
class Zendesk(Desk):
    """A desk that answers requests."""

    token: str = "token"
    user: str = "admin@example.com"
    page_rows: int = 1000
    listing_rows: int = 100
    exports_per_minute: int | None = None
    expired: set[str] = field(default_factory=set)  # cursors no longer accepted
    _asked: list[float] = field(default_factory=list)
    _ordered: tuple[tuple[int, int], list[tuple[int, Record]]] | None = None

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Answer one request as the API does."""
        expected = base64.b64encode(f"{self.user}/token:{self.token}".encode()).decode()
        if headers.get("Authorization") not in (f"Basic {expected}", f"Bearer {self.token}"):
            return Answer({"error": "Couldn't authenticate you"}, 401)
        what = path.removeprefix(START).removesuffix(".json")
        if what.startswith("incremental/"):
            return self._limited() or self._export(what.removeprefix("incremental/"), query)
        return self._plain(what, f"http://{headers.get('Host')}{path}", query)

    def _plain(self, what: str, path: str, query: Mapping[str, str]) -> Answer:
        parts = what.split("/")
        fixed = {
            "users/me": {"user": {"id": 1, "role": "admin", "email": self.user}},
            "business_hours/schedules": {"schedules": self.schedules},
            f"ticket_fields/{CATEGORY_FIELD}": {"ticket_field": {"title": "Category"}},
        }
        if what in fixed:
            return Answer(fixed[what])
        if what.endswith("/holidays"):
            return Answer({"holidays": self.holidays.get(int(parts[2]), [])})
        if parts[0] == "tickets" and parts[-1] == "audits":
            return self._listing(
                "audits", [_audit_of(a) for a in self.audits if a["ticket_id"] == int(parts[1])], path, query
            )
        if what in ("groups", "satisfaction_ratings"):
            held = self.groups if what == "groups" else self.ratings
            since = int(query.get("start_time", 0))
            rows = [r for r in held.values() if what == "groups" or _at(r["updated_at"]) >= since]
            return self._listing(what, rows, path, query)
        return Answer({"error": "InvalidEndpoint"}, 404)

    def _limited(self) -> Answer | None:
        if self.exports_per_minute is None:
            return None
        instant = time.monotonic()
        self._asked = [at for at in self._asked if at > instant - 60]
        if len(self._asked) >= self.exports_per_minute:
            wait = str(int(self._asked[0] + 61 - instant))
            return Answer({"error": "TooManyRequests"}, 429, {"Retry-After": wait})
        self._asked.append(instant)
        return None

    def _export(self, what: str, query: Mapping[str, str]) -> Answer:
        until = int((self.now - WITHHELD).timestamp())
        start = int(query.get("start_time", 0))
        if start > until:
            return Answer({"error": "StartTimeTooRecent", "description": "Too recent start_time."}, 422)
        if what in ("tickets/cursor", "users/cursor"):
            return self._by_cursor(what.removesuffix("/cursor"), query, until)
        if what not in ("ticket_events", "ticket_metric_events", "organizations"):
            return Answer({"error": "InvalidEndpoint"}, 404)
        timed = self._timed(what)
        begin, stop = (bisect_left(timed, at, key=itemgetter(0)) for at in (start, until + 1))
        end_of_page = min(stop, begin + self.page_rows)
        while begin < end_of_page < stop and timed[end_of_page][0] == timed[end_of_page - 1][0]:
            end_of_page += 1  # a second is not parted
        cut = timed[begin:end_of_page]
        name = {"ticket_events": "ticket_events", "organizations": "organizations"}.get(what, what)
        end = cut[-1][0] if cut else start
        shown = [{k: v for k, v in row.items() if k != "via_object"} for _, row in cut]
        following = f"https://example.zendesk.com/api/v2/incremental/{what}.json?start_time={end}"
        more = {"count": len(cut), "end_time": end, "next_page": following, "end_of_stream": end_of_page == stop}
        return Answer({name: shown, **more})

    def _timed(self, what: str) -> list[tuple[int, Record]]:
        """Return what is exported by time in its order; of audits, which only grow, the order is kept."""
        if what == "organizations":
            return sorted(((_at(o["updated_at"]), o) for o in self.organizations.values()), key=itemgetter(0))
        if what == "ticket_metric_events":
            return sorted(((_at(m["time"]), m) for m in self.metric_events), key=itemgetter(0))
        if self._ordered is None or self._ordered[0] != (id(self.audits), len(self.audits)):
            told = sorted(((audit["timestamp"], audit) for audit in self.audits), key=itemgetter(0))
            self._ordered = (id(self.audits), len(self.audits)), told
        return self._ordered[1]

    def _by_cursor(self, what: str, query: Mapping[str, str], until: int) -> Answer:
        held = self.tickets if what == "tickets" else self.users
        after, start = (-1, -1), int(query.get("start_time", 0))
        if "cursor" in query:
            if query["cursor"] in self.expired or len(query["cursor"]) < 4:
                return Answer({"error": "InvalidCursor", "description": "The cursor has expired."}, 400)
            at, number = base64.b64decode(query["cursor"]).decode().split("|")
            after, start = (int(at), int(number)), 0
        elif "start_time" not in query:
            return Answer({"error": "InvalidStartTime"}, 400)
        keyed = sorted(
            ((_generated(row), number), number)
            for number, row in held.items()
            if start <= _generated(row) <= until and (_generated(row), number) > after
        )
        size = min(int(query.get("per_page", self.page_rows)), self.page_rows)
        cut = keyed[:size]
        last = cut[-1][0] if cut else None
        cursor = base64.b64encode(f"{last[0]}|{last[1]}".encode()).decode() if last else query.get("cursor")
        rows = [{k: v for k, v in held[number].items() if k != "before_deletion"} for _, number in cut]
        if what == "tickets" and "metric_sets" in query.get("include", ""):
            rows = self._with_metric_sets(rows)
        address = f"https://example.zendesk.com/api/v2/incremental/{what}/cursor.json?cursor={cursor}"
        more = {"after_cursor": cursor, "after_url": address if cursor else None, "before_url": None}
        return Answer({what: rows, **more, "before_cursor": None, "end_of_stream": len(cut) == len(keyed)})

    def _with_metric_sets(self, tickets: list[Record]) -> list[Record]:
        agents = {number for number, user in self.users.items() if user["role"] != "end-user"}
        told = ((ticket, self.audits_of[ticket["id"]]) for ticket in tickets)
        return [
            {**t, "metric_set": None if t["status"] == "deleted" else metric_set(t, audits, agents)}
            for t, audits in told
        ]

    def _listing(self, name: str, rows: list[Record], path: str, query: Mapping[str, str]) -> Answer:
        size = min(int(query.get("page[size]", self.listing_rows)), self.listing_rows)
        begin = int(query.get("page[after]", 0))
        end = begin + size
        kept = "&".join(f"{k}={v}" for k, v in query.items() if k != "page[after]")
        following = f"{path}?{kept}&page[after]={end}".replace("?&", "?")
        has_more = end < len(rows)
        links = {"next": following if has_more else None, "prev": None}
        return Answer({name: rows[begin:end], "meta": {"has_more": has_more, "after_cursor": str(end)}, "links": links})


def _generated(row: Record) -> int:
    return int(row["generated_timestamp"]) if "generated_timestamp" in row else _at(row["updated_at"])


def _at(told: str) -> int:
    return int(datetime.fromisoformat(told).timestamp())


def _audit_of(event: Record) -> Record:
    """Return an export's audit as the audits of a ticket tell it."""
    return {
        **{name: event[name] for name in ("id", "ticket_id", "created_at")},
        "author_id": event["updater_id"],
        "via": event.get("via_object", {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}),
        "events": [],
    }
