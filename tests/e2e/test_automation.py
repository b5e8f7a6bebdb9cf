"""Automation & self-service and Customers in a real browser, with a source without bot, articles and organizations."""

import pytest

from tests.e2e.desk import HOSTILE

pytestmark = pytest.mark.slow


def opened(visit, *titles):
    for title in titles:
        visit.page.locator("summary").filter(has_text=title).first.click()
        visit.settle()


def text_of(visit):
    return visit.page.locator("[data-testid=stMain]").inner_text()


def test_topics_are_audited_with_reasons_and_can_be_taken_away(visit):
    page = visit.to("automation-self-service", "Automation & self-service")
    assert "of 4 categories" in text_of(visit)
    says = page.locator("[data-testid=stVegaLiteChart]").first.get_attribute("aria-label")
    assert "invoice: " in says
    with page.expect_download() as download:
        page.get_by_role("button", name="Audit as CSV").click()
    taken = download.value.path().read_text(encoding="utf-8-sig")
    assert taken.splitlines()[0].startswith("category,tickets,is_path")
    assert len(taken.splitlines()) == 5
    assert "solved in one reply" in taken


def test_a_category_opens_down_to_its_tickets(visit):
    visit.page.goto(f"{visit.address}/automation-self-service?topic=refund")
    visit.arrives("Automation & self-service")
    opened(visit, "One category")
    visit.page.get_by_text("Its tickets, newest first").wait_for()
    assert visit.page.get_by_role("combobox", name="Category").last.input_value() == "refund"
    assert visit.page.locator("[data-testid=stVegaLiteChart]").count() >= 4  # quadrant, heat, spread
    assert visit.page.locator("[data-testid=stDataFrame]").count() >= 2


def test_what_the_source_does_not_tell_is_said(visit):
    visit.to("automation-self-service", "Automation & self-service")
    opened(visit, "Knowledge gaps", "What the bot did", "Deflection")
    text = text_of(visit)
    assert "No articles are known" in text
    assert "No ticket of these days is tagged write-up" in text
    assert "No bot has had a part" in text
    assert "Deflection rate, confirmed" in text


def test_the_process_map_draws_arrows_and_a_hostile_name_is_a_name(visit):
    page = visit.to("automation-self-service", "Automation & self-service")
    opened(visit, "Where tickets stand")
    page.locator("[data-testid=stGraphVizChart] svg .edge path").first.wait_for(state="attached", timeout=30_000)
    drawn = page.locator("[data-testid=stGraphVizChart]").text_content()
    assert HOSTILE in drawn
    assert "open · Billing" in drawn
    assert "Who hands over to whom" in text_of(visit)


def test_a_filter_nothing_is_told_by_is_a_sentence(visit):
    visit.page.goto(f"{visit.address}/automation-self-service?team=Billing")
    visit.arrives("Automation & self-service")
    assert "is not told by team: clear that filter" in text_of(visit)
    opened(visit, "Tickets sent to the wrong team", "Where tickets stand")
    assert "clear the filters to see it" in text_of(visit)


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_a_phone_shows_both_pages_without_scrolling_sideways(visit):
    for path, heading in (("automation-self-service", "Automation & self-service"), ("customers", "Customers")):
        page = visit.to(path, heading)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_customers_without_organizations_say_so(visit):
    visit.to("customers", "Customers")
    assert "No organizations are known in these weeks" in text_of(visit)
    opened(visit, "One customer", "What customers ask about again", "By segment", "Product signals", "Expansion hints")
    text = text_of(visit)
    assert "No plans are known" in text
    assert "Nobody asks about one topic far more often." in text
    assert "names no release, campaign or outage" in text
    assert "went wrong" not in text
