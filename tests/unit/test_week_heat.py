"""People by hour of a week: what one team lacks is shown, whatever another has to spare."""

from __future__ import annotations

from datetime import date

import numpy as np

from metrics.reading import Style
from ui.week_heat import People, week_cells

STYLE = Style(percent_gap=" ")
MONDAY = date(2026, 11, 23)


def test_a_gap_of_all_teams_is_what_any_of_them_lacks() -> None:
    """At 08:00 one team lacks 1 and another has 3 to spare; at 09:00 both have enough, at 10:00 nobody is needed."""
    told = {
        "needed": [4.0, 4.0, 0.0],
        "rostered": [6.0, 7.0, 0.0],
        "missing": [1.0, 0.0, 0.0],
        "spare": [3.0, 3.0, 0.0],
    }
    day = {name: np.zeros(24) for name in told}
    for name, hours in told.items():
        day[name][8:11] = hours
    is_open = (np.arange(24) >= 8) & (np.arange(24) < 10)
    people = People(day["needed"], day["rostered"], day["missing"], day["spare"], is_open)
    cells = week_cells("Gap", [MONDAY], people, STYLE)
    assert [(cell.row, cell.reads, cell.share) for cell in cells] == [("08:00", "−1.0", 1.0), ("09:00", "+3.0", None)]
    assert cells[0].hint == "4.0 needed, 6.0 rostered, 1.0 missing, 3.0 to spare"
    assert [cell.reads for cell in week_cells("Rostered", [MONDAY], people, STYLE)] == ["6.0", "7.0"]
