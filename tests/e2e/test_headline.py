"""What an executive sees, in a real browser."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from metrics import HEADLINE, METRICS, Question, Scope, ask
from metrics.ages import equal_age
from metrics.published import current_build
from metrics.reading import style_of
from tests.e2e.desk import HOSTILE

pytestmark = pytest.mark.slow
STYLE = style_of("en-GB", "EUR")
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}


def asked(desk, **where):
    """The six figures of October, straight from the semantic layer."""
    question = Question(HEADLINE, since=date(2026, 10, 1), until=date(2026, 10, 31), where=tuple(where.items()))
    build = current_build(desk)
    rows = ask(equal_age(question, build), Scope.everything(), build).set_index("metric")
    return [STYLE.value(METRICS[name], rows.at[name, "value"]) for name in HEADLINE]


def test_six_cards_show_what_the_semantic_layer_says(visit, desk):
    visit.to("", "Headline")
    assert visit.values() == asked(desk)
    assert visit.page.locator("[data-testid=stVegaLiteChart] svg").count() == 12
    for chart in visit.page.locator("[data-testid=stVegaLiteChart]").all():
        assert chart.get_attribute("aria-label")
    against = "In October 2026, against the same weekdays 5 weeks earlier (27 August – 26 September 2026),"
    assert against in visit.page.inner_text("body")
    assert "Local mode" in visit.page.inner_text("body")


def test_a_filter_changes_the_figures_and_lands_in_the_url(visit, desk, browser):
    visit.to("", "Headline")
    visit.choose("Category", "refund")
    filtered = asked(desk, category=("refund",))
    assert visit.values() == filtered
    assert filtered != asked(desk)
    assert parse_qs(urlsplit(visit.page.url).query) == {"category": ["refund"]}
    context = browser.new_context()
    other = type(visit)(context.new_page(), visit.address)
    other.to(visit.page.url.removeprefix(f"{visit.address}/"), "Headline")
    assert other.values() == filtered
    context.close()
    visit.page.get_by_role("button", name="Clear filters").click()
    visit.settle()
    assert visit.values() == asked(desk)
    assert not urlsplit(visit.page.url).query


def test_filters_stay_when_the_page_changes(visit, desk):
    visit.to("?category=refund&month=September+2026", "Headline")
    before = visit.values()
    against = "In September 2026, against the same weekdays 5 weeks earlier (28 July – 26 August 2026),"
    assert against in visit.page.inner_text("body")
    visit.page.get_by_role("link", name="Definitions").click()
    visit.arrives("Definitions")
    visit.page.get_by_role("link", name="Headline").click()
    visit.arrives("Headline")
    assert visit.values() == before
    assert parse_qs(urlsplit(visit.page.url).query) == {"category": ["refund"], "month": ["September 2026"]}


@pytest.mark.parametrize(
    "query", ["?team=nobody", "?month=1999-99", "?month=%00&team=%27%3B--", "?category=" + "x" * 3000, "?team"]
)
def test_garbage_in_the_url_is_ignored(visit, desk, query):
    visit.to(query, "Headline")
    assert visit.values() == asked(desk)


def test_a_hostile_team_name_is_only_text(visit, desk):
    visit.to("", "Headline")
    visit.choose("Team", HOSTILE)
    assert HOSTILE in visit.page.locator("[data-testid=stMain]").inner_text()
    assert visit.page.locator("img[src=x]").count() == 0
    assert "Cannot be told by team." in visit.page.inner_text("body")  # deflection belongs to no team


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
@pytest.mark.parametrize("path", ["", "definitions", "data-health"])
def test_a_phone_needs_no_sideways_scrolling(visit, path):
    visit.to(path, {"": "Headline", "definitions": "Definitions", "data-health": "Data health"}[path])
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    if path == "":
        wide = "e => e.getBoundingClientRect().right > 391"
        inside = "e => !e.closest('[data-testid=stDataFrame]')"  # a table scrolls within itself
        found = f"[...document.querySelectorAll('[data-testid=stMain] *')].filter({wide}).filter({inside})"
        assert visit.page.evaluate(f"{found}.map(e => e.outerHTML.slice(0, 200))") == []
        lefts = {round(card.bounding_box()["x"]) for card in visit.page.locator("[class*=st-key-card_]").all()}
        assert len(lefts) == 1  # one below the other


@pytest.mark.parametrize(
    "visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"]
)
def test_both_themes_paint_charts_in_their_own_colours(visit, request):
    visit.to("", "Headline")
    is_dark = "dark" in request.node.callspec.id
    background = visit.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert background == ("rgb(18, 23, 29)" if is_dark else "rgb(255, 255, 255)")
    strokes = visit.page.evaluate("[...document.querySelectorAll('svg.marks path')].map(p => p.getAttribute('stroke'))")
    assert ("#56B4E9" if is_dark else "#0072B2") in strokes


def test_the_export_is_what_the_page_shows(visit, desk):
    visit.to("?category=refund", "Headline")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="as CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == list(HEADLINE)
    assert all("Category: refund" in line for line in lines[1:])


def test_it_prints_on_one_page(visit, tmp_path):
    visit.to("", "Headline")
    visit.page.wait_for_timeout(500)
    printed = visit.page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1
