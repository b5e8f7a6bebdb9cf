"""Did it work? What was recorded is judged on the published build, and what cannot be judged says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.errors import BadInput, RunRefused
from config.settings import Settings
from etl.demo import write_demo
from etl.pipeline import FileSource, run
from etl.status import status
from forecasting import steps
from forecasting.interventions import judged
from journal import Intervention, open_journal
from metrics import Scope
from metrics.outlook import outlook, outlook_states
from metrics.outlook_tables import STEPS
from metrics.published import current_build
from tests.conftest import UNTIL
from tests.support.shared import DEMO, HOME, copy_of, publish_demo

EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def home(forecast_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return copy_of(forecast_desk, tmp_path_factory.mktemp("judged"))


@pytest.mark.slow
def test_the_demos_working_intervention_is_found_and_the_useless_one_is_not(
    year_desk: tuple[Settings, dict[str, Any]], tmp_path: Path
) -> None:
    home = copy_of(year_desk[0], tmp_path)
    (result,) = steps.run_steps(home, UNTIL + timedelta(hours=1), names=["interventions"])
    assert result.outcome == "ready", result.says
    told = outlook("interventions", home).read("intervention_effect", EVERYTHING).set_index("title")
    worked, useless = told.loc["Refunds: new macro and article"], told.loc["Payments: friendlier greeting"]
    assert worked["verdict"] == "worked"
    assert worked["low"] < worked["effect"] < worked["high"] < 0
    assert useless["verdict"] == "cannot tell"  # no effect, but room for one
    assert useless["low"] < 0 < useless["high"]
    assert list(told["together"]) == [2, 2]


@pytest.mark.slow
def test_the_demos_journal_is_written_once_and_judged(home: Settings) -> None:
    journal = open_journal(home, "x", None)
    titles = [entry.title for entry in journal.interventions()]
    assert titles == ["Payments: friendlier greeting", "Refunds: new macro and article"]
    assert {entry.created_by for entry in journal.interventions()} == {"Lena Example"}
    told = outlook("interventions", home)
    effects, path = told.read("intervention_effect", EVERYTHING), told.read("intervention_path", EVERYTHING)
    assert told.build_id == current_build(home).build_id
    assert list(effects["title"]) == titles
    assert set(path["intervention_id"]) == set(effects["intervention_id"])
    assert (path["expected_low"] <= path["expected_high"]).all()
    assert not path.duplicated(["intervention_id", "day"]).any()
    assert outlook_states(home).set_index("step").loc["interventions", "outcome"] == "ready"
    assert status(home, UNTIL)["outlook"][0]["outcome"] == "ready"


def recorded(home: Settings, **other: Any) -> Intervention:
    journal = open_journal(home, "lena", other.pop("as_of_teams", None))
    values = {"on": date(2026, 8, 1), "metric": "aht", "direction": "down", **other}
    entry = journal.record_intervention("Try", **values)
    journal.delete(entry)  # judged here, not by the next test's run
    return entry


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"on": date(2026, 11, 11)}, "too early", "too early to tell: 9 of 28 days"),
        ({"on": date(2027, 1, 1)}, "too early", "too early to tell: 0 of 28 days"),
        # Reopens look 14 days ahead: of 40 days 26 are final.
        ({"on": date(2026, 10, 11), "metric": "reopen_rate"}, "too early", "too early to tell: 26 of 28 days"),
        ({"on": date(2026, 1, 20)}, "cannot tell", "not enough before"),
        ({"where": (("category", ("Nothing",)),)}, "cannot tell", "not enough before: 0 of 56 days"),
        ({"metric": "nonsense"}, "cannot tell", "nonsense"),
        ({"where": (("colour", ("red",)),)}, "cannot tell", "cannot be split by 'colour'"),
        ({"metric": "deflection_rate", "teams": ["demo:billing"]}, "cannot tell", "team"),
    ],
)
def test_what_cannot_be_judged_says_why(home: Settings, changes: dict[str, Any], verdict: str, reason: str) -> None:
    told = judged(recorded(home, **changes), current_build(home))
    assert told.verdict == verdict
    assert reason in told.reason
    assert told.measured is None


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["fcr", "tickets_created", "first_reply_time", "backlog", "csat"])
def test_every_kind_of_metric_can_be_judged(home: Settings, metric: str) -> None:
    told = judged(recorded(home, metric=metric), current_build(home))
    assert told.reason == ""
    assert told.measured is not None
    effect = told.measured.effect
    assert effect.low < effect.effect < effect.high
    assert effect.observed > 0 < effect.expected


@pytest.mark.slow
def test_a_control_group_is_measured_beside(home: Settings) -> None:
    where, control = (("team", ("Front line",)),), (("team", ("Evening",)),)
    told = judged(recorded(home, where=where, control=control), current_build(home))
    assert told.verdict in {"worked", "no visible effect", "got worse", "cannot tell"}
    assert told.reason == ""


@pytest.mark.slow
def test_a_step_that_fails_is_told_and_takes_nothing_away(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("secret of the trade")

    build = current_build(home).build_id
    with monkeypatch.context() as patched:
        patched.setattr("forecasting.interventions.compute", fails)
        (told,) = steps.run_steps(home, UNTIL, names=["interventions"])
    assert (told.outcome, told.build) == ("failed", build)
    assert "ZeroDivisionError" in told.says
    assert "secret" not in told.says
    assert status(home, UNTIL)["outlook"][0]["outcome"] == "failed"
    now = outlook("interventions", home)
    assert "could not be computed" in now.says
    assert len(now.read("intervention_effect", EVERYTHING)) == 2
    assert current_build(home).build_id == build
    assert [result.outcome for result in steps.run_steps(home, UNTIL)] == ["ready"] * len(STEPS)
    assert outlook("interventions", home).says == ""


def test_unknown_steps_and_two_at_once_are_refused(tmp_path: Path) -> None:
    home = replace(Settings(), home=tmp_path)
    with pytest.raises(BadInput, match="choose interventions"):
        steps.run_steps(home, UNTIL, names=["astrology"])
    with steps.alone(home), pytest.raises(RunRefused, match="another run"):
        steps.run_steps(home, UNTIL)


@pytest.mark.slow
def test_a_bad_journal_of_a_folder_is_one_line_and_the_demos_goes_with_the_demo(tmp_path: Path) -> None:
    write_demo(tmp_path / DEMO, until=UNTIL, tickets=1000, days=90)
    publish_demo(tmp_path, UNTIL + timedelta(hours=1))
    home = replace(Settings(), home=tmp_path / HOME)
    assert len(open_journal(home, "x", None).interventions()) == 2
    own = tmp_path / "own"
    write_demo(own, tickets=500, days=60, until=UNTIL, seed=2)
    (own / "journal.json").write_text('{"interventions": [{}]}')
    source = FileSource("own", (own,))
    with pytest.raises(BadInput, match=r"journal\.json"):
        run([source], home, UNTIL + timedelta(hours=2), lambda _: None)
    (own / "journal.json").write_text(json.dumps({"written_by": "kim", "interventions": []}))
    run([source], home, UNTIL + timedelta(hours=3), lambda _: None)
    assert open_journal(home, "x", None).interventions() == []
    run([FileSource("demo", (tmp_path / "demo",))], home, UNTIL + timedelta(hours=4), lambda _: None)
    assert len(open_journal(home, "x", None).interventions()) == 2
