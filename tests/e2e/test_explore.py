"""What an analyst does on Explore, in a real browser: filter, brush, drill, export, share, keep."""

from datetime import date
from io import BytesIO
from urllib.parse import parse_qs, quote_plus, urlsplit

import openpyxl
import pandas as pd
import pytest

from metrics import METRICS, Question, Scope, ask
from metrics.published import current_build
from metrics.reading import style_of
from metrics.rows import rows
from tests.e2e.conftest import Visit
from tests.e2e.desk import FORMULA

pytestmark = pytest.mark.slow
STYLE = style_of("en-GB", "EUR")
SPAN = {"since": date(2026, 8, 3), "until": date(2026, 11, 1)}  # the thirteen weeks before the build's
CREATED = "?metric=" + quote_plus("Volume · Tickets created")
LOOKS = [
    {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
]


def value(desk, name, **where):
    question = Question((name,), where=tuple(where.items()), **SPAN)
    return STYLE.value(METRICS[name], ask(question, Scope.everything(), current_build(desk))["value"].iloc[0])


def query(visit):
    return parse_qs(urlsplit(visit.page.url).query)


def download(visit, label):
    with visit.page.expect_download() as taken:
        visit.page.get_by_role("button", name=label).first.click()
    return taken.value.path().read_bytes()


def csv(visit, label):
    return pd.read_csv(BytesIO(download(visit, label)))


def brush(visit, start, end):
    """Drag over a part of the first chart, from one share of its width to another."""
    chart = visit.page.locator("[data-testid=stVegaLiteChart] svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    y = box["y"] + box["height"] / 2
    visit.page.mouse.move(box["x"] + start * box["width"], y)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y, steps=4)
    visit.page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    visit.page.mouse.up()
    visit.page.wait_for_timeout(600)
    visit.settle()


def test_filter_brush_drill_export_and_share(visit, desk, browser):
    visit.to(f"explore{CREATED}", "Explore")
    assert visit.values() == [value(desk, "tickets_created")]
    visit.choose("Category", "refund")
    assert visit.values() == [value(desk, "tickets_created", category=("refund",))]
    brush(visit, 0.4, 0.6)
    chosen = query(visit)
    since, until = (date.fromisoformat(day) for day in chosen["rows"])
    assert since.weekday() == 0
    assert until.weekday() == 6
    assert SPAN["since"] < since < until < SPAN["until"]
    question = Question(("tickets_created",), since=since, until=until, where=(("category", ("refund",)),))
    expected = rows(question, Scope.everything(), current_build(desk))
    taken = csv(visit, "Rows as CSV")
    assert taken["ticket_id"].tolist() == expected["ticket_id"].tolist()
    context = browser.new_context()
    other = Visit(context.new_page(), visit.address)
    other.to(visit.page.url.removeprefix(f"{visit.address}/"), "Explore")
    assert other.values() == visit.values()
    assert csv(other, "Rows as CSV")["ticket_id"].tolist() == expected["ticket_id"].tolist()
    assert query(other) == chosen
    context.close()


def test_a_filter_of_a_link_goes_along_to_the_first_page_opened_from_it(visit, desk):
    visit.to("headline?team=Billing", "Headline")
    for title in ("Explore", "Forecast & staffing"):
        visit.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        visit.arrives(title)
        if title == "Explore":
            assert query(visit)["team"] == ["Billing"]
            assert visit.values() == [f"{value(desk, 'fcr', team=('Billing',))} so far"]
    assert visit.page.get_by_text("Not narrowed to Team: Billing").is_visible()


def test_a_click_on_a_point_shows_its_week(visit):
    visit.to(f"explore{CREATED}&view=Definition", "Explore")
    point = visit.page.locator("[data-testid=stVegaLiteChart] svg .mark-symbol path").nth(4).bounding_box()
    visit.page.mouse.click(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    visit.page.wait_for_timeout(600)
    visit.settle()
    since, until = (date.fromisoformat(day) for day in query(visit)["rows"])
    assert (until - since).days == 6
    assert visit.page.get_by_role("button", name="Rows as CSV").is_visible()


def test_rows_are_safe_to_click_and_to_open_in_a_spreadsheet(visit):
    visit.to(f"explore{CREATED}&span=All+time", "Explore")
    taken = csv(visit, "Rows as CSV")
    assert f"'{FORMULA}" in set(taken["subject"])
    assert FORMULA not in set(taken["subject"])
    sheet = openpyxl.load_workbook(BytesIO(download(visit, "Rows as XLSX"))).active
    assert sheet.max_row == len(taken) + 1
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_chart_can_be_taken_away_as_a_picture(visit):
    visit.to("explore?by=Team", "Explore")
    picture = download(visit, "Chart as PNG")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000


def test_figures_are_what_the_semantic_layer_says(visit, desk):
    visit.to("explore?by=Channel&grain=Month", "Explore")
    question = Question(("fcr",), by=("channel",), grain="month", since=date(2026, 8, 1), until=date(2026, 11, 30))
    expected = ask(question, Scope.everything(), current_build(desk))
    taken = csv(visit, "Figures as CSV")
    assert taken["numerator"].tolist() == expected["numerator"].tolist()
    assert taken["channel"].tolist() == expected["channel"].tolist()


@pytest.mark.parametrize("view", ["By value", "Pivot", "Distribution", "Cohorts", "Definition"])
def test_every_view_opens_for_a_duration(visit, view):
    metric = quote_plus("Speed · First reply time")
    visit.to(f"explore?metric={metric}&by=Channel&view={quote_plus(view)}", "Explore")
    assert visit.page.locator("[data-testid=stAlert]").count() == 0
    for chart in visit.page.locator("[data-testid=stVegaLiteChart]").all():
        assert chart.get_attribute("aria-label")


@pytest.mark.parametrize(
    "noise",
    ["metric=%3Cb%3E", "by=nonsense&by=Team&by=Team", "span=%00&grain=eon&clock=x&against=y", "rows=1999-99-99",
     "rows=1800-01-01&rows=2999-01-01", "view=%27%3B--&days=x&of_team=nobody&also=nothing"],
)  # fmt: skip
def test_garbage_in_the_url_is_ignored(visit, desk, noise):
    visit.to(f"explore?{noise}", "Explore")
    assert visit.values() == [f"{value(desk, 'fcr')} so far"]
    assert visit.page.locator("[data-testid=stAlert]").count() == 0


def test_a_view_is_kept_and_opens_as_it_was(visit, desk):
    visit.to(f"explore{CREATED}&category=refund&span=Last+4+weeks", "Explore")
    kept, values = query(visit), visit.values()
    visit.page.get_by_role("button", name="Views").click()
    visit.page.get_by_label("Name").fill("Refunds <b>lately</b>")
    visit.page.get_by_role("button", name="Keep").click()
    visit.settle()
    visit.to("explore", "Explore")
    assert visit.values() == [f"{value(desk, 'fcr')} so far"]
    visit.page.get_by_role("button", name="Views").click()
    visit.page.get_by_role("link", name="Refunds <b>lately</b>").click()
    visit.page.wait_for_url("**span=Last+4+weeks**")
    visit.arrives("Explore")
    assert visit.values() == values
    assert query(visit) == kept


def test_what_is_noted_stands_on_the_chart(visit):
    visit.to(f"explore{CREATED}&rows=2026-09-07&rows=2026-09-13", "Explore")
    visit.page.get_by_role("button", name="Note").click()
    visit.page.get_by_label("What happened").fill("<i>Outage</i>")
    visit.page.get_by_role("button", name="Mark it").click()
    visit.settle()
    visit.to("explore?metric=" + quote_plus("FCR · First contact resolution, gross"), "Explore")
    assert "<i>Outage</i>" in visit.page.locator("[data-testid=stVegaLiteChart] svg text").all_text_contents()


@pytest.mark.parametrize("visit", LOOKS, indirect=True, ids=["dark", "phone", "phone-dark"])
@pytest.mark.parametrize("asked", ["", "?by=Category&view=Pivot", "?by=Team&view=By+value"])
def test_it_fits_every_screen_in_both_themes(visit, asked):
    visit.to(f"explore{asked}", "Explore")
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    texts = visit.page.locator("[data-testid=stVegaLiteChart] svg text").all()
    right = max((box["x"] + box["width"] for text in texts if (box := text.bounding_box())), default=0)
    assert right <= width


@pytest.mark.parametrize(
    "asked",
    [
        "?by=Category&span=All+time&grain=Week",
        "?by=Weekday&by=Hour&view=Pivot",
        "?span=All+time&grain=Day",
        "?metric=" + quote_plus("Speed · First reply time") + "&view=Distribution&span=All+time",
    ],
)
def test_a_page_sends_no_more_than_it_shows(visit, asked):
    visit.to(f"explore{asked}", "Explore")
    assert visit.received_bytes < 300_000


def test_by_keyboard_only(visit, desk):
    visit.to("explore", "Explore")
    keys = visit.page.keyboard

    def tab_to(label):
        for _ in range(80):
            keys.press("Tab")
            if visit.page.evaluate("document.activeElement?.getAttribute('aria-label') || ''").startswith(label):
                return
        raise AssertionError(f"no way to {label} by keyboard")

    tab_to("Metrics")
    keys.press("Backspace")
    keys.type("tickets created")
    keys.press("Enter")
    keys.press("Escape")
    visit.settle()
    assert visit.values() == [value(desk, "tickets_created")]
    tab_to("Split by")
    keys.type("team")
    keys.press("Enter")
    keys.press("Escape")
    visit.settle()
    assert query(visit)["by"] == ["Team"]
