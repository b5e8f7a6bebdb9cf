"""What the pages of topics and customers draw, and what they say of bots and releases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import Question, Scope
from metrics.audit import PathRule
from metrics.narrative_bot import handover_reads
from metrics.product_signals import events_in_all, product_signals
from metrics.reading import style_of
from tests.support.asking import build_of
from tests.support.stories import Story, warehouse
from ui.labels import FEW_LINES, LETTER, LINE, Dot, names_at
from ui.pictures import theme_colours
from ui.quadrant import quadrant_data, quadrant_spec
from ui.routing import map_dot

STYLE = style_of("en-GB", "EUR")
AUDITED = pd.DataFrame(
    {
        "category": ["Order status", "Invoice question", "Contract and cancellation"],
        "tickets": [500, 495, 90],
        "effort_points": [1.6, 1.7, 7.0],
        "hours": [100.0, 50.0, 0.0],
        "is_path": [True, True, False],
    }
)


def test_names_of_near_dots_stand_on_lines_of_their_own() -> None:
    drawn = quadrant_data(AUDITED, PathRule(0.5, 2.5), STYLE).to_pylist()
    rows = dict(zip(("a", "b", "c", None), drawn, strict=True))
    assert (rows["a"]["side"], rows["a"]["name_at"]) == ("right", 500)
    assert rows["b"]["side"] == "right"
    assert rows["b"]["name_at"] < 480
    assert (rows["c"]["side"], rows["c"]["name_at"]) == ("left", 90)
    assert (rows["a"]["role"], rows["c"]["role"]) == ("value", "muted")
    assert rows["a"]["size"] > rows["b"]["size"] > rows["c"]["size"]
    assert rows[None]["effort"] == 2.5
    assert "layer" in quadrant_spec()


DOTS = st.lists(
    st.tuples(st.floats(0, 480), st.floats(0, 250), st.integers(1, 30), st.booleans()), min_size=1, max_size=20
)


@settings(max_examples=60, deadline=None)
@given(DOTS)
def test_names_are_free_of_each_other_and_of_dots_and_those_that_matter_are_there(told: list[Any]) -> None:
    dots = [Dot(f"{n:02d}".ljust(length, "x"), x, y, 13, must) for n, (x, y, length, must) in enumerate(told)]
    spots = names_at(dots, 480)
    assert {dot.name for dot in dots if dot.is_named} <= set(spots)
    boxes = {}
    for dot in dots:
        if spot := spots.get(dot.name):
            length = min(LETTER * len(dot.name), 150)
            begin = dot.x + 18 if spot.side == "right" else dot.x - 18 - length
            boxes[dot.name] = (begin, begin + length, dot.y + spot.raised)
            assert dot.is_named or abs(spot.raised) < FEW_LINES * LINE
            assert 0 <= begin <= 480 - length
    crowded = sum(dot.is_named for dot in dots) > 5  # then there may be no room at all
    for (one, (a, b, y)), (other, (c, d, z)) in combinations(boxes.items(), 2):
        assert crowded or not (a < d and c < b and abs(y - z) < 14 - 1e-6), (one, other)
    for dot in dots:
        for name, (a, b, y) in boxes.items():
            is_free = name == dot.name or b <= dot.x - 13 or a >= dot.x + 13 or abs(y - dot.y) >= 20
            assert is_free or next(one for one in dots if one.name == name).is_named


def test_names_in_a_graph_are_quoted() -> None:
    arrows = pd.DataFrame(
        [
            {"from_status": "open", "from_team": 'a"b\\ &lt;', "to_status": "solved", "to_team": "no team",
             "moves": 2, "median_seconds": 7200.0, "total_seconds": 9000.0}
        ]
    )  # fmt: skip
    dot = map_dot(arrows, STYLE, theme_colours("dark"))
    assert '"open · a\\"b\\\\ &amp;lt;" -> "solved" [label="2.0 h", penwidth=5.0];' in dot
    assert dot.count("{") == dot.count("}") == 1


def test_a_handover_s_cost_in_words() -> None:
    handled = pd.DataFrame({"amount": [0, 1800, 5400]})
    says = handover_reads(handled, 900.0, 40.0, STYLE).replace("\u202f", " ")
    assert says == ("People spent 2 hours (€80) on 2 tickets the bot had begun, 60.0 min on each; on others 15.0 min.")
    assert handover_reads(handled.head(1), 900.0, None, STYLE).startswith("No time of people")


AS_OF = datetime(2026, 4, 20, 12, tzinfo=UTC)
RELEASE = date(2026, 4, 6)


def desk(extra: int, **event: object):
    """Three tickets a day of one category and two of another for five weeks; ``extra`` more a day from the release."""
    lines = []
    for back in range(1, 50):
        day = AS_OF.date() - timedelta(days=back)
        came = {"app": 3 + (extra if RELEASE <= day < RELEASE + timedelta(days=7) else 0), "billing": 2}
        for category, count in came.items():
            for n in range(count):
                at = f"{day} {9 + n // 60:02d}:{n % 60:02d}"
                lines += [
                    f"{at}:00 requester:r{n} created ticket={category}{back}x{n} category={category}",
                    f"{at}:00 agent:kim call ticket={category}{back}x{n} seconds=600",
                    f"{at}:30 agent:kim solved ticket={category}{back}x{n}",
                ]
    told = {"calendar_event_id": "e1", "kind": "release", "title": "7.1", "starts_on": RELEASE} | event
    story = {"as_of": AS_OF, "events": "\n".join(lines), "calendar_events": [told]}
    return build_of(warehouse(Story(Path("release"), story)))


ALL = Scope.everything()
ASKED = Question(("tickets_created",))


def test_a_release_costs_what_came_beyond_the_usual() -> None:
    found = product_signals(ASKED, ALL, desk(extra=4)).set_index("category")
    # Seven days of 3 + 4 where 3 were usual: 28 tickets beyond it, of 600 s each.
    assert found.loc["app", ["came", "usual", "extra", "days"]].tolist() == [49, 21, 28, 7]
    assert found.loc["app", "hours"] == pytest.approx(28 * 600 / 3600)
    # Poisson: 1.96 · √(21 · (1 + 7/28)) = 10.04 to both sides.
    assert found.loc["app", "low"] == pytest.approx(28 - 10.04, abs=0.01)
    assert found["is_sure"].tolist() == [True, False]
    in_all = events_in_all(found.reset_index()).to_dict("records")
    assert [(row["title"], row["categories"], row["extra"]) for row in in_all] == [("7.1", "app", 28)]


def test_what_is_not_over_or_brought_nothing_is_not_named() -> None:
    assert not product_signals(ASKED, ALL, desk(extra=0))["is_sure"].any()
    assert events_in_all(product_signals(ASKED, ALL, desk(extra=0))).empty
    assert product_signals(ASKED, ALL, desk(extra=4, starts_on=date(2026, 4, 17))).empty
    assert product_signals(ASKED, ALL, desk(extra=4, kind="holiday")).empty
