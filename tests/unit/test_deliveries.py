"""The ledger of what was sent to whom: kept with its attempts, told to who sees the whole desk only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from journal import Delivery, Journal, JournalRefused, open_journal

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOLD = Delivery(
    recipient="kim@example.com",
    kind="raised",
    metric="tickets_created",
    direction="up",
    dimension="category",
    value="Billing",
    since=date(2026, 11, 19),
    until=date(2026, 11, 19),
    severity="serious",
    size=21.5,
    teams=frozenset({"zendesk:1"}),
    message_id="<a@deskpulse>",
    at=NOW,
)


def journal(home: Path, now: datetime = NOW, teams: frozenset[str] | None = None) -> Journal:
    return open_journal(replace(Settings(), home=home), "reports", teams, lambda: now)


def test_what_was_told_is_remembered_by_recipient(tmp_path: Path) -> None:
    journal(tmp_path).note_taken("kim@example.com", [TOLD, replace(TOLD, kind="worse", severity="critical")])
    journal(tmp_path).note_taken("ana@example.com", [replace(TOLD, recipient="ana@example.com")])
    assert journal(tmp_path).deliveries("kim@example.com") == [TOLD, replace(TOLD, kind="worse", severity="critical")]
    assert len(journal(tmp_path).deliveries()) == 3


def test_failures_count_from_the_last_message_that_was_taken(tmp_path: Path) -> None:
    for minutes, says in ((0, "first"), (5, ""), (10, "no route"), (20, "still no route")):
        now = NOW + timedelta(minutes=minutes)
        if says:
            journal(tmp_path, now).note_failed("kim@example.com", says)
        else:
            journal(tmp_path, now).note_taken("kim@example.com", [TOLD])
    (state,) = journal(tmp_path).delivery_states()
    assert (state.last_taken_at, state.failures) == (NOW + timedelta(minutes=5), 2)
    assert (state.last_failed_at, state.says) == (NOW + timedelta(minutes=20), "still no route")


def test_a_team_is_not_told_what_others_were(tmp_path: Path) -> None:
    ours = journal(tmp_path, teams=frozenset({"t1"}))
    for ask in (ours.deliveries, ours.delivery_states, lambda: ours.note_failed("kim@example.com", "x")):
        with pytest.raises(JournalRefused, match="whole desk"):
            ask()
