"""What is said of an alert survives a restart and shows on charts, in a real browser."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pandas as pd
import pytest

from config.settings import Settings
from forecasting.store import store
from journal import open_journal
from metrics.outlook_alerts import ALERT, ALERT_BAND, ALERT_EVIDENCE, ALERT_RULE, ALERT_WARNING
from metrics.published import current_build
from tests.e2e.conftest import Opening, Visit, served
from tests.e2e.desk import HOSTILE

pytestmark = pytest.mark.slow
LAST = date(2026, 10, 28)  # in the last whole week of a desk that ends on 6 November 2026
PHONE = {"viewport": {"width": 390, "height": 844}}


def incident(number: str, metric: str, value: str, severity: str, is_open: bool, last: date) -> dict[str, Any]:
    return {
        "incident_id": number,
        "team_keys": "[]",
        "metric": metric,
        "direction": "up",
        "is_worse": True,
        "dimension": "team",
        "value": value,
        "began_on": last - timedelta(days=2),
        "raised_on": last - timedelta(days=1),
        "known_on": last,
        "last_on": last,
        "is_open": is_open,
        "severity": severity,
        "hours": 21.0,
        "people": None,
        "observed": 83.0,
        "expected": 9.0,
        "low": 3.0,
        "high": 17.0,
        "score": 2.4,
        "cause": "",
        "is_expected": False,
        "says": f"Tickets created of team {value} rose: 83 where 9 were expected.",
    }


def evidence(kind: str, value: str, says: str) -> dict[str, Any]:
    row = dict.fromkeys(ALERT_EVIDENCE.names)
    about = {"incident_id": "one", "team_keys": "[]", "metric": "tickets_created", "dimension": "team"}
    return {**row, **about, "kind": kind, "rank": 0, "value": value, "says": says, "observed": 83.0, "expected": 9.0}


@pytest.fixture(scope="module")
def home(desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small desk, with alerts a pipeline could have told; team names come from people."""
    folder = tmp_path_factory.mktemp("alerts")
    shutil.copytree(desk.home, folder / "home", symlinks=True, ignore=shutil.ignore_patterns("journal*", "*.log"))
    settings = replace(desk, home=folder / "home")
    days = [LAST - timedelta(days=back) for back in range(20, -1, -1)]
    frames = {
        ALERT.name: [
            incident("one", "tickets_created", HOSTILE, "critical", True, LAST),
            incident("two", "tickets_created", "Billing", "slight", True, LAST),
            incident("old", "tickets_created", "Accounts", "serious", False, LAST - timedelta(days=60)),
            incident("sale", "tickets_created", "Accounts", "critical", True, LAST - timedelta(days=14))
            | {"is_expected": True, "cause": "Sale"},
        ],
        ALERT_EVIDENCE.name: [evidence("part", HOSTILE, ""), evidence("ticket", "T7", f"{HOSTILE} says hello")],
        ALERT_BAND.name: [
            {"incident_id": "one", "team_keys": "[]", "day": day, "observed": 83.0 if day == LAST else 9.0}
            | {"expected": 9.0, "low": 3.0, "high": 17.0, "is_alert": day == LAST}
            for day in days
        ],
        ALERT_RULE.name: [
            {"metric": "tickets_created", "team_keys": "[]", "series": 3, "days": 240, "incidents": 3}
            | {"explained": 1, "a_month": 0.2, "detectable": 0.42}
        ],
        ALERT_WARNING.name: [
            {"kind": "sla", "dimension": "team", "value": "Billing", "team_keys": "[]", "hours_ahead": 2.0}
            | {"observed": 4.0, "limit": 9.0, "says": "Billing: 4 of 9 targets due soon are missed."}
        ],
    }
    tables = {t.name: t for t in (ALERT, ALERT_EVIDENCE, ALERT_BAND, ALERT_RULE, ALERT_WARNING)}
    made = {name: pd.DataFrame(rows, columns=tables[name].names) for name, rows in frames.items()}
    store("alerts", current_build(settings).build_id, datetime(2026, 11, 6, 9, tzinfo=UTC), made, settings)
    return settings


def press(visit: Visit, card: str, opens: str, fill: dict[str, str], button: str) -> None:
    """Open a popover of an alert, fill in its form and send it."""
    box = visit.page.locator(f".st-key-alert_{card}")
    box.get_by_role("button", name=opens).click()
    for label, text in fill.items():
        visit.page.get_by_label(label, exact=True).last.fill(text)
    visit.page.get_by_role("button", name=button).last.click()
    visit.settle()


def test_what_is_said_survives_a_restart_and_shows_on_charts(open_tab: Opening, home: Settings, tmp_path: Path) -> None:
    with served(home.home, tmp_path / "first.log") as address:
        visit = open_tab(address)
        page = visit.to("alerts", "Alerts")
        body = page.inner_text("body")
        assert "Billing: 4 of 9 targets due soon are missed." in body
        assert f"Tickets created of team {HOSTILE} rose: 83 where 9 were expected." in body  # as text, not as markup
        assert "Accounts" not in body  # one ended by itself, the other is expected
        page.locator(".st-key-alert_one").get_by_role("button", name="Seen").click()
        visit.settle()
        assert "seen · first alert 27 October 2026" in page.locator(".st-key-alert_one").inner_text()
        press(visit, "two", "Expected", {"Why": "Autumn sale"}, "Mark as expected")
        assert page.locator(".st-key-alert_two").count() == 0
        page.locator("summary").filter(has_text="What speaks for it").first.click()
        visit.settle()
        page.locator(".st-key-alert_one canvas, .st-key-alert_one svg.marks").first.wait_for(timeout=20_000)
    with served(home.home, tmp_path / "second.log") as address:
        visit = open_tab(address)
        page = visit.to("alerts", "Alerts")
        assert "seen · first alert" in page.locator(".st-key-alert_one").inner_text()
        page.locator("summary").filter(has_text="Marked as expected").click()
        visit.settle()
        assert "Tickets created, Billing: 26 Oct to 28 Oct. Autumn sale" in page.inner_text("body")
        page.get_by_role("radio", name="Expected").click()
        visit.settle()
        sale = page.locator(".st-key-alert_sale")
        assert "would have been told on 13 October 2026" in sale.inner_text()
        assert sale.get_by_role("button", name="Seen").count() == 0
        page.get_by_role("radio", name="Open").click()
        visit.settle()
        press(visit, "one", "Mute", {}, "Mute it")
        assert "muted" in page.locator(".st-key-alert_one").inner_text()
        page = visit.to("explore?metric=" + quote_plus("Volume · Tickets created"), "Explore")
        drawn = " ".join(page.locator("[data-testid=stVegaLiteChart] svg text").all_text_contents())
        assert "Alert: Tickets created rose" in drawn
        assert "Expected: Autumn" in drawn
        assert "Expected: Sale" in drawn
    (mute,) = [mark for mark in open_journal(home, "lena", None).alert_marks() if mark.state == "muted"]
    assert mute.value == HOSTILE
    assert mute.muted_until == date(2026, 11, 13)


def test_open_alerts_stand_on_other_pages_and_the_page_fits_a_phone(
    open_tab: Opening, home: Settings, tmp_path: Path
) -> None:
    (home.home / "journal.db").unlink(missing_ok=True)
    with served(home.home, tmp_path / "server.log") as address:
        visit = open_tab(address, **PHONE)
        page = visit.to("alerts", "Alerts")
        page.locator("summary").filter(has_text="What speaks for it").first.click()
        visit.settle()
        told = page.locator(".st-key-alert_one [data-testid=stTable]")
        assert f"{HOSTILE} (team)" in told.inner_text()  # all of a name, as text
        assert told.bounding_box()["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("summary").filter(has_text="How often these rules are wrong").click()
        visit.settle()
        assert "At most 0.2 a month may have been false" in page.inner_text("body")
        body = visit.to("", "Headline").inner_text("body")
        assert "83 where 9 were expected" in body
        assert "team Billing rose" not in body  # slight ones are for the manager
        page = visit.to("weekly-review", "Weekly review")
        page.locator("summary").filter(has_text="Open alerts").click()
        visit.settle()
        assert "team Billing rose" in page.inner_text("body")
