"""A manager looks at the team: who holds what now, and each person against their own past."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config.settings import Settings
from metrics import METRICS, Question, Scope, ask
from metrics.published import current_build
from metrics.reading import style_of
from tests.e2e.conftest import Opening, Visit
from tests.e2e.desk import HOSTILE

pytestmark = pytest.mark.slow
STYLE = style_of("en-GB", "EUR")
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
LISTS = ("Frustrated customers, now", "Stuck tickets", "Unassigned tickets, now", "Open tickets, now")


def now(desk: Settings, name: str) -> str:
    value = ask(Question((name,)), Scope.everything(), current_build(desk))["value"].iloc[0]
    return STYLE.value(METRICS[name], float(value))


def card(visit: Visit, name: str) -> str:
    return visit.page.locator(f".st-key-now_{name} [data-testid=stMetricValue]").inner_text().strip()


def test_the_cards_are_what_the_semantic_layer_says(visit: Visit, desk: Settings) -> None:
    visit.to("workload", "Workload")
    for name in ("unassigned_now", "untouched_now", "stuck", "frustrated_now"):
        assert card(visit, name) == now(desk, name), name


def test_every_list_opens_and_lands_in_the_address(visit: Visit) -> None:
    visit.to("workload", "Workload")
    for title in LISTS:
        visit.page.locator(".st-key-list").get_by_text(title, exact=True).click()
        visit.settle()
        assert "Something went wrong" not in visit.page.inner_text("body"), title
    assert parse_qs(urlsplit(visit.page.url).query)["list"] == ["Open tickets, now"]
    assert visit.page.locator("[data-testid=stDataFrame]").count() == 1


def test_a_hostile_team_is_only_a_name(visit: Visit) -> None:
    visit.to("workload", "Workload")
    visit.choose("Team", HOSTILE)
    assert HOSTILE in visit.page.inner_text("body")  # and no script ran: the visit would have failed


def test_everybody_is_shown_by_name_with_a_chart_each(visit: Visit) -> None:
    visit.to("agents", "Agents")
    charts = visit.page.locator("[data-testid=stVegaLiteChart]")
    names = [text.split(" · ")[0] for text in visit.page.locator("strong").all_inner_texts()]
    people = [name for name in names if name.startswith("Agent ")]
    assert people == sorted(people, key=str.casefold)
    assert len(people) == charts.count() == 9
    assert "rank" not in visit.page.inner_text("body").lower()


def test_one_person_comes_with_all_figures_quality_first(visit: Visit, browser: Any) -> None:
    visit.to("agents", "Agents")
    visit.page.get_by_label("Person").click()
    visit.page.get_by_role("option", name="Agent t11", exact=True).click()
    visit.settle()
    titles = [text.split(" · ")[0] for text in visit.page.locator("strong").all_inner_texts()]
    assert titles[0] == METRICS["csat"].title
    assert titles[-1] == METRICS["tickets_solved"].title
    context = browser.new_context()
    other = Visit(context.new_page(), visit.address)
    other.to(visit.page.url.removeprefix(f"{visit.address}/"), "Agents")
    assert [text.split(" · ")[0] for text in other.page.locator("strong").all_inner_texts()] == titles
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "heading"), [("workload", "Workload"), ("agents", "Agents")])
def test_they_fit_a_phone(open_tab: Opening, address: str, scheme: str, path: str, heading: str) -> None:
    visit = open_tab(address, **PHONE, color_scheme=scheme)
    visit.to(path, heading)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.page.locator("[data-testid=stException]").count() == 0


def test_the_keyboard_alone_reaches_a_list(visit: Visit) -> None:
    visit.to("workload", "Workload")
    for _ in range(80):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.role") == "radio":
            break
    assert visit.page.evaluate("document.activeElement.innerText").strip() == "Targets at risk"
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("Space")
    visit.settle()
    assert parse_qs(urlsplit(visit.page.url).query)["list"] == ["Frustrated customers, now"]
