"""Reading a fake helpdesk in tests: a life to live through, a load, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config.settings import Settings
from etl.fakes.freshdesk import Freshdesk
from etl.fakes.intercom import Intercom
from etl.fakes.jira import Jira
from etl.fakes.server import HERE
from etl.fakes.zendesk import Zendesk
from etl.fakes.zendesk_desk import CATEGORY_FIELD
from etl.handing import attach_raw
from etl.import_format import TABLES, Table
from etl.sources.catalog import connector
from etl.sources.files import raw
from etl.sources.files.counts import TableCount
from etl.sources.live.extraction import load_live
from etl.sources.live.kinds import LiveSource
from etl.sources.live.privacy import Pseudonyms

KEY = "b7f1c2d3e4a5968778695a4b3c2d1e0f00112233"
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
KIM, LEE, ANA, BOB, CARE, SALES = 11, 12, 21, 22, 31, 32
FAKES = {"freshdesk": Freshdesk, "intercom": Intercom, "jira": Jira}
SETTINGS: dict[str, dict[str, Any]] = {
    "freshdesk": {"category_field": "cf_topic", "segment_field": "segment"},
    "intercom": {"category_field": "Topic", "segment_field": "segment"},
    "jira": {"user": "admin@example.com", "category_field": "customfield_10050"},
}
Step = Callable[[Any], None]


def at(day: int, clock: str) -> datetime:
    """Return the instant of a clock time so many days after Monday 2 March 2026."""
    hours, minutes = clock.split(":")
    return T0.replace(hour=int(hours), minute=int(minutes)) + timedelta(days=day)


def life() -> list[tuple[datetime, Step]]:
    """Return what happens at a desk in a week, in order of time."""
    said: list[tuple[datetime, Step]] = []

    def then(day: int, clock: str, step: Callable[[Any, datetime], Any]) -> None:
        instant = at(day, clock)
        said.append((instant, lambda desk: step(desk, instant)))

    then(-9, "08:00", lambda d, t: (d.group(CARE, "Care"), d.group(SALES, "Sales")))
    then(-9, "08:01", lambda d, t: d.organization(41, "Acme", t, segment="enterprise", plan="gold"))
    then(-9, "08:02", lambda d, t: d.person(KIM, "agent", "Kim", t, default_group_id=CARE))
    then(-9, "08:03", lambda d, t: d.person(LEE, "admin", "Lee", t, default_group_id=SALES))
    then(-9, "08:04", lambda d, t: d.person(ANA, "end-user", "Ana", t, organization_id=41))
    then(-9, "08:05", lambda d, t: d.person(BOB, "end-user", "Bob", t))
    # 1: answered after 20 minutes, solved, reopened by the requester on day 3, answered, solved again
    then(0, "09:00", lambda d, t: d.ticket(1, ANA, t, category="billing", group_id=CARE))
    then(0, "09:20", lambda d, t: d.act(1, t, KIM, comment=True, assignee_id=KIM, status="solved"))
    then(3, "14:00", lambda d, t: d.act(1, t, ANA, comment=True, status="open"))
    then(3, "15:00", lambda d, t: d.act(1, t, KIM, comment=True, status="solved"))
    # 2: answered after an hour and solved at once; closed by an automation that leaves updated_at alone
    then(0, "10:00", lambda d, t: d.ticket(2, BOB, t, category="login", group_id=CARE))
    then(0, "11:00", lambda d, t: d.act(2, t, KIM, comment=True, assignee_id=KIM, status="solved"))
    then(4, "11:00", lambda d, t: d.act(2, t, None, quietly=True, status="closed"))
    # 3 is merged into 4, which is answered after two hours
    then(1, "09:00", lambda d, t: d.ticket(3, ANA, t, category="billing"))
    then(1, "09:30", lambda d, t: d.ticket(4, ANA, t, category="billing"))
    then(1, "10:00", lambda d, t: d.merge(3, 4, t, LEE))
    then(1, "11:30", lambda d, t: d.act(4, t, LEE, comment=True, assignee_id=LEE, group_id=SALES, status="pending"))
    # 5 is deleted, 6 deleted and restored, 7 created by an agent
    then(1, "12:00", lambda d, t: d.ticket(5, BOB, t))
    then(1, "13:00", lambda d, t: d.delete(5, t))
    then(2, "09:00", lambda d, t: d.ticket(6, BOB, t, priority="high"))
    then(2, "09:10", lambda d, t: d.delete(6, t))
    then(2, "09:20", lambda d, t: d.restore(6, t))
    then(2, "10:00", lambda d, t: d.ticket(7, ANA, t, submitter=KIM, assignee_id=KIM, group_id=CARE, status="open"))
    then(3, "09:00", lambda d, t: d.act(6, t, KIM, comment=False, assignee_id=KIM))
    then(0, "09:00", lambda d, t: d.promise(1, t, "reply_time", 30))
    then(0, "09:25", lambda d, t: d.rate(51, 1, t, "offered"))
    then(1, "08:00", lambda d, t: d.rate(51, 1, t, "bad"))
    then(2, "08:00", lambda d, t: d.rate(51, 1, t, "good_with_comment"))
    return sorted(said, key=lambda pair: pair[0])


def hosted(kind: str, until: datetime | None = None) -> Any:
    """Return a fake of a kind of helpdesk that has lived the week, or part of it."""
    return desk(until) if kind == "zendesk" else live(FAKES[kind](now=T0), until or at(5, "12:00"))


def live(desk: Any, until: datetime, after: datetime | None = None) -> Any:
    """Live through everything up to ``until`` (after ``after``), and set the desk's clock there."""
    for instant, step in life():
        if instant <= until and (after is None or instant > after):
            step(desk)
    desk.now = until + timedelta(minutes=2)  # the last minute is withheld
    return desk


def desk(until: datetime | None = None) -> Zendesk:
    """Return a desk that has lived its week, or part of it."""
    made = Zendesk(now=T0)
    made.schedules = [
        {
            **{"id": 61, "name": "Office", "time_zone": "Berlin", "created_at": "2020-01-01T00:00:00Z"},
            "intervals": [{"start_time": d * 1440 + 480, "end_time": d * 1440 + 1020} for d in range(1, 6)],
        }
    ]
    made.holidays = {61: [{"id": 71, "name": "Easter", "start_date": "2026-04-06", "end_date": "2026-04-06"}]}
    live(made, until or at(5, "12:00"))
    return made


def source(url: str, kind: str = "zendesk", name: str = "desk", **options: Any) -> LiveSource:
    """Return a source as configured for a fake."""
    told = {"url": url, "user": "admin@example.com", "category_field": CATEGORY_FIELD} if kind == "zendesk" else {}
    told |= {"segment_field": "segment", "plan_field": "plan"} if kind == "zendesk" else {}
    told |= {"url": url, **SETTINGS[kind]} if kind in SETTINGS else {}
    return LiveSource(name, kind, {**told, **options}, {"token": "token"}, Pseudonyms(KEY), HERE)


def read(home: Path, given: LiveSource, now: datetime | None = None, **how: Any) -> list[TableCount]:
    """Load what is new of a source."""
    return load_live(
        given,
        connector(given.kind),
        replace(Settings(), home=home),
        **{"run_id": "r", "now": now or at(5, "12:02"), "progress": lambda _: None, **how},
    )


@contextmanager
def without_ceremony() -> Iterator[None]:
    """Load helpdesks without dlt, which takes a second a load; what it does here is to append a file."""
    ceremony = raw.load

    def append(path: Path, work: Path, source: str, files: dict[str, Path], *more: Any) -> None:
        if any(name.startswith("files_") for name in files):
            ceremony(path, work, source, files, *more)
            return
        with raw.opened(path) as connection:
            for name, file in files.items():
                connection.execute(f"insert into {name} by name select * from read_parquet('{file}')")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raw, "load", append)
        yield


def _told(table: Table) -> list[str]:
    return [c.name for c in table.columns if c.name != "url"]  # the fake's address changes


def handed(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table the staging SQL hands over, in order; versions and loads left out."""
    with duckdb.connect() as connection:
        attach_raw(connection, home / "extract.duckdb")
        return {
            name: connection.execute(
                f"select source, {', '.join(_told(table))} from raw.files_{name} order by all"
            ).fetchall()
            for name, table in TABLES.items()
        }
