"""Forecast & staffing in a real browser: what comes, how sure, who is missing, and what if; also on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from config.settings import Settings
from tests.e2e.conftest import Visit, served
from tests.support.shared import copy_of

pytestmark = pytest.mark.slow
TITLE, PATH = "Forecast & staffing", "forecast-staffing"


@pytest.fixture(scope="module")
def demo(forecast_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small demo with rosters and forecasts, served."""
    folder = tmp_path_factory.mktemp("forecast")
    settings = copy_of(forecast_desk, folder)
    with served(settings.home, folder / "server.log", DESKPULSE_LOADED_RATE_PER_HOUR="40") as address:
        yield address


@pytest.fixture
def visiting(demo: str, visit: Visit) -> Visit:
    visit.address = demo
    return visit


def figure(page: Any, label: str) -> float:
    """Return the number of a figure by its label."""
    told = page.locator("[data-testid=stMetric]").filter(has_text=label).locator("[data-testid=stMetricValue]")
    return float(re.sub(r"[^\d.]", "", told.first.inner_text()))


def test_accuracy_bands_effects_and_assumptions_are_told(visiting: Visit) -> None:
    page = visiting.to(PATH, TITLE)
    for label in ("Off by", "Skill", "80 % band held", "Chance alone leaves"):
        assert page.get_by_text(label, exact=True).count() == 1
    assert 0 < figure(page, "Chance alone leaves") < figure(page, "Off by") < 100
    text = page.inner_text("body")
    assert "methods that did best on past weeks" in text
    assert not [
        name for name in ("ETS", "Prophet", "Poisson") if name in text
    ]  # managers are not told in names of models
    assert "Release 7.6" in text
    assert "tickets are expected in the next 28 days" in text
    written = page.locator("svg.marks text").all_text_contents()
    assert {"80 % band", "50 % band", "expected"} <= set(written)
    page.get_by_text("What this assumes").click()
    page.get_by_text("A written ticket takes").first.wait_for()
    assert "are as rostered" in page.inner_text("body")


def test_what_if_moves_need_and_nothing_else(visiting: Visit) -> None:
    page = visiting.to(PATH, TITLE)
    before, rostered = figure(page, "Hours needed"), figure(page, "Hours rostered")
    slider = page.get_by_role("slider", name="Volume, %")
    for _ in range(6):
        slider.press("ArrowRight")
    page.get_by_text("against the plan").wait_for()
    visiting.settle()
    assert figure(page, "Hours needed") > before
    assert figure(page, "Hours rostered") == rostered
    assert 0 <= figure(page, "Missing at their time") < figure(page, "To spare")
    assert page.get_by_text("Hours of the day in UTC").count() >= 1
    assert figure(page, "Cost of the need") == pytest.approx(40 * figure(page, "Hours needed"), rel=0.01)


def test_one_category_and_one_team_are_in_the_address(visiting: Visit) -> None:
    page = visiting.to(f"{PATH}?forecast_by=Team&forecast_team=Billing&staff_team=Technical", TITLE)
    assert "Technical: A call takes" not in page.inner_text("body")  # folded
    page.get_by_text("What this assumes").click()
    page.get_by_text("Technical: ").first.wait_for()
    assert "Front line: A" not in page.inner_text("body")


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen(visiting: Visit) -> None:
    page = visiting.to(PATH, TITLE)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_next_week_and_the_next_four_weeks_are_told_where_decisions_are_made(visiting: Visit) -> None:
    page = visiting.to("", "Headline")
    assert "of the" in page.inner_text("body")
    page.get_by_text("The next four weeks").wait_for()
    assert "that the rostered hours can handle" in page.inner_text("body")
    page = visiting.to("weekly-review", "Weekly review")
    page.get_by_text("Next week's staffing gap").click()
    page.get_by_text("hours needed").first.wait_for()
