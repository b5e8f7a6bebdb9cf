"""A manager looks at who carries what, writes down a check-in; the agent reads it and sees who looked."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from config.settings import Settings
from metrics import Scope
from metrics.narrative_strain import CANNOT_SEE
from metrics.strain import strain
from tests.e2e.conftest import Opening, Visit

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
PAGE, TITLE = "wellbeing-burnout-risk", "Wellbeing · burnout risk"
AGREED = "Two weeks off the **refunds** rota"


def someone(desk: Settings) -> str:
    person = strain(Scope.everything(), desk, lambda what, agents: None).people().iloc[0]
    return quote(f"{person['agent']} · {person['team']}")


def test_what_the_data_cannot_see_stands_first_and_teams_before_people(visit: Visit) -> None:
    text = visit.to(PAGE, TITLE).inner_text("body")
    order = [text.index(part) for part in (CANNOT_SEE[:60], "Teams first", "People", "What is missing here")]
    assert order == sorted(order)
    assert "Drift of single persons is not switched on" in text  # nobody was given notice on this desk
    assert "Hours worked are never guessed" in text


def test_a_check_in_is_kept_and_the_agent_sees_it_and_who_looked(visit: Visit, desk: Settings) -> None:
    person = someone(desk)
    page = visit.to(f"{PAGE}?person={person}", TITLE)
    page.get_by_role("button", name="Write down a check-in").click()
    page.get_by_label("What you agreed on").fill(AGREED)
    page.get_by_role("button", name="Keep it").click()
    visit.settle()
    assert AGREED in page.inner_text("body")  # as text, not as markup
    page = visit.to(f"my-weeks?person={person}", "My weeks")
    assert AGREED in page.inner_text("body")
    assert page.get_by_text("Who looked").count() == 1
    assert page.locator("[data-testid=stDataFrame]").count() == 1


def test_headline_names_nobody_and_tells_groups_of_ten_only(visit: Visit, desk: Settings) -> None:
    text = visit.to("", "Headline").inner_text("body")
    assert "Strain on teams" in text
    names = strain(Scope.everything(), desk, lambda what, agents: None).people()["agent"]
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "heading"), [(PAGE, TITLE), ("my-weeks", "My weeks")])
def test_they_fit_a_phone(
    open_tab: Opening, address: str, desk: Settings, scheme: str, path: str, heading: str
) -> None:
    visit = open_tab(address, **PHONE, color_scheme=scheme)
    visit.to(f"{path}?person={someone(desk)}", heading)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.page.locator("[data-testid=stException]").count() == 0
