"""The digest's preview and where its links lead, in a real browser."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import dashboard
from config.settings import Settings
from metrics.published import current_build
from reports.digest import digest_for
from reports.recipients import Recipient
from ui.names import page_path

pytestmark = pytest.mark.slow
WEEK = date(2026, 10, 19)  # not the newest: what ignores the week would show another
TITLES = {page_path(title): title for pages in dashboard.PAGES.values() for _, title, _ in pages}
KIM = Recipient("kim@example.com", "manager", ("Billing",))


def test_the_preview_is_the_mail_on_a_page_of_its_own(visit: Any) -> None:
    visit.to("digest-preview?week=19+October+2026&team=Billing&digest_of=as+a+manager", "Digest preview")
    frame = visit.page.locator("iframe").first
    assert frame.get_attribute("src").startswith("data:text/html;base64,")  # no page of ours: it cannot reach ours
    told = frame.content_frame.locator("body").inner_text()
    assert "The week of 19 October 2026" in told
    assert "Figures of Billing, as manager@example.com may see them." in told
    assert "Accounts" not in told
    visit.page.locator(".st-key-digest_look").get_by_text("Plain text", exact=True).click()
    visit.settle()
    assert "The week of 19 October 2026\nBilling" in visit.page.locator("code").first.inner_text()


@pytest.mark.parametrize("recipient", [Recipient("boss@example.com", "executive"), KIM], ids=lambda one: one.role)
def test_its_links_open_the_same_week_and_teams(visit: Any, desk: Settings, recipient: Recipient) -> None:
    digest = digest_for(recipient, WEEK, current_build(desk), desk)
    assert digest is not None
    for link in dict.fromkeys([digest.link, *(section.link for section in digest.sections)]):
        asked = urlsplit(link)
        visit.to(link.removeprefix(f"{desk.dashboard_url}/"), TITLES[asked.path.strip("/")])
        assert visit.page.get_by_text("Page not found").count() == 0
        body = visit.page.inner_text("body")
        if "week" in parse_qs(asked.query):
            assert "the week of 19 October 2026, against the week of 12 October 2026" in body
            assert all(f"Team: {team}" in body for team in recipient.teams)
