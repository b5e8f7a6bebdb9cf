"""What an analyst sees, in a real browser: definitions, data health, first run, wrong links."""

import pytest

from metrics import METRICS
from tests.e2e.conftest import served
from tests.e2e.desk import FORMULA

pytestmark = pytest.mark.slow


def test_definitions_lists_every_metric(visit):
    page = visit.to("definitions", "Definitions")
    text = page.locator("[data-testid=stMain]").inner_text()
    assert [name for name in METRICS if f"· {name}" not in text] == []


def test_a_definition_opens_with_its_sql_and_ledger(visit):
    page = visit.page
    page.goto(f"{visit.address}/definitions?find=deflection")
    folded = page.locator("summary").filter(has_text="· deflection_rate").first
    folded.wait_for()
    visit.settle()
    folded.click()
    page.get_by_text("SQL of the same").wait_for()
    visit.settle()
    assert "select" in page.locator("[data-testid=stCode]").inner_text().casefold()
    assert "· fcr" not in page.locator("[data-testid=stMain]").inner_text()


def test_readings_of_a_metric_stand_beside_each_other(visit):
    page = visit.page
    page.goto(f"{visit.address}/definitions?find=one-touch&span=Last+4+weeks")
    page.get_by_text("One-touch resolution and its other readings").wait_for()
    visit.settle()
    says = page.locator("[data-testid=stVegaLiteChart]").first.get_attribute("aria-label")
    assert "as Zendesk counts" in says
    assert "28 days" in says


def test_definitions_ask_nothing_until_something_is_opened(visit):
    page = visit.to("definitions", "Definitions")
    assert page.locator("[data-testid=stDataFrame]").count() == 0
    page.get_by_text("Values beside each other").first.click()
    page.locator("[data-testid=stDataFrame]").first.wait_for()


def test_a_search_without_a_hit_says_so(visit):
    page = visit.page
    page.goto(f"{visit.address}/definitions?find=%3Cb%3Ezzz")
    page.get_by_text("No definition holds these words.").wait_for()


def test_data_health_shows_what_was_kept_out_and_gives_it_away_safely(visit):
    page = visit.to("data-health", "Data health")
    text = page.locator("[data-testid=stMain]").inner_text()
    assert "Every row is accounted for" in text
    assert "2 quarantined" in text
    with page.expect_download() as download:
        page.get_by_role("button", name="All quarantined rows").click()
    taken = download.value.path().read_text(encoding="utf-8-sig")
    assert "31/02/2026" in taken
    assert "ticket_id is missing" in taken
    assert f"\n{FORMULA[0]}" not in taken


def test_a_link_to_no_page_leads_to_the_first_one(open_tab, desk):
    """A fresh server: until navigation has run, nothing but registered pages may answer."""
    with served(desk.home, desk.home / "fresh.log") as url:
        fresh = open_tab(url)
        fresh.page.goto(f"{url}/data_health")  # the file's name, not the page's
        fresh.page.get_by_role("heading", name="Headline", level=1).wait_for(timeout=30_000)
        assert "Every row is accounted for" not in fresh.page.inner_text("body")
        answer = fresh.page.goto(f"{url}/pages/executive/headline.py")
        assert answer is None or "from ui" not in answer.text()


def test_without_a_build_the_first_run_page_gives_the_commands(open_tab, tmp_path):
    with served(tmp_path / "empty", tmp_path / "server.log") as url:
        fresh = open_tab(url)
        for path in ("data-health", ""):  # the very first visit of a server may well be a deep link
            page = fresh.to(path, "Welcome to Deskpulse")
            assert "make demo" in page.inner_text("body")
            assert "Page not found" not in page.inner_text("body")
            assert "etl run --input FOLDER" in page.inner_text("body")
