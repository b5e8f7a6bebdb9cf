"""Role × page × metric × dimension × row × export × alert × digest: what is not granted gives nothing."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from config.access import GRANTED
from config.settings import ROOT, Settings
from dashboard import PAGES
from forecasting.store import store
from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import OVERLAPPING, dimensions_of
from metrics.health import Health
from metrics.ledger import ledger
from metrics.outlook import outlook
from metrics.outlook_tables import STEPS, TABLES
from metrics.published import Build
from metrics.query import may_ask, statement
from metrics.rows import rows, rows_statement
from metrics.scope import PEOPLE, OutOfScope, Role
from reports.digest import digest_for
from reports.granted import as_granted, within
from reports.recipients import Recipient, scope_of
from reports.text import text
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui import access, asking, exports, grants, page

RED, BLUE = frozenset({"story:red"}), frozenset({"story:blue"})
TITLES = {title: file for pages in PAGES.values() for file, title, _ in pages}
SCOPES: dict[str, Scope] = {
    "local": Scope.everything(),
    "executive": Scope("eva", None, "executive"),
    "manager": Scope("mia", RED, "manager"),
    "analyst": Scope("ana", None, "analyst"),
    "analyst of a team": Scope("ann", RED, "analyst"),
    "wellbeing": Scope("wim", RED, "wellbeing"),
    "agent": Scope("kim", frozenset(), "agent", "story:kim"),
    "admin": Scope("adam", None, "admin"),
}
NOBODY = [Scope("x", None), Scope("x", RED), Scope("x", frozenset(), "agent"), Scope("x", None, "", "story:kim")]


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


def splits() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the metrics by all they can be split by at once: what is equal in that split is equal in each of them.

    A tag is no part of it: a row may have several.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for name, metric in METRICS.items():
        dimensions = dimensions_of(metric)
        found.setdefault(tuple(by for by in dimensions if by not in OVERLAPPING), []).append(name)
        if set(OVERLAPPING) & set(dimensions):
            found.setdefault(tuple(sorted(OVERLAPPING)), []).append(name)
    return [(by, tuple(names[n : n + AT_ONCE])) for by, names in found.items() for n in range(0, len(names), AT_ONCE)]


AT_ONCE = 4  # metrics of one statement: more take longer than one after the other
SPLITS = splits()


# Metrics × dimensions


@pytest.mark.parametrize("nobody", NOBODY, ids=str)
def test_without_a_role_no_metric_and_no_row_is_compiled(build: Build, nobody: Scope) -> None:
    for name, metric in METRICS.items():
        assert not may_ask(metric, nobody)
        for by in (None, *dimensions_of(metric)):
            with pytest.raises(OutOfScope):
                statement(Question((name,), by=(by,) if by else ()), nobody, build.clock)
        for listed in (rows, ledger):
            with pytest.raises(OutOfScope):
                listed(Question((name,)), nobody, build)


@pytest.mark.parametrize("name", SCOPES)
def test_people_are_told_apart_only_to_who_looks_after_them(build: Build, name: str) -> None:
    scope = SCOPES[name]
    may = name in {"local", "manager", "wellbeing", "agent"}
    for metric in METRICS.values():
        for by in PEOPLE & set(dimensions_of(metric)):
            for question in (Question((metric.name,), by=(by,)), Question((metric.name,), where=((by, ("Kim",)),))):
                if may and may_ask(metric, scope):
                    statement(question, scope, build.clock)
                else:
                    with pytest.raises(OutOfScope):
                        statement(question, scope, build.clock)


@pytest.mark.parametrize(("name", "by", "value"), [("manager", "team", "Red"), ("agent", "agent", "Kim")])
def test_a_scope_shows_in_every_split_what_a_filter_shows_to_all(build: Build, name: str, by: str, value: str) -> None:
    seen_rows = 0
    for split, names in SPLITS:
        known = tuple(one for one in names if may_ask(METRICS[one], SCOPES[name]))
        assert all(by in dimensions_of(METRICS[one]) for one in known)
        if not known:
            continue
        filtered = ask(Question(known, by=split, where=((by, (value,)),)), SCOPES["local"], build)
        seen = ask(Question(known, by=split), SCOPES[name], build)
        keys = ["metric", *split]
        pd.testing.assert_frame_equal(
            seen.sort_values(keys, ignore_index=True), filtered.sort_values(keys, ignore_index=True)
        )
        seen_rows += len(seen)
    assert seen_rows > len(METRICS)


def test_a_manager_of_no_team_sees_no_row_in_any_split(build: Build) -> None:
    nowhere = Scope("mo", frozenset({"story:elsewhere"}), "manager")
    for _, names in SPLITS:
        known = tuple(one for one in names if may_ask(METRICS[one], nowhere))
        if known:
            assert ask(Question(known, by=("team",)), nowhere, build).empty, known


# Rows, ledgers, exports


@pytest.mark.parametrize("name", SCOPES)
def test_single_tickets_are_for_who_reads_them_and_name_no_people_to_others(build: Build, name: str) -> None:
    scope = SCOPES[name]
    for metric in METRICS.values():
        question = Question((metric.name,))
        if name in {"executive", "wellbeing", "admin"} or not may_ask(metric, scope):
            with pytest.raises(OutOfScope):
                rows(question, scope, build)
            continue
        told = set(rows_statement(metric, question, scope, build.clock, 10).selected_columns.keys())
        assert ("agent" in told) <= (name in {"local", "manager", "agent"}), metric.name


@pytest.mark.parametrize("name", ["manager", "analyst of a team", "agent"])
def test_rows_and_ledgers_hold_nobody_elses(build: Build, name: str) -> None:
    scope = SCOPES[name]
    for metric in ("tickets_created", "fcr", "csat", "aht", "reopen_rate", "first_reply_time"):
        if not may_ask(METRICS[metric], scope):
            continue
        told, everything = (rows(Question((metric,)), one, build, None) for one in (scope, SCOPES["local"]))
        assert 0 < len(told) < len(everything), metric
        if name == "agent":
            assert set(told["agent"]) == {"Kim"}
        else:
            assert set(told["team"]) == {"Red"}
        counted = ledger(Question((metric,)), scope, build)
        assert counted["tickets"].max() < ledger(Question((metric,)), SCOPES["local"], build)["tickets"].max()


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_rows_kept_out_are_shown_as_they_came_to_who_reads_tickets(
    build: Build, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    kept_out = pd.DataFrame([{"source": "helpdesk", "reason": "no day", "row_json": "Ana's subject"}])
    told = Health(pd.DataFrame(), pd.DataFrame(), kept_out, pd.DataFrame())
    monkeypatch.setattr(asking, "health", lambda _: told)
    monkeypatch.setattr(asking, "_health", asking.Kept())
    seen = asking.health_of(Scope("x", None, role), build).quarantine
    assert list(seen["reason"]) == ["no day"]
    assert ("row_json" in seen) == (role == "analyst")


def test_two_managers_side_by_side_share_no_answer(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same questions, turn by turn, from one store: each gets their own, and every key holds a scope."""
    kept = {name: asking.Kept() for name in ("_frames", "_made", "_options", "_first_days")}
    for name, store_ in kept.items():
        monkeypatch.setattr(asking, name, store_)
    mia, bo = Scope("mia", RED, "manager"), Scope("bo", BLUE, "manager")
    question = Question(("tickets_created", "fcr"), by=("category",), grain="week")
    for _ in range(2):
        for scope in (mia, bo):
            own = ask(question, scope, build)
            pd.testing.assert_frame_equal(asking.answer(question, scope, build), own)
            counted = asking.ledger_of(Question(("fcr",)), scope, build)
            pd.testing.assert_frame_equal(counted, ledger(Question(("fcr",)), scope, build))
            assert asking.values_of("team", scope, build) == (("Red",) if scope is mia else ("O'Blue",))
            assert asking.kept(("x", question), scope, build, lambda scope=scope: scope.viewer) == scope.viewer
    for store_ in kept.values():
        for key in store_._answers:
            assert any(part in (mia, bo) for part in key), key


# Pages


@pytest.fixture
def shown(build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path))
    monkeypatch.setattr(access, "published", lambda: build)
    access.house.cache_clear()
    for name in ("_frames", "_made", "_options", "_health", "_first_days"):
        monkeypatch.setattr(asking, name, asking.Kept())

    def show(title: str, scope: Scope) -> AppTest:
        monkeypatch.setattr(access, "viewer_scope", lambda: scope)
        return AppTest.from_file(str(ROOT / "pages" / f"{TITLES[title]}.py"), default_timeout=30).run()

    yield show
    access.house.cache_clear()


def test_every_page_and_every_role_is_in_the_table_of_grants() -> None:
    assert set(grants.OPENED_BY) == set(TITLES)
    assert set(grants.LANDING) == {"local", *GRANTED}
    for role, title in grants.LANDING.items():
        assert grants.may_open(Scope("x", None, role), title), role
    assert not [title for title in TITLES if grants.may_open(Scope("x", None), title)]
    assert not grants.may_open(Scope.everything(), "A page nobody registered")


def test_a_page_that_is_not_granted_asks_nothing_and_shows_nothing(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("somebody asked the warehouse")

    monkeypatch.setattr(Build, "read", asked)
    for role in ("", *GRANTED):
        for title in TITLES:
            scope = Scope("x", None, role)
            monkeypatch.setattr(access, "viewer_scope", lambda scope=scope: scope)
            if not grants.may_open(scope, title):
                with pytest.raises(OutOfScope, match="not for your role"):
                    page._open(title)
    for title in ("Headline", "Explore", "Workload", "Data health"):
        app = shown(title, Scope("x", None))
        assert not app.exception
        assert "not for your role" in app.error[0].value, title
        told = [*app.title, *app.caption, *app.markdown, *app.text, *app.dataframe, *app.metric, *app.selectbox]
        assert not told, title


def test_pages_are_registered_under_the_title_they_ask_access_for() -> None:
    for title, file in TITLES.items():
        tree = ast.parse((ROOT / "pages" / f"{file}.py").read_text(encoding="utf-8"))
        whole = [node for node in tree.body if isinstance(node, ast.With)]
        assert len(whole) == 1, file  # and nothing runs outside of it
        assert ast.unparse(whole[0].items[0].context_expr) == f"page({title!r})", file
        assert all(
            isinstance(node, ast.With | ast.Import | ast.ImportFrom | ast.Assign | ast.Expr) for node in tree.body
        ), file


@pytest.mark.parametrize("name", [name for name in SCOPES if name not in {"local", "admin"}])
def test_the_pages_a_role_begins_with_and_reads_hold_nothing_of_others(
    shown: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Also what can be taken away: every frame offered for export is made, and looked through."""
    scope = SCOPES[name]
    taken: list[pd.DataFrame] = []
    monkeypatch.setattr(exports, "buttons", lambda _name, _what, frame, *_: taken.append(frame()))
    for title in {grants.LANDING[scope.role], *(["Explore"] if name == "manager" else [])}:
        app = shown(title, scope)
        assert not app.exception, title
        assert not app.error, title
        told = [*app.markdown, *app.text, *app.caption, *app.metric]
        frames = [*(frame.value for frame in app.dataframe), *taken]
        said = " ".join(str(one.value) for one in told) + "".join(str(frame.to_dict("list")) for frame in frames)
        said += str([list(box.options) for box in (*app.selectbox, *app.multiselect)])
        if scope.teams is not None:
            assert "O'Blue" not in said, title
    if name == "manager":
        assert taken


# What was computed after publication: forecasts, alerts, strain


def written(table: str) -> pd.DataFrame:
    """Return rows of every reach: of a team, another, both, and the whole desk; tickets among them."""
    told = TABLES[table]
    reaches = [["story:red"], ["story:blue"], ["story:blue", "story:red"], []]
    values: dict[str, Any] = {
        "text": "x",
        "integer": 1,
        "number": 1.0,
        "boolean": True,
        "day": date(2026, 3, 2),
        "instant": datetime(2026, 3, 2),  # noqa: DTZ001 - as the warehouse stores it
    }
    base = {name: values[kind] for name, kind in told.columns}
    lines = [
        {**base, "team_keys": json.dumps(keys), "agent_key": f"story:{n}", "kind": kind}
        for n, keys in enumerate(reaches)
        for kind in ("ticket", "part")
    ]
    return pd.DataFrame(lines)[told.names]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = replace(Settings(), home=tmp_path_factory.mktemp("home"))
    for step in STEPS:
        store(
            step,
            "b1",
            datetime(2026, 11, 20, 9, tzinfo=UTC),
            {name: written(name) for name, told in TABLES.items() if told.step == step},
            settings,
        )
    return settings


@pytest.mark.parametrize("table", TABLES)
def test_what_was_computed_is_read_by_whom_it_is_for(home: Settings, table: str) -> None:
    told = TABLES[table]
    desk, red, both, blue = "[]", '["story:red"]', '["story:blue", "story:red"]', '["story:blue"]'
    sees = {
        name: {desk, red, both, blue} if one.teams is None else {red} if one.teams else set()
        for name, one in SCOPES.items()
    }
    if told.about != "teams":
        looks_after: dict[Role, set[str]] = {"local": {red, both, blue}, "manager": {red}, "wellbeing": {red}}
        sees = {name: looks_after.get(one.role, set()) for name, one in SCOPES.items()}
    for name, scope in SCOPES.items():
        seen = outlook(told.step, home).read(table, scope)
        assert set(seen["team_keys"]) == sees[name], name
        if "kind" in seen and told.lists_tickets and name in {"executive", "wellbeing", "admin"}:
            assert "ticket" not in set(seen["kind"]), name
    for nobody in NOBODY:
        assert outlook(told.step, home).read(table, nobody).empty


def test_a_person_reads_their_own_rows_and_no_others(home: Settings) -> None:
    for table, told in TABLES.items():
        if told.about == "people":
            seen = outlook(told.step, home).read(table, Scope("n0", frozenset(), "agent", "story:0"))
            assert set(seen["agent_key"]) == {"story:0"}, table


# What is sent: digests and alerts


def granted(tmp_path: Path, told: str, mode: str = "oidc") -> Settings:
    (tmp_path / "access.toml").write_text(f"[people]\n{told}\n", encoding="utf-8")
    return Settings(home=tmp_path, sign_in={"mode": mode, "access": str(tmp_path / "access.toml")})


@pytest.mark.parametrize(
    ("told", "teams", "role"),
    [
        ('"kim@example.com" = { role = "manager", teams = ["Red"] }', RED, "manager"),
        ('"KIM@example.com" = { role = "analyst", teams = "all" }', RED | BLUE, "executive"),
        ('"kim@example.com" = { role = "executive", teams = ["Red", "green"] }', RED, "executive"),
        ('"kim@example.com" = { role = "manager", teams = ["green"] }', frozenset(), "manager"),
        ('"kim@example.com" = { role = "manager", teams = ["No such team"] }', frozenset(), "manager"),
        ('"kim@example.com" = { role = "agent", agent = "story:kim" }', frozenset(), "manager"),
        ('"kim@example.com" = { role = "admin", teams = "all" }', frozenset(), "manager"),
        ('"kim@example.com" = { is_disabled = true }', frozenset(), "manager"),
        ('"lee@example.com" = { role = "manager", teams = "all" }', frozenset(), "manager"),
    ],
)
def test_a_digest_tells_no_more_than_its_reader_was_granted(
    build: Build, tmp_path: Path, told: str, teams: frozenset[str], role: Role
) -> None:
    kim = Recipient("kim@example.com", "manager", ("Red", "O'Blue"))
    asked = scope_of(kim, build)
    assert as_granted(asked, granted(tmp_path, told, "local"), build) == asked
    settings = granted(tmp_path, told)
    assert as_granted(asked, settings, build) == Scope("kim@example.com", teams, role)
    digest = digest_for(kim, date(2026, 3, 9), build, settings) if teams != RED | BLUE else None
    if not teams:
        assert digest is None
    elif digest is not None:
        assert digest.part == "Red"
        said = [line for line in text(digest).splitlines() if "http" not in line]  # links filter
        assert "Blue" not in "\n".join(said)
        assert digest.lines


def test_a_made_up_reader_s_digest_tells_no_more_than_who_looks_may_see(build: Build, tmp_path: Path) -> None:
    settings, week = granted(tmp_path, '"mia@example.com" = { role = "manager", teams = ["Red"] }'), date(2026, 3, 9)
    red, both = Recipient("manager@example.com", "manager", ("Red",)), Recipient("manager@example.com", "manager")
    mia = Scope("mia@example.com", RED, "manager")
    assert digest_for(red, week, build, settings) is None  # nobody granted this address anything
    alone, wide = (digest_for(one, week, build, settings, mia) for one in (red, both))
    assert alone is not None
    assert wide is not None
    assert wide.lines == alone.lines
    assert within(scope_of(both, build), mia).teams == RED
    assert within(scope_of(both, build), Scope("eva@example.com", None, "executive")).role == "executive"
    assert digest_for(both, week, build, settings, Scope("nobody", frozenset(), "manager")) is None
