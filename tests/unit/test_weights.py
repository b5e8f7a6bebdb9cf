"""The published weights: refused in one line where they cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.errors import BadSetting
from config.weights import CONFIG, load_automation_potential, load_customer_risk, load_knowledge_gap, load_write_up_tags

RISK, POTENTIAL, GAP = "customer_risk", "automation_potential", "knowledge_gap"
LOAD: dict[str, Callable[[Path], object]] = {
    RISK: load_customer_risk,
    POTENTIAL: load_automation_potential,
    GAP: load_knowledge_gap,
}


def test_the_shipped_files_are_usable() -> None:
    assert load_customer_risk()["reopens_points"] == 2
    assert load_automation_potential()[1] == ("macro",)
    assert load_knowledge_gap()["article_votes_from"] == 5
    assert load_write_up_tags() == ("write-up",)


@pytest.mark.parametrize(
    ("name", "was", "becomes", "says"),
    [
        (RISK, "at_risk_from = 7", "at_risk_from = 0", "at_risk_from must be a whole number from 1 to 1000, not 0"),
        (RISK, "usual = 0.12", "usual = 1.2", "[reopens]: usual must be a number from 0 to 1, not 1.2"),
        (RISK, "points = 2", "points = true", "[reopens]: points must be a whole number from 0 to 100, not True"),
        (RISK, "points = 2", "", "[reopens]: points must be a whole number from 0 to 100, not None"),
        (RISK, "[breaches]", "[late]", "unknown 'late'; known are at_risk_from, tickets"),
        (RISK, "\nfrom = 3", "\nsince = 3", "[tickets]: unknown 'since'; known are usual, from, points, at_most"),
        (POTENTIAL, '[macro]\ntags = ["macro"]', "", "[macro] must be a table, not missing"),
        (RISK, "at_risk_from =", "at_risk_from", "not valid TOML"),
        (POTENTIAL, "one_touch = 1.0", "one_touch = -1", "[weights]: one_touch must be a number from 0 to 100, not -1"),
        (POTENTIAL, 'tags = ["macro"]', 'tags = "macro"', "[macro]: tags must be a list of tags, not 'macro'"),
        (POTENTIAL, 'tags = ["macro"]', 'tags = ["a,b"]', "[macro]: tags must be a list of tags"),
        (POTENTIAL, "1.0", "0", "one_touch or handling must be above 0"),
        (
            POTENTIAL,
            "effort_points_to = 2.5",
            "effort_points_to = 9",
            "[path]: effort_points_to must be a number from 1",
        ),
        (POTENTIAL, "[path]", "[road]", "unknown 'road'; known are weights, macro, path"),
        (GAP, "votes_from = 5", "votes_from = 2.5", "[article]: votes_from must be a whole number from 1 to 1000"),
        (GAP, "[flag]", "[flags]", "unknown 'flags'; known are category, article, flag"),
        (GAP, "helpful_from = 0.5", "helpful_from = 50", "[article]: helpful_from must be a number from 0 to 1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, name: str, was: str, becomes: str, says: str
) -> None:
    shipped = (CONFIG / f"{name}.toml").read_text(encoding="utf-8")
    assert was in shipped
    everywhere = -1 if was == "1.0" else 1
    path = tmp_path / f"{name}.toml"
    path.write_text(shipped.replace(was, becomes, everywhere), encoding="utf-8")
    with pytest.raises(BadSetting) as refused:
        LOAD[name](path)
    assert str(refused.value).startswith(str(path))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_tags_that_cannot_be_a_ticket_s_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "knowledge_gap.toml"
    path.write_text("[flag]\ntags = ['write up, please']\n", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"\[flag\]: tags must be a list of tags"):
        load_write_up_tags(path)


@pytest.mark.parametrize("name", LOAD)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting, match="no such file"):
        LOAD[name](tmp_path / f"{name}.toml")
