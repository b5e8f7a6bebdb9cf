"""Signing in at a real identity provider, in a real browser: who gets in, who does not, and what each then sees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from config.settings import Settings
from tests.e2e.conftest import free_port, served
from tests.support.identity_provider import IdentityProvider, is_there, running_provider

pytestmark = pytest.mark.slow
MIA = '"Mia@Example.com" = { role = "manager", teams = ["Billing"] }'
ADA = '"ada@example.com" = { role = "manager", teams = ["Accounts"] }'
ANALYSTS = '\n[groups]\nsupport-analysts = { role = "analyst", teams = "all" }'
SPOILED = ("audience_azp", "expired", "forged", "nonce", "unverified")
RECEIVED: dict[Any, list[str | bytes]] = {}
OURS = ("Billing", "Accounts", "Headline", "Weekly review", "Every row is accounted for", "resolution")


@dataclass
class Door:
    """A dashboard behind sign-in: its address, its provider, and who is granted what."""

    address: str
    provider: IdentityProvider
    access: Path
    browser: Any

    def grant(self, *people: str, groups: str = "") -> None:
        self.access.write_text("[people]\n" + "\n".join(people) + groups, encoding="utf-8")

    def knock(self, path: str = "", cookies: Any = None) -> Any:
        """Open a page in a browser of its own, which remembers what the server sent."""
        page = self.browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
        listen(page)
        if cookies:
            page.context.add_cookies(cookies)
        page.goto(f"{self.address}/{path}")
        settle(page)
        return page

    def sign_in(self, who: str) -> Any:
        page = self.knock()
        page.get_by_role("button", name="Sign in").click()
        page.locator("input[name=login]").fill(who)
        page.locator("input[name=password]").fill("anything")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{self.address}/**")
        settle(page)
        return page


def listen(page: Any) -> None:
    """Remember what the server sends to a tab."""
    received = RECEIVED.setdefault(page, [])

    def receive(part: str | bytes) -> None:
        received.append(part)

    page.on("websocket", lambda socket: socket.on("framereceived", receive))


def settle(page: Any) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=30_000)
    page.wait_for_timeout(500)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=30_000)


def shown(page: Any) -> str:
    return str(page.inner_text("body"))


def sent(page: Any) -> str:
    """Return everything the server has sent to a tab, shown or not."""
    parts = (part if isinstance(part, bytes) else part.encode() for part in RECEIVED[page])
    return b"".join(parts).decode("latin1")


def click(page: Any) -> None:
    """Click on what runs the page again."""
    page.get_by_role("link", name="Definitions").click()
    settle(page)


@pytest.fixture(scope="module")
def door(desk: Settings, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    if not is_there():
        missing = "no identity provider here: bash tests/services.sh"
        (pytest.fail if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1" else pytest.skip)(missing)
    home, port = tmp_path_factory.mktemp("signed-in"), free_port()
    (home / "builds").symlink_to(desk.builds.resolve())
    access = home / "access.toml"
    settings = f'[sign_in]\nmode = "oidc"\naccess = "{access}"\n'
    (home / "deskpulse.toml").write_text(settings, encoding="utf-8")
    with running_provider(f"http://127.0.0.1:{port}/oauth2callback", home / "provider.log") as provider:
        (home / "secrets.toml").write_text(provider.secrets_toml(), encoding="utf-8")
        told = {
            "DESKPULSE_CONFIG": str(home / "deskpulse.toml"),
            "STREAMLIT_SECRETS_FILES": str(home / "secrets.toml"),
        }
        with served(home, home / "server.log", port=port, **told) as address:
            yield Door(address, provider, access, browser)


def test_a_fresh_server_shows_nothing_but_sign_in_to_any_link(door: Door) -> None:
    """Also to a page nobody registered, to a page's file, and to what a filter carries."""
    door.grant(MIA, ADA)
    for file in ("pages/executive/headline.py", "ui/access.py", "config/access.toml", "media/0.csv"):
        with suppress(HTTPError), urlopen(f"{door.address}/{file}", timeout=10) as answer:
            assert b"import" not in answer.read(), file
    for path in ("data-health", "wellbeing-burnout-risk?person=Agent", "nowhere", ""):
        page = door.knock(path)
        page.get_by_role("button", name="Sign in").wait_for()
        for secret in OURS:
            assert secret not in shown(page), path
            assert secret not in sent(page), path
        page.context.close()


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_spoiled_token_opens_nothing(door: Door, spoiled: str) -> None:
    door.grant(MIA)
    door.provider.tell(token=spoiled)
    page = door.sign_in("mia@example.com")
    for secret in OURS:
        assert secret not in sent(page), spoiled
    assert "Sign in to see your desk" in shown(page) or "Nothing to see yet" in shown(page)
    page.context.close()
    door.provider.tell()


def test_who_is_not_named_gets_in_and_sees_nothing(door: Door) -> None:
    door.grant(MIA)
    page = door.sign_in("stranger@example.com")
    assert "nothing has been granted to you" in shown(page)
    assert not [secret for secret in OURS if secret in sent(page)]
    door.provider.tell(groups={"stranger@example.com": ["support-analysts"]})
    door.grant(MIA, groups=ANALYSTS)  # of a group the token does not yet tell of
    page.get_by_role("button", name="Look again").click()
    settle(page)
    assert "nothing has been granted to you" in shown(page)
    page.context.close()
    page = door.sign_in("stranger@example.com")
    assert "Data health" in shown(page)
    page.context.close()
    door.provider.tell()


def test_two_managers_side_by_side_see_their_own_team_each(door: Door) -> None:
    """The same page with the same filters, one after the other and again: nobody is shown what another was."""
    door.grant(MIA, ADA)
    mia, ada = door.sign_in("mia@example.com"), door.sign_in("ada@example.com")
    for _ in range(2):
        for page, own, other in ((mia, "Agent t1", "Agent t2"), (ada, "Agent t2", "Agent t1")):
            RECEIVED[page].clear()
            page.goto(f"{door.address}/explore?metric=Tickets+solved&by=Agent")
            settle(page)
            page.get_by_text("as XLSX").first.wait_for(timeout=30_000)
            assert own in sent(page)
            assert other not in sent(page)
    mia.context.close()
    ada.context.close()


def test_a_change_of_role_holds_at_the_next_click_and_whoever_is_disabled_is_out(door: Door) -> None:
    door.grant(MIA)
    page = door.sign_in("mia@example.com")
    page.get_by_role("heading", name="Weekly review", level=1).wait_for(timeout=30_000)
    assert "mia@example.com · Manager" in shown(page)
    assert "Data health" not in shown(page)
    door.grant(MIA.replace("manager", "executive"))
    click(page)
    assert "mia@example.com · Executive" in shown(page)
    assert "Wellbeing" not in shown(page)
    RECEIVED[page].clear()
    page.goto(f"{door.address}/wellbeing-burnout-risk")
    settle(page)
    assert "Teams first" not in sent(page)
    door.grant('"mia@example.com" = { is_disabled = true }')
    RECEIVED[page].clear()
    page.reload()
    settle(page)
    assert "Your access has been taken away" in shown(page)
    assert not [secret for secret in OURS if secret in sent(page)]
    page.context.close()


def test_a_cookie_opens_nothing_once_its_owner_has_signed_out(door: Door) -> None:
    door.grant(MIA)
    page = door.sign_in("mia@example.com")
    cookies = page.context.cookies()
    assert all(cookie["httpOnly"] for cookie in cookies if cookie["name"].startswith("_streamlit_user"))
    again = door.knock("headline", cookies)
    assert "First contact resolution" in shown(again)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(1500)
    again.reload()
    settle(again)
    assert "You have signed out" in shown(again)
    stolen = door.knock("headline", cookies)
    assert "You have signed out" in shown(stolen)
    assert not [secret for secret in OURS if secret in sent(stolen)]
    for one in (page, again, stolen):
        one.context.close()
