"""The points tables: refused in one line where they cannot be used, and shown as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.effort import EFFORT_FILE, load_effort
from config.effort_page import TARGET, effort_page
from config.errors import BadSetting

SHIPPED = EFFORT_FILE.read_text(encoding="utf-8")


def test_the_page_is_generated() -> None:
    assert TARGET.read_text(encoding="utf-8") == effort_page(load_effort()), "run make docs"


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("simple = 1", "simple = 0", "[expected.tier]: simple must be a whole number from 1 to 8, not 0"),
        ("urgent = 2", "urgent = true", "[expected.priority]: urgent must be a whole number from 0 to 8, not True"),
        ("urgent = 2", "", "[expected.priority]: urgent must be a whole number from 0 to 8, not None"),
        ("urgent = 2", "huge = 2", "[expected.priority]: unknown 'huge'; known are low, normal, high, urgent"),
        ("enterprise = 1", "enterprise = 1.5", "[expected.segment]: enterprise must be a whole number from 0 to 8"),
        ('categories = ["Pay', 'categories = [7, "Pay', "[expected.regulated]: categories must be a list of names"),
        ("[expected.tier]", "[expected.tiers]", "[expected]: unknown 'tiers'; known are tier, priority"),
        ("[expected.tier]", "[wanted.tier]", "unknown 'wanted'; known are expected, actual"),
        ("simple = 1", "simple =", "not valid TOML"),
        (
            "[expected.category_tier]",
            '[expected.category_tier]\n"Parcel" = "hard"',
            "'Parcel' must be simple",
        ),
        ("from = 2, points = 1", "from = 4, points = 1", "[actual]: teams must be two rising steps"),
        ("from = 2, points = 1", "from = 0, points = 1", "[actual]: teams: from must be a number above 0, not 0"),
        (
            "from = 1.5, points = 1",
            "from = 1.5, point = 1",
            "[actual]: handling: unknown 'point'",
        ),
        ("begins_with = 1", "", "[actual]: begins_with must be a whole number from 1 to 8, not None"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    assert was in SHIPPED
    path = tmp_path / "effort.toml"
    path.write_text(SHIPPED.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(BadSetting) as refused:
        load_effort(path)
    assert str(refused.value).startswith(str(path))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="no such file"):
        load_effort(tmp_path / "effort.toml")
