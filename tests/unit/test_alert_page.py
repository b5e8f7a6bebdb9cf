"""The page Alerts without a browser: what needs somebody, what was said, and nothing where there is nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from config.settings import ROOT, Settings
from forecasting.store import store
from journal import open_journal
from journal.alert_marks import state_of
from metrics.outlook_alerts import ALERT, ALERT_TABLES
from tests.support.asking import build_of
from tests.support.stories import stories, warehouse
from ui import access, asking


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(access.st, "get_option", lambda name: "127.0.0.1" if name == "server.address" else None)
    access.house.cache_clear()
    for kept in ("_frames", "_made", "_options", "_health", "_first_days"):
        monkeypatch.setattr(asking, kept, asking.Kept())
    build = build_of(warehouse(stories(ROOT / "tests" / "golden")[0]))
    monkeypatch.setattr(access, "published", lambda: build)
    return replace(Settings(), home=tmp_path / "home")


def told(settings: Settings, today: date, *rows: dict[str, object]) -> None:
    """Store incidents as the pipeline would."""
    usual = dict.fromkeys(ALERT.names) | {
        "team_keys": "[]",
        "metric": "tickets_created",
        "direction": "up",
        "is_worse": True,
        "dimension": "category",
        "severity": "serious",
        "cause": "",
        "is_expected": False,
        "began_on": today - timedelta(days=2),
        "raised_on": today - timedelta(days=1),
        "known_on": today,
        "last_on": today,
    }
    frames = {t.name: pd.DataFrame([], columns=t.names) for t in ALERT_TABLES}
    frames[ALERT.name] = pd.DataFrame([{**usual, **row} for row in rows], columns=ALERT.names)
    store("alerts", "b", datetime(2026, 11, 6, tzinfo=UTC), frames, settings)


def shown(page: str = "manager/alerts.py") -> str:
    app = AppTest.from_file(str(ROOT / "pages" / page), default_timeout=30).run()
    assert not app.exception
    return " ".join(str(e.value) for e in [*app.markdown, *app.text, *app.caption, *app.warning, *app.error]).replace(
        "\\", ""
    )


def today() -> date:
    return access.published().local_as_of.date()


def test_without_alerts_the_page_says_so(settings: Settings) -> None:
    assert "have not been computed yet" in shown()
    told(settings, today())
    assert "Nothing deserves attention now." in shown()


def test_what_goes_on_is_shown_with_where_it_stands(settings: Settings) -> None:
    told(
        settings,
        today(),
        {"incident_id": "a", "value": "Billing", "is_open": True, "says": "Billing rose."},
        {"incident_id": "b", "value": "App", "is_open": False, "says": "App rose."},
    )
    page = shown()
    assert "Billing rose." in page
    assert "new · first alert" in page
    assert "App rose." not in page
    about = {"metric": "tickets_created", "direction": "up", "dimension": "category", "value": "Billing"}
    open_journal(settings, "lena", None).mark_alert("assigned", assignee="Kim", since=today(), until=today(), **about)
    assert "taken on" in shown()
    assert "by Kim · said by lena" in shown()


def test_what_the_calendar_explains_is_expected_and_asks_nobody(settings: Settings) -> None:
    told(
        settings,
        today(),
        {"incident_id": "a", "value": "Billing", "is_open": True, "says": "Billing rose. Planned: Sale."}
        | {"is_expected": True, "cause": "Sale", "severity": "critical"},
    )
    assert "Nothing deserves attention now." in shown()
    assert "Billing rose" not in shown("executive/headline.py")
    app = AppTest.from_file(str(ROOT / "pages" / "manager" / "alerts.py"), default_timeout=30)
    app.session_state["alerts_shown"] = "Expected"
    app.run()
    assert not app.exception
    assert "Billing rose. Planned: Sale." in [text.value for text in app.text]
    assert any("expected · would have been told on" in caption.value for caption in app.caption)
    assert not [button for button in app.button if button.label == "Seen"]


def test_only_critical_ones_stand_on_the_headline(settings: Settings) -> None:
    told(
        settings,
        today(),
        {"incident_id": "a", "value": "Billing", "is_open": True, "says": "Billing rose.", "severity": "critical"},
        {"incident_id": "b", "value": "App", "is_open": True, "says": "App rose."},
    )
    page = shown("executive/headline.py")
    assert "Billing rose." in page
    assert "App rose." not in page


def test_a_mute_ends_and_what_was_expected_stays_so(settings: Settings) -> None:
    journal, day = open_journal(settings, "lena", None), date(2026, 11, 6)
    about = {"metric": "fcr", "direction": "down", "since": day, "until": day}
    muted = journal.mark_alert("muted", muted_until=date(2026, 11, 9), **about)
    assert [state_of(muted, True, day + timedelta(days=d)) for d in (0, 2, 3)] == ["muted", "muted", "new"]
    assert state_of(muted, False, day + timedelta(days=3)) == "ended"
    expected = replace(muted, state="expected")
    assert state_of(expected, False, day) == "expected"
    assert (state_of(None, True, day), state_of(None, False, day)) == ("new", "ended")
