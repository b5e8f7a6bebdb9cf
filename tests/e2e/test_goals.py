"""Setting goals and choosing what is seen first, in a real browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config.settings import Settings
from journal import open_journal

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
ACCOUNTS = frozenset({"desk:t2"})
CHOSEN = ["tickets_created", "first_reply_time", "backlog", "fcr"]


def test_a_team_s_goal_and_figures_are_on_its_headline_and_on_nobody_else_s(visit: Any, desk: Settings) -> None:
    journal = open_journal(desk, "test", None)
    visit.to("goals-reviews?team=Accounts", "Goals & reviews")
    visit.page.get_by_role("button", name="Set a goal").click()
    visit.page.get_by_label("Target, in %").fill("62.5")
    visit.page.get_by_label("Why").fill("After the new macros")
    visit.page.get_by_role("group", name="From").get_by_role("spinbutton").first.click()
    visit.page.keyboard.type("20261001")  # year, month and day are fields of their own
    visit.page.get_by_role("button", name="Set it").click()
    visit.settle()
    [goal] = [kept for kept in journal.goals() if kept.teams == ACCOUNTS]
    assert (goal.metric, goal.value, goal.at_least, goal.since) == ("fcr", 0.625, True, date(2026, 10, 1))
    journal.choose_headline(CHOSEN, teams=ACCOUNTS)
    visit.to("goals-reviews?team=Accounts", "Goals & reviews")
    visit.page.locator("summary").filter(has_text="Who decided what").click()
    visit.settle()
    told = visit.page.inner_text("[data-testid=stMain]")
    assert "Accounts: From 1 October 2026 first contact resolution at least 62.5" in told
    assert "After the new macros" in told
    assert "Accounts: seen first are Tickets created, " in told
    visit.to("?team=Accounts", "Headline")
    assert len(visit.values()) == len(CHOSEN)
    assert "Target at least 62.5" in visit.page.inner_text("[data-testid=stMain]")
    visit.to("?team=Billing", "Headline")
    assert len(visit.values()) == 6
    assert "Target at least 70.0" in visit.page.inner_text("[data-testid=stMain]")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_reviews_stand_week_by_week_on_a_phone(visit: Any, desk: Settings) -> None:
    journal = open_journal(desk, "lena", None)
    journal.note("Quiet, but for the export", page="Weekly review", week=date(2026, 10, 5))
    journal.decide("Call the printers", owner="Sam", week=date(2026, 10, 5), metric="tickets_created")
    visit.to("goals-reviews", "Goals & reviews")
    week = visit.page.locator("[class*=st-key-review_2026-10-05]").inner_text()
    assert "Week of 5 October 2026" in week
    assert "lena: Quiet, but for the export" in week
    assert "Decided: Call the printers (Sam; still open)" in week
    assert "in the week of 5 October 2026; it" in week  # whether it moved
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.page.locator("[class*=st-key-review_2026-10-05]").get_by_text("Open this week").click()
    visit.arrives("Weekly review")
    assert "the week of 5 October 2026, against" in visit.page.inner_text("body")
