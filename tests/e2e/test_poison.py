"""A helpdesk in which every text is an attack, walked through page by page: no script runs, nobody outside is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from config.settings import ROOT, Settings
from etl.import_format import TABLES
from journal import open_journal
from tests.e2e.conftest import Opening, Visit, served
from tests.e2e.desk import AS_OF, _rows
from ui.names import page_path

EVIL = "evil.example"
POISON = (
    f"<img src=http://{EVIL}/i.png onerror=window.ran=1><script src=//{EVIL}/s.js></script>"
    f"![i](http://{EVIL}/m.png)[l](http://{EVIL}/l)<style>@import '//{EVIL}/c.css'</style>"
    f'"><svg onload=window.ran=1><iframe src=//{EVIL}/f></iframe>'
    "$\\href{javascript:ran=1}{x}$ :material/home: {{7*7}}"
)  # fmt: skip
SHORT = f"![](http://{EVIL}/s.png)<img src=//{EVIL}/x onerror=window.ran=1>"
FREE = {  # every text of the import format that is no number of something and no word of a vocabulary
    "tickets": ("subject", "brand", "tags"),
    "teams": ("name",),
    "agents": ("name",),
    "organizations": ("name", "segment", "plan"),
    "categories": ("product_area",),
    "articles": ("title",),
    "calendar_events": ("title",),
    "sla_targets": ("policy",),
}
PAGES = (
    "Headline", "Weekly review", "Goals & reviews", "Alerts", "Workload", "Agents", "Forecast & staffing",
    "Wellbeing · burnout risk", "My weeks", "Explore", "Automation & self-service", "Customers", "Definitions",
    "Data health",
)  # fmt: skip


def _poisoned() -> dict[str, list[dict[str, Any]]]:
    rows = _rows(500, 7)
    categories = {row["category"]: f"{row['category']} {SHORT}" for row in rows["categories"]}
    for table in rows.values():
        for row in table:
            if "category" in row:
                row["category"] = categories.get(row["category"], row["category"])
    for number, ticket in enumerate(rows["tickets"]):
        ticket |= {"channel": f"email {SHORT}" if number % 4 == 0 else ticket["channel"], "organization_id": "acme"}
        ticket["url"] = ("javascript:window.ran=1", f"data:text/html,{SHORT}", "https://desk.example/1")[number % 3]
    rows["organizations"] = [{"organization_id": "acme"}]
    rows["articles"] = [{"article_id": "a1", "category": categories["login"], "votes_up": 1, "votes_down": 30}]
    rows["calendar_events"] = [{"calendar_event_id": "c1", "kind": "release", "starts_on": AS_OF.date()}]
    rows["sla_targets"] = [
        {"ticket_id": t["ticket_id"], "target_type": "resolution", "applied_at": t["created_at"], "target_seconds": 60}
        for t in rows["tickets"][-40:]
    ]
    for name, columns in FREE.items():
        for number, row in enumerate(rows[name]):
            row |= {column: f"{POISON} {number}" for column in columns}
    return rows


def _ran(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DESKPULSE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A desk published by the real pipeline, and a journal, with the attack wherever somebody can write."""
    home = tmp_path_factory.mktemp("poisoned")
    (home / "files").mkdir()
    for name, told in _poisoned().items():
        if told:
            table = TABLES[name]
            rows = [{column.name: row.get(column.name) for column in table.columns} for row in told]
            pq.write_table(pa.Table.from_pylist(rows, schema=table.arrow_schema()), home / "files" / f"{name}.parquet")
    steps = [part for step in ("topics", "alerts", "interventions", "strain") for part in ("--step", step)]
    for command in (
        ["etl", "run", "--input", str(home / "files"), "--name", "desk", "--no-forecast"],
        ["forecasting", "run", *steps],  # those that tell texts
    ):
        done = _ran(home, *command)
        assert done.returncode == 0, done.stderr
    settings = Settings(home=home)
    journal = open_journal(settings, POISON[:200], None)
    journal.record_intervention(POISON, done=POISON, on=date(2026, 9, 7), metric="fcr", direction="up")
    journal.save_view(SHORT, page="explore", query=f"metric={SHORT}", is_shared=True, teams=None)
    return settings


@pytest.fixture(scope="module")
def poisoned_address(poisoned: Settings) -> Iterator[str]:
    with served(poisoned.home, poisoned.home / "server.log") as url:
        yield url


def _is_clean(visit: Visit) -> None:
    page = visit.page
    assert page.evaluate("window.ran") is None
    for what in ("img", "script", "iframe", "link"):
        told = page.locator(what).evaluate_all("all => all.map(one => one.src || one.href || '')")
        assert not [url for url in told if EVIL in url], what
    links = page.locator("a").evaluate_all("all => all.map(one => one.href.baseVal || one.href)")
    assert not [url for url in links if EVIL in url.partition("?")[0] or url.startswith(("javascript:", "data:"))]
    assert visit.outside == []


@pytest.mark.slow
def test_no_script_runs_and_nobody_outside_is_asked_on_any_page(open_tab: Opening, poisoned_address: str) -> None:
    visit = open_tab(poisoned_address)
    seen = ""
    for title in PAGES:
        page = visit.page
        page.goto(f"{poisoned_address}/{page_path(title)}")
        page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=60_000)
        visit.settle()
        for mark in page.locator("svg.marks path, canvas").all()[:6]:
            mark.dispatch_event("mousemove")  # tooltips
        _is_clean(visit)
        assert page.get_by_text("Something went wrong").count() == 0, title
        seen += page.locator("body").inner_text()
    assert "onerror=window.ran=1" in seen, "the attack is there to be read, as text"
    attack = f"team={SHORT}&month={SHORT}&metric={SHORT}&by={SHORT}&span={SHORT}&days={SHORT}&also={SHORT}&find={SHORT}"
    for title in ("Headline", "Explore", "Definitions"):
        visit.page.goto(f"{poisoned_address}/{page_path(title)}?{attack}")
        visit.page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=60_000)
        visit.settle()
        _is_clean(visit)


@pytest.mark.slow
def test_a_digest_of_it_is_as_harmless(poisoned: Settings, tmp_path: Path, open_tab: Opening) -> None:
    done = _ran(poisoned.home, "reports", "weekly", "--dry-run", str(tmp_path), "--role", "executive")
    assert done.returncode == 0, done.stderr
    visit = open_tab("file://")
    for file in sorted(tmp_path.glob("*.html")):
        visit.page.goto(file.as_uri())
        _is_clean(visit)
    assert not [pdf for pdf in tmp_path.glob("*.pdf") if f"/URI (http://{EVIL}".encode() in pdf.read_bytes()]
