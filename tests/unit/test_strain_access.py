"""Who sees what of strain: role by view, the subtraction attack, the log of looks, check-ins and notices."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import BadSetting
from config.settings import ROOT, Settings
from config.wellbeing import Basis, wellbeing_of
from forecasting.store import store
from journal import JournalRefused, open_journal
from metrics import Scope
from metrics.outlook import outlook
from metrics.outlook_strain import STRAIN_TABLES
from metrics.outlook_tables import TABLES
from metrics.scope import OutOfScope, Role
from metrics.strain import EVERYBODY, SMALLEST_GROUP, published, strain, to_tell

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WEEK = date(2026, 11, 9)
SIZES = {"desk:a": 12, "desk:b": 6, "desk:c": 14, "desk:d": 5}  # people a team
MINE = frozenset({"desk:b"})
VIEWERS: dict[Role, Scope] = {
    "local": Scope.everything(),
    "manager": Scope("mia", MINE, "manager"),
    "wellbeing": Scope("wim", None, "wellbeing"),
    "executive": Scope("eva", None, "executive"),
    "analyst": Scope("ana", None, "analyst"),
    "admin": Scope("adam", None, "admin"),
    "agent": Scope("b3", frozenset(), "agent", "desk:b:3"),
    "": Scope("nobody", None),
}
PEOPLE = ("people", "all_signals", "moves", "thanks")
SEES = {  # teams whose single people each role sees, beyond themselves
    "local": set(SIZES), "manager": set(MINE), "wellbeing": set(SIZES),
    "executive": set(), "analyst": set(), "admin": set(), "agent": set(), "": set(),
}  # fmt: skip


def teamed(team: str) -> dict[str, object]:
    return {"team_keys": json.dumps([team]), "team": team[-1].upper()}


def frames() -> dict[str, pd.DataFrame]:
    people = [
        {"agent_key": f"{team}:{n}", "agent": f"Agent {team[-1]}{n}", **teamed(team)}
        for team, size in SIZES.items()
        for n in range(size)
    ]  # fmt: skip
    weeks = [{**one, "week_starts_on": WEEK - timedelta(weeks=back)} for one in people for back in (1, 0)]
    parts = {"csat": 0.7, "fcr": 0.9, "reopen": 0.4, "aht": 0.6}
    drift = [{**one, "part": "drift", "signal": name, "contribution": z} for one in weeks for name, z in parts.items()]
    told: dict[str, list[dict[str, object]]] = {
        "strain": [{**one, "z": 2.6, "band": "watch", "load_band": "usual"} for one in weeks],
        "strain_signal": [*drift, *({**one, "part": "load", "signal": "effort_points", "value": 9.0} for one in weeks)],
        "strain_team": [
            {"team_key": team, **teamed(team), "week_starts_on": WEEK,
             "members": size, "told": size, "watched": size // 3, "loaded": 1, "z": 0.4, "band": "steady"}
            for team, size in SIZES.items()
        ],
        "strain_thanks": [{**one, "reason": "complex", "times": 3} for one in people],
        "strain_move": [{**one, "to_agent_key": "x", "to_agent": "X", "category": "Refunds"} for one in people],
        "strain_missing": [{"team_key": team, **teamed(team), "signal": "roster"} for team in SIZES],
    }  # fmt: skip
    return {table.name: pd.DataFrame(told[table.name], columns=table.names) for table in STRAIN_TABLES}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = replace(Settings(), home=tmp_path_factory.mktemp("home"))
    store("strain", "b1", NOW, frames(), settings)
    return settings


class Looks:
    """A log that remembers."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, list[str]]] = []

    def __call__(self, what: str, agents: Sequence[str]) -> None:
        self.kept.append((what, list(agents)))


@pytest.mark.parametrize("role", list(VIEWERS))
@pytest.mark.parametrize("view", PEOPLE)
def test_single_people_are_for_who_looks_after_them_and_for_themselves(home: Settings, role: Role, view: str) -> None:
    scope, log = VIEWERS[role], Looks()
    rows = getattr(strain(scope, home, log), view)()
    wanted = {f"{team}:{n}" for team in SEES[role] for n in range(SIZES[team])} | ({scope.agent_key} - {""})
    assert set(rows["agent_key"]) == wanted
    assert [seen for _, seen in log.kept] == [sorted(wanted)]


@pytest.mark.parametrize("role", list(VIEWERS))
def test_a_persons_page_is_for_who_looks_after_them_and_for_themselves(home: Settings, role: Role) -> None:
    scope = VIEWERS[role]
    told = strain(scope, home, Looks())
    for team, size in SIZES.items():
        for n in range(size):
            key = f"{team}:{n}"
            if team in SEES[role] or key == scope.agent_key:
                assert set(told.signals(key)["agent_key"]) == {key}
                assert len(told.history(key)) == 2
            else:
                for view in (told.signals, told.history):
                    with pytest.raises(OutOfScope):
                        view(key)


@pytest.mark.parametrize("role", list(VIEWERS))
def test_weeks_of_teams_are_for_who_looks_after_them_and_groups_for_all(home: Settings, role: Role) -> None:
    scope, log = VIEWERS[role], Looks()
    told = strain(scope, home, log)
    assert set(told.teams()["team_key"]) == SEES[role]
    groups = told.groups()
    assert [what for what, _ in log.kept] == ["teams", "groups"]
    assert (groups["members"] >= SMALLEST_GROUP).all()
    assert set(groups.columns) == {"group", "members", "band", "week_starts_on"}  # bands: nothing to subtract
    assert set(groups["group"]) == ({EVERYBODY, "A", "C"} if scope.teams is None and role else set())


def test_no_view_reads_the_tables_past_their_rules(home: Settings) -> None:
    for table in STRAIN_TABLES:
        if table.about != "teams":
            for role in ("executive", "analyst", "admin", ""):
                assert outlook("strain", home).read(table.name, VIEWERS[role]).empty, (table.name, role)
    readers = [
        path
        for room in ("metrics", "ui", "pages", "reports", "forecasting", "etl")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\.read_unscoped\(", path.read_text(encoding="utf-8"))
    ]
    assert [path.relative_to(ROOT).as_posix() for path in sorted(readers)] == [
        "metrics/outlook.py",
        "metrics/strain.py",
    ]
    assert {name for name, table in TABLES.items() if "agent_key" in table.names and table.about != "people"} == set()


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(1, 25), min_size=1, max_size=8))
def test_no_subtraction_leaves_fewer_than_ten_people(sizes: dict[str, int]) -> None:
    """Add and subtract what is published in every way: no group of one to nine people comes out."""
    told = published(sizes)
    groups = [frozenset({team}) for team in told - {EVERYBODY}] + ([frozenset(sizes)] if EVERYBODY in told else [])
    reached = set(groups)
    for count in range(1, len(groups) + 1):
        for some in combinations(groups, count):
            joined = frozenset().union(*some)
            reached |= {joined, *(group - joined for group in groups), *(joined - group for group in groups)}
    people = {sum(sizes[team] for team in group) for group in reached if group}
    assert all(size >= SMALLEST_GROUP for size in people)


def test_two_viewers_cannot_subtract_from_each_other(home: Settings) -> None:
    whole = strain(VIEWERS["executive"], home, Looks()).groups()
    for teams in (frozenset(some) for count in (1, 2, 3) for some in combinations(SIZES, count)):
        part = strain(Scope("eve", teams, "executive"), home, Looks()).groups()
        assert set(part["group"]) <= set(whole["group"]) - {EVERYBODY}


def test_contributions_add_up_the_same_for_manager_and_agent(home: Settings) -> None:
    own, theirs = (strain(VIEWERS[role], home, Looks()).signals("desk:b:3") for role in ("agent", "manager"))
    pd.testing.assert_frame_equal(own, theirs)
    z = strain(VIEWERS["agent"], home, Looks()).history("desk:b:3")["z"].iloc[-1]
    assert abs(own.loc[own["part"] == "drift", "contribution"].sum() - z) < 1e-9


def test_looks_are_written_down_once_a_quarter_of_an_hour(home: Settings) -> None:
    for hours in (0, 0.1, 1):
        book = open_journal(home, "mia", MINE, lambda h=hours: NOW + timedelta(hours=h))
        book.log_looks("signals", ["desk:b:3", "desk:b:4"], role="manager", purpose="early talks")
    looks = book.looks_at("desk:b:3")
    assert [(look.viewer, look.role, look.what, look.purpose) for look in looks] == [
        ("mia", "manager", "signals", "early talks")
    ] * 2
    book.log_looks("groups", [], role="manager", purpose="")
    assert book.looks_at("")[0].what == "groups"


def test_check_ins_are_for_who_wrote_them_the_agent_and_who_looks_after_the_team(home: Settings) -> None:
    mia = open_journal(home, "mia", MINE)
    agreed = mia.check_in("desk:b:3", "Two weeks off the refunds rota", on=WEEK, teams=MINE, prefers="API questions")
    mine = open_journal(home, "b3", frozenset())
    comment = mine.check_in(
        "desk:b:3", "I moved house", on=WEEK, teams=(), kind="comment", is_shared=False, me="desk:b:3"
    )
    assert [one.text for one in mia.check_ins("desk:b:3")] == [agreed.text]
    assert [one.text for one in mine.check_ins("desk:b:3", me="desk:b:3")] == [comment.text, agreed.text]
    assert open_journal(home, "eva", None).check_ins("desk:b:3") == []
    assert open_journal(home, "b4", frozenset()).check_ins("desk:b:3", me="desk:b:4") == []
    assert open_journal(home, "max", frozenset({"desk:a"})).check_ins("desk:b:3") == []
    with pytest.raises(JournalRefused, match="no such check-in"):
        mine.delete(agreed)
    with pytest.raises(JournalRefused):
        mia.check_in("desk:b:3", " ", on=WEEK, teams=MINE)


def test_a_check_in_is_written_by_who_sees_the_team_and_a_comment_by_the_agent(home: Settings) -> None:
    max_, mine = open_journal(home, "max", frozenset({"desk:a"})), open_journal(home, "b3", frozenset())
    for teams in (MINE, frozenset[str]()):
        with pytest.raises(JournalRefused, match="looks after"):
            max_.check_in("desk:b:3", "Well done", on=WEEK, teams=teams)
        with pytest.raises(JournalRefused, match="looks after"):
            mine.check_in("desk:b:4", "You owe me", on=WEEK, teams=teams)
    for me in ("", "desk:a:1"):
        with pytest.raises(JournalRefused, match="a comment is written by the agent"):
            max_.check_in("desk:b:3", "I am fine", on=WEEK, teams=MINE, kind="comment", me=me)


def test_a_private_notice_waits_for_weeks_of_talk() -> None:
    bands = {"kim": ["watch", "talk", "talk", "talk"], "lee": ["talk", "talk", "steady", "talk"], "ada": ["talk"] * 3}
    rows = [
        {"agent_key": who, "agent": who, "band": band, "z": 2.9, "week_starts_on": WEEK - timedelta(weeks=back)}
        for who, told in bands.items()
        for back, band in enumerate(reversed(told), start=int(who == "ada"))  # Ada was away in the newest week
    ]
    weeks = pd.DataFrame(rows)
    assert list(to_tell(weeks, 3, 2.4)["agent"]) == ["kim"]
    assert list(to_tell(weeks, 1, 2.4)["agent"]) == ["kim", "lee"]
    assert to_tell(weeks, 3, 3.5).empty


def test_drift_of_persons_needs_a_purpose_and_a_day_gone_by() -> None:
    day = date(2026, 10, 1)
    assert Basis("early talks", day).holds_on(day)
    assert not Basis("early talks", day).holds_on(day - timedelta(days=1))
    assert not Basis("", day).holds_on(day)
    assert not Basis("early talks").holds_on(day)
    told = wellbeing_of(
        {"individual": {"purpose": "early talks", "notice_on": "2026-10-01"}, "notice": {"is_on": True}}
    )
    assert told.basis == Basis("early talks", day)
    assert (told.notice.is_on, told.notice.after_weeks, told.notice.from_z) == (True, 3, 2.4)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"persons": {}}, "wellbeing.persons"),
        ({"individual": {"why": ""}}, "individual.why is not known"),
        ({"individual": {"purpose": 3}}, "must be a sentence"),
        ({"individual": {"notice_on": "soon"}}, "is not a day"),
        ({"notice": {"is_on": "yes"}}, "must be true or false"),
        ({"notice": {"after_weeks": 0}}, "at least 1"),
        ({"notice": {"from_z": 1.0}}, "at least 2.4"),
    ],
)
def test_settings_that_cannot_be_used_are_told(told: dict[str, dict[str, object]], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        wellbeing_of(told)


def test_a_notice_is_kept_until_it_is_taken_back(tmp_path: Path) -> None:
    book = open_journal(replace(Settings(), home=tmp_path), "lena", None)
    assert book.notice() is None
    given = book.give_notice("Early talks", on=WEEK, origin="demo:notice")
    assert book.notice() == given
    book.delete(given)
    assert book.notice() is None
    assert book.remembers_notice("demo:notice")  # what was taken back does not come again with the next run
