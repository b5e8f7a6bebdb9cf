"""Which days deserve attention: what is found, what is left alone, and that no day knows a later one."""

import csv
import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from config.errors import BadInput
from config.settings import ROOT
from forecasting.__main__ import main
from forecasting.alerts.counts import watch_counts
from forecasting.alerts.durations import watch_durations
from forecasting.alerts.limits import HIGHEST, LOWEST, YOUNG, score_limits
from forecasting.alerts.rates import _even, watch_rates
from forecasting.alerts.reading import read_measured
from forecasting.alerts.tails import normal_scores
from forecasting.alerts.watched import DOWN, UP, Cusum, Watched
from forecasting.volume.series import Calendar, number_of

FIRST = 19_000  # a Saturday
DAYS = 500
SHARED = ROOT.parent / "shared" / "data"
WEEK = np.array([0.3, 0.25, 1.3, 1.1, 1, 1, 0.95])  # from Saturday


def counts(seed: int, level: float = 100, days: int = DAYS, series: int = 1) -> np.ndarray:
    """Return calm counts of a desk with quiet weekends."""
    rng = np.random.default_rng(seed)
    mean = level * WEEK[np.arange(days) % 7] * rng.gamma(100, 1 / 100, (series, days))
    return rng.poisson(mean).astype(float)


def rates(seed: int, n: float = 60, days: int = DAYS, share: float = 0.75) -> tuple[np.ndarray, np.ndarray]:
    """Return hits and rows of a calm rate."""
    rng = np.random.default_rng(seed)
    rows = rng.poisson(n, (1, days))
    return rng.binomial(rows, share).astype(float), rows.astype(float)


def durations(seed: int, n: float = 60, days: int = DAYS) -> tuple[np.ndarray, np.ndarray]:
    """Return means of log seconds and rows of a calm duration."""
    rng = np.random.default_rng(seed)
    rows = rng.poisson(n, (1, days)).astype(float)
    return 6 + rng.normal(size=rows.shape) * 0.9 / np.sqrt(rows), rows


def watch(kind: str, seed: int, until: int = DAYS, altered_from: int = DAYS) -> Watched:
    """Watch a series with turns of its own, cut after ``until`` days, or altered from a day on."""
    if kind == "count":
        y = counts(seed)
        y[:, 300] *= 2
        y[:, 350:] *= 1.3
        y[:, 200:205] = np.nan
        y[:, altered_from:] = y[:, altered_from:] * 3 + 7
        y[:, 230:234] = 0
        holidays = {FIRST + day: "A holiday" for day in range(40, 600, 90)}
        return watch_counts(y[:, :until], FIRST, Calendar(holidays))
    if kind == "rate":
        hits, rows = rates(seed)
        hits[:, 350:] = np.floor(hits[:, 350:] * 0.85)
        hits[:, altered_from:] = 0
        return watch_rates(hits[:, :until], rows[:, :until])
    y, rows = durations(seed)
    y[:, 350:] += 0.2
    y[:, altered_from:] -= 2
    return watch_durations(y[:, :until], rows[:, :until])


@pytest.mark.parametrize("kind", ["count", "rate", "duration"])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 5), day=st.integers(60, DAYS - 1))
def test_no_day_knows_a_later_one(kind: str, seed: int, day: int) -> None:
    whole, cut, altered = watch(kind, seed), watch(kind, seed, until=day), watch(kind, seed, altered_from=day)
    for name in ("direction", "score", "expected", "low", "high", "since"):
        known = getattr(whole, name)[:, :day]
        np.testing.assert_array_equal(known, getattr(cut, name))
        np.testing.assert_array_equal(known, getattr(altered, name)[:, :day])


def test_altering_matters_afterwards() -> None:
    """The property above could not fail if what is altered changed nothing."""
    for kind in ("count", "rate", "duration"):
        assert not np.array_equal(watch(kind, 1).score, watch(kind, 1, altered_from=400).score)


def test_series_do_not_know_each_other() -> None:
    together = counts(3, series=4)
    together[2, 300:320] *= 4
    alone = [watch_counts(row[None], FIRST, Calendar()) for row in together]
    seen = watch_counts(together, FIRST, Calendar())
    for at, one in enumerate(alone):
        np.testing.assert_array_equal(seen.direction[at], one.direction[0])
        np.testing.assert_allclose(seen.score[at], one.score[0], atol=1e-6)


def test_a_day_with_twice_as_much_alerts_once_and_spoils_nothing() -> None:
    y = counts(4)
    y[:, 401] *= 2  # a working day
    seen = watch_counts(y, FIRST, Calendar())
    assert np.flatnonzero(seen.alerts[0]).tolist() == [401]
    assert seen.direction[0, 401] == UP
    assert seen.value[0, 401] > seen.high[0, 401] > seen.expected[0, 401] > seen.low[0, 401]


def test_a_lasting_shift_is_told_once_with_its_beginning() -> None:
    for factor, sign in ((1.35, UP), (0.7, DOWN)):
        y = counts(5)
        y[:, 380:] = np.round(y[:, 380:] * factor)
        seen = watch_counts(y, FIRST, Calendar())
        found = np.flatnonzero(seen.alerts[0])
        assert 380 <= found[0] < 394
        assert len(found) <= 3
        assert seen.direction[0, found[0]] == sign
        assert abs(int(seen.since[0, found[0]]) - 380) <= 7


def test_explained_days_neither_alert_nor_count() -> None:
    y = counts(5)
    calm = watch_counts(y, FIRST, Calendar())
    y[:, 400:410] *= 2
    explained = np.zeros(y.shape, dtype=bool)
    explained[:, 400:410] = True
    seen = watch_counts(y, FIRST, Calendar(), explained)
    assert not seen.alerts[:, 400:].any()
    np.testing.assert_allclose(seen.expected[:, 410:430], calm.expected[:, 410:430], rtol=0.1)


def test_closed_days_and_gaps_raise_nothing() -> None:
    y = counts(7, series=8)
    calm = watch_counts(y, FIRST, Calendar()).alerts
    y[:, [100, 257, 300, 301, 302]] = 0  # nobody was in, and no calendar told
    y[:, 350:364] = np.nan
    seen = watch_counts(y, FIRST, Calendar()).alerts
    assert not seen[:, [100, 101, 257, 258, *range(300, 306), *range(350, 368)]].any()
    assert seen.sum() <= calm.sum() + 2  # what chance does may come a day sooner or later


def test_holidays_raise_nothing() -> None:
    y = counts(8, days=900, series=8)
    calm = watch_counts(y, FIRST, Calendar()).alerts
    holidays = {FIRST + day: f"Holiday {day % 4}" for day in range(30, 890, 31)}
    at = np.array(list(holidays)) - FIRST
    y[:, at] = np.round(y[:, at] * 0.42)
    y[:, at + 1] = np.round(y[:, at + 1] * 1.15)
    seen = watch_counts(y, FIRST, Calendar(holidays)).alerts
    assert not seen[:, at].any()
    assert not seen[:, at + 1].any()
    assert seen.sum() <= calm.sum() + 2


def test_a_tenth_that_stays_is_the_level_from_then_on() -> None:
    y = counts(13, days=700)
    y[:, 300:] = np.round(y[:, 300:] * 0.2)
    y[:, 600] *= 3
    seen = watch_counts(y, FIRST, Calendar())
    assert seen.expected[0, 600] < 40
    assert seen.direction[0, 600] == UP


def test_weekends_of_a_few_a_day_are_expected_as_they_are() -> None:
    days = np.arange(900)
    usual = np.where(days % 7 < 2, 0.6, 2.0)
    y = np.random.default_rng(3).poisson(usual, (40, 900)).astype(float)
    seen = watch_counts(y, FIRST, Calendar(), since=300)
    for weekend in (False, True):
        these = (usual < 1) == weekend
        told = np.nanmean(seen.expected[:, -365:][:, these[-365:]])
        assert told == pytest.approx(usual[these][0], rel=0.1)
    assert np.count_nonzero(seen.direction[:, -365:]) < 1.2 * 40


def test_records_that_end_raise_nothing() -> None:
    y = counts(9)
    y[:, 450:] = np.round(y[:, 450:] * 0.02)
    assert not watch_counts(y, FIRST, Calendar()).alerts[:, 450:].any()


def test_the_end_of_the_uci_log_raises_nothing() -> None:
    folder = SHARED / "uci_incident" / "incident_event_log.zip"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    with zipfile.ZipFile(folder) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".csv"))
        lines = archive.read(name).decode("utf-8").splitlines()
    opened = {row["number"]: row["opened_at"] for row in csv.DictReader(lines)}
    moments = [datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC) for text in opened.values()]
    days = Counter(number_of(moment.date()) for moment in moments)
    first, last = min(days), max(days)
    y = np.array([[days.get(day, 0) for day in range(first, last + 1)]], dtype=float)
    assert (y[0, -60:] < 50).mean() > 0.9  # it does end
    assert not watch_counts(y, first, Calendar()).alerts.any()


def test_a_falling_rate_is_found_and_a_rising_one_needs_more() -> None:
    hits, rows = rates(11)
    calm = watch_rates(hits, rows)
    assert not calm.alerts.any()
    rng = np.random.default_rng(1)
    fallen, risen = hits.copy(), hits.copy()
    fallen[:, 400:] = rng.binomial(rows[:, 400:].astype(int), 0.65)
    risen[:, 400:] = rng.binomial(rows[:, 400:].astype(int), 0.85)
    found = np.flatnonzero(watch_rates(fallen, rows).direction[0] == DOWN)
    assert 400 <= found[0] < 407
    assert abs(int(watch_rates(fallen, rows).since[0, found[0]]) - 400) <= 5
    up = np.flatnonzero(watch_rates(risen, rows).direction[0] == UP)
    assert 400 <= up[0] < 410
    worse_up = np.flatnonzero(watch_rates(risen, rows, worse=UP).direction[0] == UP)
    assert worse_up[0] <= up[0]


def test_a_rate_all_hits_has_no_infinite_evidence() -> None:
    rows = np.full((1, 200), 40.0)
    seen = watch_rates(rows.copy(), rows)
    assert not seen.alerts.any()
    assert np.isfinite(seen.score).all()


def test_one_endless_ticket_is_no_slowdown_but_a_slowdown_is() -> None:
    y, rows = durations(11)
    y[:, 300] += 1.0
    assert not watch_durations(y, rows).alerts.any()
    y[:, 400:] += np.log(1.2)
    found = np.flatnonzero(watch_durations(y, rows).direction[0] == UP)
    assert 400 <= found[0] < 414


def test_days_without_rows_are_not_known() -> None:
    y, rows = durations(12)
    y[:, ::7], rows[:, ::7] = np.nan, 0
    seen = watch_durations(y, rows)
    assert not seen.alerts.any()
    assert np.isnan(seen.value[0, ::7]).all()


def test_normal_scores_are_those_of_the_exact_tail() -> None:
    """Poisson of mean 3, worked out: P(Y > 7) = .011905, P(Y > 6) = .033509; their mean .022707: 2.001 deviations."""
    found = normal_scores(np.array([7.0]), np.array([3.0]), np.array([0.0]))
    assert found[0] == pytest.approx(2.001, abs=2e-3)
    # Of mean 3 and variance 3 + .5 x 9 a geometric-like tail is fatter: the same count says less.
    assert normal_scores(np.array([7.0]), np.array([3.0]), np.array([0.5]))[0] < 1.5


def test_limits_follow_the_series_own_past() -> None:
    rng = np.random.default_rng(2)
    calm, wild = rng.normal(size=(1, 800)), rng.standard_t(2, (1, 800))
    assert (score_limits(calm)[:, :7] == YOUNG).all()
    assert LOWEST <= score_limits(calm)[0, -1] < score_limits(wild)[0, -1] <= HIGHEST


def test_a_cusum_remembers_where_it_left_zero() -> None:
    cusum, known = Cusum(1), np.array([True])
    for day, evidence in enumerate([-1.0, 0.5, -2.0, 1.0, 1.0]):
        cusum.add(day, np.array([evidence]), known, 10.0)
    assert (cusum.height[0], cusum.began[0]) == (2.0, 3)
    cusum.add(5, np.array([99.0]), known, 10.0)
    assert cusum.height[0] == 10.0
    cusum.add(6, np.array([99.0]), np.array([False]), 10.0)
    assert cusum.height[0] == 10.0


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def days_from(count: int) -> list[str]:
    return [str(np.datetime64("2025-01-01") + day) for day in range(count)]


def test_the_command_line_tells_one_row_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    y = counts(4)[0]
    y[401] *= 2
    path = written(tmp_path / "y.csv", ["ds,y", *(f"{d},{v:g}" for d, v in zip(days_from(DAYS), y, strict=True))])
    main(["alerts", "--series", str(path), "--kind", "count", "--json"])
    told = json.loads(capsys.readouterr().out)["alerts"]
    assert [(row["ds"], row["direction"]) for row in told] == [("2026-02-06", "up")]
    assert list(told[0]) == ["ds", "direction", "score", "value", "expected", "low", "high"]
    main(["alerts", "--series", str(path), "--kind", "count"])
    assert "2026-02-06" in capsys.readouterr().out


def test_days_of_a_file_may_be_missing_and_in_any_order(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", ["ds,numerator,denominator", "2026-01-03,5,9", "2026-01-01,,", "2026-01-04,0,0"])
    found = read_measured(path, "rate")
    np.testing.assert_array_equal(found.total, [np.nan, np.nan, 5, 0])
    np.testing.assert_array_equal(found.rows, [np.nan, np.nan, 9, 0])


@pytest.mark.parametrize(
    ("kind", "lines", "says"),
    [
        ("rate", ["ds,y", "2026-01-01,1"], "has no column 'numerator'"),
        ("rate", ["ds,numerator,denominator", "2026-01-01,5,4"], "row 2: numerator 5 must lie between 0 and"),
        ("rate", ["ds,numerator,denominator", "2026-01-01,1,-4"], "row 2: denominator is -4"),
        ("duration", ["ds,y,n", "2026-01-01,6,many"], "row 2: n 'many' is not a number"),
        ("duration", ["ds,y,n", "2026-01-01,inf,3"], "row 2: y is inf"),
        ("duration", ["ds,y,n", "2026-01-01,6,3", "2026-01-01,6,3"], "row 3: 2026-01-01 stands twice"),
        ("count", ["ds,y", "2026-01-01,-1"], "row 2: y is -1"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, kind: str, lines: list[str], says: str) -> None:
    path = written(tmp_path / "bad.csv", lines)
    with pytest.raises(BadInput, match=r"bad\.csv") as told:
        main(["alerts", "--series", str(path), "--kind", kind])
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_a_bad_day_of_few_rows_is_no_likelier_to_alert_than_a_good_one() -> None:
    """Of 30 rows at 75 % the tail below is longer; on the scale single days are judged on both are a normal's."""
    hits = np.arange(31.0)
    chance = binom.pmf(hits, 30, 0.75)
    off = 2 * np.sqrt(30) * (_even(hits, np.full(31, 30.0)) - np.arcsin(np.sqrt(0.75)))
    below, above = chance[off < -3].sum(), chance[off > 3].sum()
    assert below < 1.5 * norm.sf(3)
    assert above < 1.5 * norm.sf(3)
    plain = (hits - 22.5) / np.sqrt(30 * 0.75 * 0.25)
    assert chance[plain < -3].sum() > 2 * norm.sf(3)  # as a p-chart has it
