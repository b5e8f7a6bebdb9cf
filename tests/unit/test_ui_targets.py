"""Targets are checked before anybody is measured by them."""

import pytest

from config.errors import BadSetting
from config.targets import Target, load_targets
from metrics import HEADLINE
from metrics.registry import AIMED


def test_the_shipped_targets_are_valid_and_cover_the_headline():
    targets = load_targets(AIMED)
    assert set(HEADLINE) <= set(targets)
    assert targets["fcr"] == Target(0.70, at_least=True)
    assert not targets["reopen_rate"].at_least


def test_without_a_file_there_are_no_targets(tmp_path):
    assert load_targets(AIMED, tmp_path / "none.toml") == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("fcr = {", "not valid TOML"),
        ("nonsense = { at_least = 1 }", "no metric is called 'nonsense'"),
        ("fcr = 0.7", "say { at_least = VALUE }"),
        ("fcr = { at_least = 0.7, at_most = 0.8 }", "say { at_least = VALUE }"),
        ("fcr = { about = 0.7 }", "say { at_least = VALUE }"),
        ('fcr = { at_least = "high" }', "must be a number"),
        ("fcr = { at_least = true }", "must be a number"),
        ("fcr = { at_least = -1 }", "must be a number of at least 0"),
        ("fcr = { at_least = nan }", "must be a number"),
        ("fcr = { at_least = 70 }", "at least 0 and at most 1"),
        ("aht = { at_most = inf }", "must be a number of at least 0"),
        ("nps = { at_least = -200 }", "at least -100 and at most 100"),
        ("fcr = { at_most = 0.7 }", "contradicts the metric, where up is better"),
        ("aht = { at_least = 600 }", "contradicts the metric, where down is better"),
    ],
)
def test_bad_targets_are_refused_naming_file_and_metric(tmp_path, text, complaint):
    path = tmp_path / "targets.toml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=r"targets\.toml") as refused:
        load_targets(AIMED, path)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value).replace(str(path), "") or "TOML" in complaint


def test_counts_that_are_neither_good_nor_bad_may_have_a_target_on_either_side(tmp_path):
    path = tmp_path / "targets.toml"
    path.write_text("tickets_created = { at_most = 2000 }")
    assert load_targets(AIMED, path) == {"tickets_created": Target(2000, at_least=False)}


def test_a_score_may_have_a_target_below_zero_where_its_scale_goes_there(tmp_path):
    path = tmp_path / "targets.toml"
    path.write_text("nps = { at_least = -20 }")
    assert load_targets(AIMED, path) == {"nps": Target(-20, at_least=True)}
