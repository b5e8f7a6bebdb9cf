"""Drift: what it adds up to, that it never looks ahead, what it must find and what it must leave alone."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import BadInput
from forecasting.__main__ import main
from forecasting.strain.bands import TALK_AFTER_WEEKS, WATCH_AT, bands
from forecasting.strain.drift import FIRST_WEEKS, Drift, drift
from forecasting.strain.expected import before
from forecasting.strain.printing import as_json
from forecasting.strain.signals import NAMES, SIGNALS
from forecasting.strain.teams import team_scores
from forecasting.strain.weekly import read_weekly, weekly_of
from tests.support.sliding import Desk, Told, simulated

QUIET = Desk(
    teams=4, agents=12, weeks=40, categories=5, slide_share=0, move_share=0, overload_share=0, newcomer_share=0,
    leave_share=0, part_time_share=0, transfer_share=0, shock_share=0,
)  # fmt: skip


def scored(desk: Desk) -> tuple[Told, Drift]:
    told = simulated(desk)
    return told, drift(weekly_of(told.table))


@pytest.fixture(scope="module")
def busy_desk() -> tuple[Told, Drift]:
    return scored(Desk(teams=12, agents=20, seed=4))


def test_contributions_add_up_to_the_score(busy_desk: tuple[Told, Drift]) -> None:
    rows = [row for row in as_json(busy_desk[1])["rows"] if row["z"] is not None]
    assert len(rows) > 5_000
    assert all(set(row["contributions"]) == set(NAMES) for row in rows)
    assert max(abs(sum(row["contributions"].values()) - row["z"]) for row in rows) < 1e-9


@settings(max_examples=12, deadline=None)
@given(
    cut=st.integers(10, 38), seed=st.integers(0, 1_000), agents=st.integers(1, 8), drop=st.sampled_from(["", *NAMES])
)
def test_no_week_depends_on_a_later_one(cut: int, seed: int, agents: int, drop: str) -> None:
    told = simulated(Desk(teams=2, agents=agents, weeks=40, categories=3, tickets=25, seed=seed))
    gone = [column for signal in SIGNALS if signal.name == drop for column in (signal.total,)]
    table = told.table.drop(columns=gone)
    whole = drift(weekly_of(table))
    until = table[table["week"] <= table["week"].min() + pd.Timedelta(weeks=cut)]
    part = drift(weekly_of(until))
    mine = [whole.weekly.agents.index(name) for name in part.weekly.agents]
    weeks = part.present.shape[1]
    np.testing.assert_allclose(part.parts, whole.parts[:, mine, :weeks], atol=1e-9)
    np.testing.assert_array_equal(part.band, whole.band[mine, :weeks])


def test_the_order_of_rows_does_not_matter(busy_desk: tuple[Told, Drift]) -> None:
    told, result = busy_desk
    mixed = drift(weekly_of(told.table.sample(frac=1, random_state=3)))
    np.testing.assert_allclose(mixed.z, result.z, atol=1e-9)


def test_nothing_is_said_before_the_twelfth_week(busy_desk: tuple[Told, Drift]) -> None:
    _, result = busy_desk
    first = np.argmax(result.present, axis=1)
    early = np.arange(result.z.shape[1]) < first[:, None] + FIRST_WEEKS
    assert np.isnan(result.z[early]).all()
    assert (result.band[early] == 0).all()
    assert np.isfinite(result.z[result.present & ~early]).mean() > 0.98


def test_nothing_is_said_of_who_has_too_few_tickets() -> None:
    _, result = scored(Desk(**{**vars(QUIET), "tickets": 1.0}))
    assert np.isnan(result.z).mean() > 0.95
    _, result = scored(QUIET)
    assert np.isfinite(result.z[:, FIRST_WEEKS:][result.present[:, FIRST_WEEKS:]]).mean() > 0.98


def test_a_slide_is_found_and_its_signals_are_told(busy_desk: tuple[Told, Drift]) -> None:
    told, result = busy_desk
    slid = np.flatnonzero(told.slides >= 0)
    found = [np.nanmax(result.z[agent, told.slides[agent] : told.slides[agent] + 8]) >= WATCH_AT for agent in slid]
    assert len(slid) >= 15
    assert np.mean(found) >= 0.8
    full = [result.parts[:, agent, told.slides[agent] + 6] for agent in slid]
    assert (np.nanmean(full, axis=0) > 0.2).all()


def test_a_desk_where_nothing_happens_is_left_alone() -> None:
    raised, years = 0, 0.0
    for seed in range(6):
        _, result = scored(Desk(**{**vars(QUIET), "seed": seed}))
        watched = np.nan_to_num(result.z, nan=-9) >= WATCH_AT
        raised += int((watched[:, 1:] & ~watched[:, :-1]).sum())
        years += np.isfinite(result.z).sum() / 52
    assert raised / years <= 0.13  # a tenth, and what chance adds to 14 of them


def test_a_shock_of_the_whole_team_is_nobodys_own() -> None:
    flagged = people = 0
    for seed in range(4):
        told, result = scored(Desk(**{**vars(QUIET), "shock_share": 1.0, "seed": seed}))
        for agent, team in enumerate(told.team):
            at = told.shocks[team]
            people += 1
            flagged += bool((np.nan_to_num(result.z[agent, at : at + 10], nan=-9) >= WATCH_AT).any())
    assert flagged / people <= 0.06  # ten weeks of chance alone bring about .02


def test_a_shock_of_the_whole_team_is_told_of_the_team() -> None:
    found = []
    for seed in range(3):
        told, result = scored(Desk(**{**vars(QUIET), "teams": 12, "shock_share": 0.4, "seed": seed}))
        z = np.nan_to_num(team_scores(result), nan=-9)
        found += [(z[team, at : at + 8] >= WATCH_AT).any() for team, at in enumerate(told.shocks) if at >= 0]
    quiet = team_scores(scored(QUIET)[1])
    assert np.mean(found) >= 0.7
    assert np.nanmax(quiet) < WATCH_AT


def test_who_moves_to_a_harder_queue_is_not_sliding() -> None:
    told, result = scored(Desk(teams=10, agents=20, move_share=0.5, slide_share=0, seed=7))
    moved = told.moves >= 0
    after = np.arange(result.z.shape[1]) >= told.moves[:, None]
    raised = (after & (np.nan_to_num(result.z, nan=-9) >= WATCH_AT)).any(axis=1)
    assert raised[moved].mean() <= 0.10


def test_two_sliding_in_a_team_of_six_do_not_hide_each_other() -> None:
    found = []
    for seed in range(3):
        told, result = scored(Desk(teams=20, agents=6, slides_a_team=2, seed=seed))
        for agent in np.flatnonzero(told.slides >= 0):
            at = told.slides[agent]
            found.append(np.nanmax(result.z[agent, at : at + 8], initial=-9) >= WATCH_AT)
    assert np.mean(found) >= 0.7


@given(
    z=st.lists(st.one_of(st.none(), st.floats(-5, 5)), min_size=1, max_size=30),
)
def test_talk_comes_only_after_weeks_of_watch(z: list[float | None]) -> None:
    told = np.array([[np.nan if value is None else value for value in z]])
    got = bands(told, np.ones(told.shape, dtype=bool))[0]
    for week, value in enumerate(z):
        spell = z[max(week - TALK_AFTER_WEEKS + 1, 0) : week + 1]
        watched = len(spell) == TALK_AFTER_WEEKS and all(v is not None and v >= WATCH_AT for v in spell)
        wanted = 0 if value is None else 3 if watched else 2 if value >= WATCH_AT else 1
        assert got[week] == wanted


def test_sums_before_a_week_leave_the_gap_out() -> None:
    # Weeks 1, 2, 3, 4, 5: two weeks that end one week before each.
    assert before(np.array([1.0, 2, 3, 4, 5]), 2, 1).tolist() == [0, 1, 3, 5, 7]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "agents.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_command_tells_every_agent_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = simulated(Desk(teams=2, agents=6, weeks=30, seed=2))
    table = told.table.drop(columns=["csat_n", "csat_good", "effort_points", "log_aht_sumsq"])
    path = tmp_path / "agents.csv"
    table.to_csv(path, index=False)
    main(["strain", "--agents", str(path), "--json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {(row["agent"], row["week"]) for row in rows} == set(
        zip(table["agent"], table["week"].dt.strftime("%Y-%m-%d"), strict=True)
    )
    assert {row["band"] for row in rows} <= {"steady", "watch", "talk", "unknown"}
    assert all((row["z"] is None) == (row["band"] == "unknown") for row in rows)
    assert all(row["contributions"]["csat"] == 0 for row in rows if row["z"] is not None)
    main(["strain", "--agents", str(path)])
    assert "never a diagnosis" in capsys.readouterr().out


def test_a_row_of_noughts_is_a_week_away(busy_desk: tuple[Told, Drift]) -> None:
    table = busy_desk[0].table
    who, numbers = table["agent"].iloc[0], table.columns[4:]
    away = (table["agent"] == who) & table["week"].between("2025-05-05", "2025-06-16")
    noughts = table.assign(**{name: table[name].where(~away, 0) for name in numbers})
    without, with_rows = drift(weekly_of(table[~away])), drift(weekly_of(noughts))
    np.testing.assert_allclose(with_rows.z, without.z, atol=1e-9)
    told = [
        row for row in as_json(with_rows)["rows"] if row["agent"] == who and "2025-05-05" <= row["week"] <= "2025-06-16"
    ]
    assert told
    assert all(row["z"] is None and row["band"] == "unknown" for row in told)


def test_weeks_are_told_by_their_monday(tmp_path: Path) -> None:
    path = written(tmp_path, "agent,week,fcr_n,fcr_good\nkim,2026-04-01,5,4\nkim,2026-W15,5,4\nlee,2026-04-12,,\n")
    told = read_weekly(path)
    assert [str(week) for week in told.weeks] == ["2026-03-30", "2026-04-06"]
    assert told.week.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read as CSV"),
        ("agent,fcr_n\nkim,3\n", "has no column 'week'"),
        ("agent,week\nkim,2026-03-30\n", "holds no signal"),
        ("agent,week,fcr_n,fcr_good\n", "has no rows"),
        ("agent,week,fcr_n,fcr_good\nkim,soon,3,2\n", "row 2: week is not a day"),
        ("agent,week,fcr_n,fcr_good\nkim,2026-03-30,3,2\n,2026-03-30,3,2\n", "row 3: agent is empty"),
        ("agent,week,fcr_n,fcr_good\nkim,2026-03-30,3,4\n", "row 2: fcr_good is more than fcr_n"),
        ("agent,week,fcr_n,fcr_good\nkim,2026-03-30,-3,-4\n", "is below 0"),
        ("agent,week,fcr_n,fcr_good\nkim,2026-03-30,many,4\n", "row 2: fcr_n is not a number"),
        ("agent,week,fcr_n,fcr_good\nkim,1026-03-30,3,2\nkim,2026-03-30,3,2\n", "is more than"),
    ],
)
def test_bad_input_is_told_in_a_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read_weekly(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_frame_without_teams_or_categories_is_one_team() -> None:
    table = pd.read_csv(io.StringIO("agent,week,fcr_n,fcr_good\nkim,2026-03-30,9,4\n"))
    told = weekly_of(table.assign(week=pd.to_datetime(table["week"])))
    assert (told.teams, told.categories) == ([""], [""])
    assert np.isnan(drift(told).z).all()
