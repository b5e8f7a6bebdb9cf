"""A manager's Monday, in a real browser."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config.settings import Settings
from journal import open_journal
from metrics import METRICS, Question, Scope, ask
from metrics.ages import equal_age
from metrics.published import current_build
from metrics.reading import style_of
from metrics.review import FIRST
from tests.e2e.conftest import Opening
from tests.e2e.desk import HOSTILE

pytestmark = pytest.mark.slow
STYLE = style_of("en-GB", "EUR")
WEEK = date(2026, 10, 26)  # the last full week of a desk that ends on 6 November 2026
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
PARTS = (
    "Is the data complete?",
    "What changed",
    "Why",
    "Top movers",
    "Unusual categories",
    "Who was over or under capacity",
    "Open alerts",
    "Next week's staffing gap",
    "Low ratings and broken promises to read",
    "Wellbeing",
    "Notes, and whether what we did worked",
    "Copy as text",
)


def asked(desk: Settings) -> list[str]:
    build = current_build(desk)
    question = Question(FIRST, since=WEEK, until=date(2026, 11, 1))
    rows = ask(equal_age(question, build), Scope.everything(), build).set_index("metric")
    return [STYLE.value(METRICS[name], rows.at[name, "value"]) for name in FIRST]


def open_part(visit: Any, title: str) -> None:
    visit.page.locator("summary").filter(has_text=title).first.click()
    visit.settle()


def test_the_first_screen_is_what_the_semantic_layer_says(visit: Any, desk: Settings) -> None:
    visit.to("weekly-review", "Weekly review")
    assert visit.values() == asked(desk)
    body = visit.page.inner_text("body")
    assert "the week of 26 October 2026, against the week of 19 October 2026" in body
    assert "every row accounted for" in body
    assert "So far: as known 4 days after its end" in body  # first contact resolution is young
    assert "Decided before" in body
    assert "To decide" in body


def test_every_part_opens_without_an_error(visit: Any) -> None:
    visit.to("weekly-review", "Weekly review")
    for title in PARTS:
        open_part(visit, title)
    body = visit.page.inner_text("body")
    assert "Something went wrong" not in body
    assert visit.page.locator("[data-testid=stException]").count() == 0
    visit.page.get_by_text("Weekly review, the week of 26 October 2026").wait_for(timeout=30_000)
    summaries = [text.strip() for text in visit.page.locator("summary").all_inner_texts()]
    assert [next(part for part in PARTS if part in text) for text in summaries] == list(PARTS)


def test_a_decision_is_kept_and_comes_back_the_week_after(visit: Any, desk: Settings) -> None:
    visit.to("weekly-review?week=19+October+2026", "Weekly review")
    visit.page.get_by_role("button", name="Decide something else").click()
    visit.page.get_by_label("What is to be done").fill(f"Call {HOSTILE} back")
    visit.page.get_by_role("button", name="Write it down").click()
    visit.settle()
    assert "an owner" in visit.page.inner_text("body")  # nobody took it: said in place, nothing lost
    visit.page.get_by_label("Who takes it").fill("Kim")
    visit.page.get_by_role("button", name="Write it down").click()
    visit.settle()
    kept = [action for action in open_journal(desk, "test", None).actions() if action.owner == "Kim"]
    assert [(action.week, action.status) for action in kept] == [(date(2026, 10, 19), "open")]
    visit.to("weekly-review", "Weekly review")
    card = visit.page.locator(f".st-key-decided_{kept[0].entry_id}")
    assert HOSTILE in card.inner_text()  # shown as it was written, run as nothing
    card.get_by_role("button", name="Done").click()
    visit.settle()
    assert "Kim" in visit.page.locator(f".st-key-decided_{kept[0].entry_id}").inner_text()
    assert open_journal(desk, "test", None).actions(["done"])[0].owner == "Kim"


def test_what_was_done_is_recorded_for_the_part_of_the_desk_in_sight(visit: Any, desk: Settings) -> None:
    visit.to("weekly-review?category=refund", "Weekly review")
    open_part(visit, "Notes, and whether what we did worked")
    visit.page.get_by_role("button", name="Record what was done").click()
    visit.page.get_by_role("textbox", name="What was done", exact=True).fill("Refunds: a clearer form")
    visit.page.get_by_role("button", name="Write it down").last.click()
    visit.page.get_by_text("The next run of the pipeline judges it").wait_for(timeout=30_000)
    [kept] = [found for found in open_journal(desk, "test", None).interventions() if found.title.startswith("Refunds")]
    assert kept.where == (("category", ("refund",)),)
    assert kept.on == date(2026, 11, 1)


def test_what_is_chosen_is_in_the_address(visit: Any, browser: Any) -> None:
    visit.to("weekly-review", "Weekly review")
    visit.page.locator(".st-key-review_by").get_by_text("Month", exact=True).click()
    visit.settle()
    against = "In October 2026, against the same weekdays 5 weeks earlier (27 August – 26 September 2026),"
    assert against in visit.page.inner_text("body")
    assert parse_qs(urlsplit(visit.page.url).query) == {"review_by": ["Month"]}
    context = browser.new_context()
    other = type(visit)(context.new_page(), visit.address)
    other.to(visit.page.url.removeprefix(f"{visit.address}/"), "Weekly review")
    other.page.locator("[data-testid=stMetricValue]").nth(len(FIRST) - 1).wait_for(timeout=30_000)
    assert other.values() == visit.values()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(open_tab: Opening, address: str, scheme: str) -> None:
    visit = open_tab(address, **PHONE, color_scheme=scheme)
    visit.to("weekly-review", "Weekly review")
    open_part(visit, "Why")
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
