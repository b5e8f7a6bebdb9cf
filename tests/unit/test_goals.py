"""Which target holds for whom and when, and which figures come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.settings import Settings
from config.targets import Target
from journal import open_journal
from metrics import HEADLINE, METRICS, Scope
from metrics.teams import team_keys
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui.figures import Asker
from ui.filters import Chosen
from ui.goals import DESK, Goals, Part, goals_of, part_of
from ui.periods import Period

RED, BLUE = frozenset({"story:red"}), frozenset({"story:blue"})
FCR, BACKLOG = METRICS["fcr"], METRICS["backlog_waiting_on_us"]
SET = {"fcr": Target(0.7, True), "backlog_waiting_on_us": Target(250, False)}
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), home=tmp_path)


def read(settings: Settings, teams: frozenset[str] | None = None) -> Goals:
    return goals_of(settings, Scope("lena", teams, "manager"), SET)


def test_what_is_set_holds_until_somebody_decides(settings: Settings) -> None:
    assert read(settings).target(FCR, Part(DESK), OCTOBER) == Target(0.7, True)
    desk = open_journal(settings, "lena", None)
    desk.set_goal("fcr", 0.75, at_least=True, since=date(2026, 10, 1))
    goals = read(settings)
    assert goals.target(FCR, Part(DESK), SEPTEMBER) == Target(0.7, True)  # a past month keeps what held then
    assert goals.target(FCR, Part(DESK), OCTOBER) == Target(0.75, True)
    desk.set_goal("fcr", 0.8, at_least=True, since=date(2026, 10, 1))  # thought better of on the same day
    assert read(settings).target(FCR, Part(DESK), OCTOBER) == Target(0.8, True)
    desk.set_goal("fcr", None, at_least=True, since=date(2026, 11, 1))  # taken back: what is set holds again
    assert read(settings).target(FCR, Part(DESK), NOVEMBER) == Target(0.7, True)
    assert read(settings).target(FCR, Part(DESK), OCTOBER) == Target(0.8, True)


def test_a_team_s_own_goes_before_the_desk_s(settings: Settings) -> None:
    open_journal(settings, "lena", None).set_goal("fcr", 0.75, at_least=True, since=SEPTEMBER)
    open_journal(settings, "rita", RED).set_goal("fcr", 0.6, at_least=True, since=OCTOBER)
    goals = read(settings)
    assert goals.target(FCR, Part(RED), SEPTEMBER) == Target(0.75, True)
    assert goals.target(FCR, Part(RED), OCTOBER) == Target(0.6, True)
    assert goals.target(FCR, Part(RED, is_narrower=True), OCTOBER) == Target(0.6, True)
    assert goals.target(FCR, Part(BLUE), OCTOBER) == Target(0.75, True)
    assert read(settings, BLUE).target(FCR, Part(BLUE), OCTOBER) == Target(0.75, True)
    assert [goal.value for goal in read(settings, BLUE).kept] == [0.75]  # another team's is none of theirs


def test_a_number_of_tickets_is_for_whom_it_was_set(settings: Settings) -> None:
    assert read(settings).target(BACKLOG, Part(DESK), OCTOBER) == Target(250, False)
    assert read(settings).target(BACKLOG, Part(DESK, is_narrower=True), OCTOBER) is None
    assert read(settings, RED).target(BACKLOG, Part(RED), OCTOBER) is None
    open_journal(settings, "rita", RED).set_goal("backlog_waiting_on_us", 40, at_least=False, since=SEPTEMBER)
    goals = read(settings)
    assert goals.target(BACKLOG, Part(RED), OCTOBER) == Target(40, False)
    assert goals.target(BACKLOG, Part(RED, is_narrower=True), OCTOBER) is None
    assert goals.target(BACKLOG, Part(BLUE), OCTOBER) is None
    assert goals.target(BACKLOG, Part(RED | BLUE), OCTOBER) is None


def test_the_figures_seen_first_are_the_team_s_the_desk_s_or_the_usual(settings: Settings) -> None:
    assert read(settings).headline(RED) == HEADLINE
    ours, theirs = ["csat", "fcr", "backlog", "aht"], ["fcr", "reply_time", "sla_attainment", "csat", "gone by now"]
    open_journal(settings, "lena", None).choose_headline(ours)
    open_journal(settings, "rita", RED).choose_headline(theirs)
    goals = read(settings)
    assert goals.headline(DESK) == tuple(ours)
    assert goals.headline(BLUE) == tuple(ours)
    assert goals.headline(RED) == tuple(theirs[:4])  # what is no metric any more is left out


def test_a_figure_stands_against_the_target_of_its_part_and_period(settings: Settings) -> None:
    build = build_of(warehouse(busy_month(tickets=60)))
    assert part_of((("team", ("Red",)),), Scope.everything(), build) == Part(RED)
    assert part_of((("channel", ("email",)),), Scope("rita", RED, "manager"), build) == Part(RED, is_narrower=True)
    assert part_of((("team", ("Red", "Blue")),), Scope("rita", RED, "manager"), build) == Part(RED)
    assert team_keys(build)["Red"] == RED
    open_journal(settings, "rita", RED).set_goal("fcr", 0.6, at_least=True, since=date(2026, 3, 29))
    asker = Asker(Scope.everything(), build, read(settings))
    weeks = {date(2026, 3, 16): Target(0.7, True), date(2026, 3, 23): Target(0.6, True)}  # the 29th is its Sunday
    for week, target in weeks.items():
        [kpi] = asker.kpis(Chosen(Period("week", week), (("team", ("Red",)),)), ["fcr"])
        assert kpi.target == target
