"""What people write: kept with who and when, changed openly, taken away softly, seen by those it concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import BadSetting
from config.settings import Settings
from journal import Intervention, Journal, JournalRefused, Where, open_journal

DAY = date(2026, 10, 2)
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
BILLING, FRONT = frozenset({"demo:billing"}), frozenset({"demo:front"})
Open = Callable[..., Journal]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    home = replace(Settings(), home=tmp_path)

    def go(viewer: str = "lena", teams: frozenset[str] | None = None, at: datetime = NOON) -> Journal:
        return open_journal(home, viewer, teams, lambda: at)

    return go


def recorded(journal: Journal, title: str = "Reply templates", **other: object) -> Intervention:
    return journal.record_intervention(title, on=DAY, metric="fcr", direction="up", **other)  # type: ignore[arg-type]


def test_a_write_carries_who_and_when_and_an_edit_keeps_both(opened: Open) -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=2)))
    fix = recorded(opened("lena", at=berlin), owner="kim")
    assert (fix.created_by, fix.created_at, fix.owner, fix.status) == ("lena", NOON, "kim", "running")
    assert fix.created_at.utcoffset() == timedelta()
    later = opened("kim", at=NOON + timedelta(days=1))
    done = later.update(replace(fix, status="done", look_on=date(2026, 11, 1)))
    assert (done.created_by, done.changed_by, done.changed_at) == ("lena", "kim", NOON + timedelta(days=1))
    assert later.interventions() == [done]
    created, changed = later.history(done)
    assert (created.action, created.by, created.at) == ("created", "lena", NOON)
    assert (changed.action, changed.by) == ("changed", "kim")
    assert changed.before == {"status": "running", "look_on": "None"}


def test_an_edit_that_changes_nothing_is_no_edit(opened: Open) -> None:
    fix = recorded(opened())
    assert opened("kim", at=NOON + timedelta(days=1)).update(fix) == fix
    assert len(opened().history(fix)) == 1


def test_two_who_edit_the_same_are_told(opened: Open) -> None:
    fix = recorded(opened())
    opened("kim", at=NOON + timedelta(hours=1)).update(replace(fix, title="Templates"))
    with pytest.raises(JournalRefused, match="kim changed this intervention meanwhile"):
        opened("tom", at=NOON + timedelta(hours=2)).update(replace(fix, title="Macros"))
    assert opened().interventions()[0].title == "Templates"


def test_what_is_taken_away_stays_in_the_database(opened: Open) -> None:
    note = opened().note("Ask the warehouse", page="Weekly review", week=date(2026, 9, 28))
    opened("kim", at=NOON + timedelta(days=2)).delete(note)
    assert opened().notes() == []
    assert [(c.action, c.by) for c in opened().history(note)] == [("created", "lena"), ("deleted", "kim")]
    with pytest.raises(JournalRefused, match="no such note"):
        opened().update(replace(note, text="again"))


def test_only_what_concerns_the_viewers_teams_is_shown(opened: Open) -> None:
    desk, billing = recorded(opened(), "desk"), recorded(opened(), "billing", teams=BILLING)
    both = recorded(opened(), "both", teams=BILLING | FRONT)
    assert opened("lena", None).interventions() == [desk, billing, both]
    assert opened("bill", BILLING).interventions() == [desk, billing]
    assert opened("fran", FRONT).interventions() == [desk]
    assert opened("fran", FRONT).history(billing) == []
    assert opened("nobody", frozenset()).interventions() == [desk]


def test_a_team_manager_writes_about_their_teams_only(opened: Open) -> None:
    bill = opened("bill", BILLING)
    mine, desk = recorded(bill, "mine"), recorded(opened(), "desk")
    assert mine.teams == BILLING
    with pytest.raises(JournalRefused, match="may not write about demo:front"):
        recorded(bill, "theirs", teams=FRONT)
    with pytest.raises(JournalRefused, match="whole desk"):
        recorded(bill, "all", teams=())
    with pytest.raises(JournalRefused, match="whole desk"):
        recorded(opened("nobody", frozenset()))
    for refused in (
        lambda: bill.delete(desk),
        lambda: bill.update(replace(desk, title="x")),
        lambda: bill.update(replace(mine, teams=FRONT)),
        lambda: opened("fran", FRONT).delete(mine),
    ):
        with pytest.raises(JournalRefused):
            refused()
    assert opened().interventions() == [mine, desk]


def test_a_refused_write_leaves_nothing(opened: Open) -> None:
    for bad, words in (
        ({"metric": " "}, "a metric is needed"),
        ({"direction": "sideways"}, "must be one of up, down"),
        ({"status": "lost"}, "must be one of decided, running, done"),
        ({"look_on": DAY - timedelta(days=1)}, "before the day it was done"),
        ({"control": ()}, "the very part that was changed"),
    ):
        values = {"on": DAY, "metric": "fcr", "direction": "up", **bad}
        with pytest.raises(JournalRefused, match=words):
            opened().record_intervention("x", **values)  # type: ignore[arg-type]
    with pytest.raises(JournalRefused, match="who writes"):
        recorded(opened(" "))
    assert opened().interventions() == []


def test_entries_are_frozen(opened: Open) -> None:
    with pytest.raises(FrozenInstanceError):
        opened().note("x").text = "y"  # type: ignore[misc]


def test_annotations_are_those_of_the_span_the_metric_and_the_part_of_the_desk(opened: Open) -> None:
    journal = opened()
    day = journal.annotate("Outage", since=DAY)
    span = journal.annotate("Sale", since=DAY, until=DAY + timedelta(days=9), metric="tickets_created")
    here = journal.annotate("Move", since=DAY, where=(("team", ("Billing", "Evening")), ("channel", ("phone",))))
    assert journal.annotations() == [day, span, here]
    assert journal.annotations(since=DAY + timedelta(days=1)) == [span]
    assert journal.annotations(until=DAY - timedelta(days=1)) == []
    assert journal.annotations(DAY, DAY, metric="fcr") == [day, here]
    assert here in journal.annotations(where=(("team", ("Billing",)), ("category", ("Refund request",))))
    assert here not in journal.annotations(where=(("team", ("Front line",)),))
    with pytest.raises(JournalRefused, match="before it begins"):
        journal.annotate("x", since=DAY, until=DAY - timedelta(days=1))


def test_a_private_view_is_its_owners_and_a_shared_one_everybodys(opened: Open) -> None:
    lena, tom = opened("lena"), opened("tom")
    private = lena.save_view("Mine", page="Explore", query="?metric=fcr")
    shared = lena.save_view("Ours", page="Explore", query="metric=aht", is_shared=True)
    assert lena.views() == [private, shared]
    assert private.query == "metric=fcr"
    assert tom.views("Explore") == [shared]
    assert tom.views("Agents") == []
    assert tom.history(private) == []
    with pytest.raises(JournalRefused, match="belongs to lena"):
        tom.update(replace(shared, query="x"))
    again = lena.save_view("Mine", page="Explore", query="metric=csat")
    assert (again.entry_id, again.query) == (private.entry_id, "metric=csat")
    assert tom.save_view("Mine", page="Explore", query="a").entry_id != private.entry_id
    lena.delete(again)
    assert lena.save_view("Mine", page="Explore", query="new").entry_id != private.entry_id


def test_somebody_of_no_team_keeps_private_views_but_shares_none(opened: Open) -> None:
    nobody = opened("nobody", frozenset())
    view = nobody.save_view("Mine", page="Explore", query="a")
    assert nobody.views() == [view]
    with pytest.raises(JournalRefused, match="whole desk"):
        nobody.save_view("Mine", page="Explore", query="a", is_shared=True)
    assert nobody.views() == [view]


def test_actions_are_listed_by_what_is_due(opened: Open) -> None:
    journal = opened()
    fix = recorded(journal)
    some_day = journal.decide("Think", owner="kim")
    late = journal.decide("Write", owner="kim", due_on=DAY + timedelta(days=9), intervention_id=fix.entry_id)
    soon = journal.decide("Call", owner="tom", due_on=DAY, week=date(2026, 9, 28), metric="csat")
    assert journal.actions() == [soon, late, some_day]
    assert journal.actions(week=date(2026, 9, 28)) == [soon]
    journal.update(replace(late, status="done"))
    assert journal.actions(["open"]) == [soon, some_day]
    with pytest.raises(JournalRefused, match="no intervention 99"):
        journal.decide("x", owner="kim", intervention_id=99)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip)
WHERE = st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1).map(tuple)), max_size=3).map(tuple)


@given(title=WORDS, done=WORDS, on=st.dates(), where=WHERE, control=st.none() | WHERE, teams=st.frozensets(WORDS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_what_is_read(
    opened: Open, title: str, done: str, on: date, where: Where, control: Where | None, teams: frozenset[str]
) -> None:
    if control is not None and sorted(control) == sorted(where):
        control = None
    journal = opened()
    told = journal.record_intervention(
        title, on=on, metric="fcr", direction="down", done=done, where=where, control=control, teams=teams
    )
    assert journal.intervention(told.entry_id) == told
    assert (told.title, told.done, told.on, told.teams) == (title.strip(), done, on, teams)
    assert (told.where, told.control) == (where, control)


def test_a_journal_that_cannot_be_opened_is_told_in_a_line(tmp_path: Path) -> None:
    for url in ("nonsense", "sqlite://", "oracledb+nothing://x", "postgresql+psycopg://u:secret@127.0.0.1:1/x"):
        with pytest.raises(BadSetting) as told:
            open_journal(replace(Settings(), home=tmp_path, journal_url=url), "lena", None)
        assert "secret" not in str(told.value)


def test_a_target_is_never_overwritten(opened: Open) -> None:
    desk = opened()
    first = desk.set_goal("fcr", 0.7, at_least=True, since=date(2026, 9, 1))
    second = desk.set_goal("fcr", 0.75, at_least=True, since=date(2026, 10, 1), note="After the new macros")
    aht = desk.set_goal("aht", 600, at_least=False, since=date(2026, 9, 15))
    assert desk.goals("fcr") == [second, first]
    assert desk.goals() == [second, aht, first]
    assert desk.set_goal("fcr", None, at_least=True, since=date(2026, 11, 1)).value is None
    with pytest.raises(JournalRefused, match="must be a number"):
        desk.set_goal("fcr", float("nan"), at_least=True, since=DAY)


def test_goals_are_their_teams(opened: Open) -> None:
    bill = opened("bill", BILLING)
    mine = bill.set_goal("fcr", 0.8, at_least=True, since=DAY)
    assert mine.teams == BILLING
    assert opened("fran", FRONT).goals() == []
    for teams in ((), FRONT):
        with pytest.raises(JournalRefused):
            bill.set_goal("fcr", 0.1, at_least=True, since=DAY, teams=teams)
        with pytest.raises(JournalRefused):
            bill.choose_headline(["fcr", "aht", "csat", "backlog"], teams=teams)


def test_four_to_six_figures_are_seen_first(opened: Open) -> None:
    desk, six = opened(), ["fcr", "aht", "csat", "backlog", "reopen_rate", "sla_attainment"]
    earlier, newer = desk.choose_headline(six[:4]), desk.choose_headline(six)
    assert [list(choice.metrics) for choice in desk.headline_choices()] == [six, six[:4]]
    assert desk.headline_choices() == [newer, earlier]
    for bad in (six[:3], [*six, "csat_response_rate"], [*six[:4], "fcr"]):
        with pytest.raises(JournalRefused, match="choose 4 to 6 different"):
            desk.choose_headline(bad)
