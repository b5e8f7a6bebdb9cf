"""What a planned event of the calendar brings is one incident, expected; days nobody planned stay what they are."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.alerts.asking import Panel, Part
from forecasting.alerts.families import FAMILIES
from forecasting.alerts.foreseen import foreseen
from forecasting.alerts.impact import Desk, impact_of
from forecasting.alerts.incidents import Incident
from forecasting.alerts.judging import ExpectedMark, Judged, judged
from forecasting.alerts.rows import alert_row
from forecasting.volume.series import Calendar, Event, day_of, number_of
from metrics.reading import Style

FIRST = number_of(date(2025, 7, 1))
DAYS = 460
BEGAN, LASTS = 400, 10
SALE = Event("campaign", "Autumn sale", FIRST + BEGAN, FIRST + BEGAN + LASTS - 1)
NAMES = ("Orders", "Billing", "App", "Account")
PARTS = (Part("all", ""), *(Part("category", name) for name in NAMES), Part("channel", "email"))


def desk(factor: float) -> Panel:
    """Return a desk of four categories of 30 a day; Orders brings ``factor`` times as much while the sale lasts."""
    mean = np.full((len(NAMES), DAYS), 30.0)
    mean[0, BEGAN : BEGAN + LASTS] *= factor
    each = np.random.default_rng(7).poisson(mean).astype(float)
    total = np.vstack([each.sum(axis=0), each, np.round(each.sum(axis=0) * 0.6)])
    return Panel(FAMILIES[0], PARTS, FIRST, total, np.ones_like(total))


def told(panel: Panel, *events: tuple[Event, str], mark: ExpectedMark | None = None) -> Judged:
    return judged(panel, Calendar(), events, [mark] if mark else [])


def days_of(incident: Incident) -> tuple[int, int]:
    return incident.lead.since - FIRST - BEGAN, incident.lead.last - FIRST - BEGAN


@pytest.fixture(scope="module")
def busy() -> Panel:
    return desk(1.6)


def test_a_campaign_in_the_calendar_is_one_expected_incident_of_what_it_is_about(busy: Panel) -> None:
    inside = slice(BEGAN, BEGAN + LASTS)
    assert told(busy).alerts[1, inside].any()  # nobody wrote it down
    planned = told(busy, (SALE, ""))
    assert not planned.alerts[:, inside].any()
    ((incident, title),) = foreseen([planned], [(SALE, "")])
    assert (title, incident.lead.part.value) == ("Autumn sale", "Orders")
    since, last = days_of(incident)
    assert 0 <= since <= 4
    assert last == LASTS - 1  # it lasts as long as the sale does
    # 18 a day more than the 30 that are usual, whatever the days of the sale itself brought
    row = alert_row(incident, impact_of(incident, Desk(120.0, {"": 600.0})), title, 0, Style(), is_expected=True)
    assert row["is_expected"]
    assert row["expected"] == pytest.approx(30, abs=1.5)
    assert row["observed"] == pytest.approx(48, abs=4)
    assert row["says"].endswith("hours of work more. Planned: Autumn sale.")


def test_a_named_category_is_what_is_told_and_the_others_stay_watched(busy: Panel) -> None:
    planned = told(busy, (SALE, "Orders"))
    ((incident, _),) = foreseen([planned], [(SALE, "Orders")])
    assert [signal.part.value for signal in incident.signals] == ["Orders"]
    other = told(busy, (SALE, "Billing"))
    assert other.alerts[1, BEGAN : BEGAN + LASTS].any()  # Orders rose, and Billing was planned to


def test_what_brings_nothing_is_nothing_and_an_outage_is_not_planned(busy: Panel) -> None:
    calm = desk(1.0)
    assert foreseen([told(calm, (SALE, ""))], [(SALE, "")]) == []
    outage = replace(SALE, kind="outage")
    assert told(busy, (outage, "")).planned is None
    assert foreseen([told(busy, (outage, ""))], [(outage, "")]) == []


def test_days_of_two_events_are_the_earlier_ones(busy: Panel) -> None:
    second = Event("release", "Release 8", SALE.first + 6, SALE.last + 4)
    events = ((SALE, ""), (second, ""))
    found = foreseen([told(busy, *events)], events)
    assert [title for _, title in found][:1] == ["Autumn sale"]
    assert all(days_of(incident)[0] >= LASTS for incident, title in found if title == "Release 8")


def test_what_somebody_marked_is_marked_and_not_planned(busy: Panel) -> None:
    mark = ExpectedMark("tickets_created", "all", "", day_of(SALE.first), day_of(SALE.last))
    assert told(busy, (SALE, ""), mark=mark).planned is None


def test_no_day_of_an_event_knows_a_later_one(busy: Panel) -> None:
    whole = told(busy, (SALE, "")).planned
    cut = replace(busy, total=busy.total[:, : BEGAN + 6], rows=busy.rows[:, : BEGAN + 6])
    young = told(cut, (SALE, "")).planned
    assert whole is not None
    assert young is not None
    np.testing.assert_array_equal(young.alerts[:, BEGAN:], whole.alerts[:, BEGAN : BEGAN + 6])
