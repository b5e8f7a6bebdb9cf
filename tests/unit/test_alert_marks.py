"""What people say about alerts is kept, found again for what it is about, and is theirs to say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.settings import Settings
from journal import Journal, JournalRefused, open_journal

ABOUT = {"metric": "fcr", "direction": "down", "dimension": "category", "value": "Billing"}
SINCE, UNTIL = date(2026, 10, 20), date(2026, 10, 25)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), home=tmp_path)


def opened(settings: Settings, teams: frozenset[str] | None = None) -> Journal:
    return open_journal(settings, "lena", teams)


def test_what_is_said_again_replaces_what_was_said(settings: Settings) -> None:
    journal = opened(settings)
    first = journal.mark_alert("acknowledged", since=SINCE, until=UNTIL, **ABOUT)
    again = journal.mark_alert("assigned", assignee="Kim", since=date(2026, 10, 24), until=date(2026, 10, 29), **ABOUT)
    assert again.entry_id == first.entry_id
    (kept,) = opened(settings).alert_marks("fcr")
    assert (kept.state, kept.assignee, kept.since, kept.until) == ("assigned", "Kim", SINCE, date(2026, 10, 29))
    assert [change.action for change in journal.history(kept)] == ["created", "changed"]


def test_another_part_direction_or_time_is_another_matter(settings: Settings) -> None:
    journal = opened(settings)
    mark = journal.mark_alert("expected", since=SINCE, until=UNTIL, **ABOUT)
    journal.mark_alert("expected", since=SINCE, until=UNTIL, **{**ABOUT, "value": "Delivery"})
    journal.mark_alert("expected", since=SINCE, until=UNTIL, **{**ABOUT, "direction": "up"})
    journal.mark_alert("muted", muted_until=UNTIL, since=date(2026, 11, 1), until=date(2026, 11, 2), **ABOUT)
    assert len(journal.alert_marks()) == 4
    assert len(journal.alert_marks(states=["expected"])) == 3
    assert mark.is_about("fcr", "down", "category", "Billing", UNTIL, UNTIL)
    assert not mark.is_about("fcr", "down", "category", "Billing", date(2026, 10, 26), date(2026, 10, 27))
    assert not mark.is_about("csat", "down", "category", "Billing", SINCE, UNTIL)


@pytest.mark.parametrize(
    ("state", "says"),
    [("assigned", "who takes it on"), ("muted", "until when"), ("forgotten", "must be one of acknowledged")],
)
def test_what_makes_no_sense_is_refused(settings: Settings, state: str, says: str) -> None:
    with pytest.raises(JournalRefused, match=says):
        opened(settings).mark_alert(state, since=SINCE, until=UNTIL, **ABOUT)
    assert opened(settings).alert_marks() == []


def test_days_that_end_before_they_begin_are_refused(settings: Settings) -> None:
    with pytest.raises(JournalRefused, match="before they begin"):
        opened(settings).mark_alert("expected", since=UNTIL, until=SINCE, **ABOUT)


def test_who_sees_one_team_marks_that_team_only(settings: Settings) -> None:
    mine = opened(settings, frozenset({"a"}))
    with pytest.raises(JournalRefused, match="whole desk"):
        mine.mark_alert("acknowledged", since=SINCE, until=UNTIL, teams=[], **ABOUT)
    mine.mark_alert("acknowledged", since=SINCE, until=UNTIL, teams=["a"], **ABOUT)
    assert len(mine.alert_marks()) == 1
    assert opened(settings, frozenset({"b"})).alert_marks() == []
