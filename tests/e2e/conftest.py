"""A small desk, the real server and a real browser, once a session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT, Settings
from tests.support.shared import copy_of

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; without it browser tests are skipped, unless services are required."""
    if not Path(CHROMIUM).exists() and not shutil.which("chromium"):
        missing = "no Chromium here: apt-get install chromium"
        if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium") or CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path, log: Path, port: int = 0, **environment: str) -> Iterator[str]:
    """Run the dashboard on a free loopback port and yield its address; stop that process and no other."""
    port = port or free_port()
    with serving(home, log, port, **environment):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving(home: Path, log: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the dashboard on a loopback port and yield its process, which may be killed; stop that one and no other."""
    command = [str(ROOT / ".venv/bin/streamlit"), "run", "dashboard.py", "--server.port", str(port)]
    if not Path(command[0]).exists():
        command = ["streamlit", *command[1:]]
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "DESKPULSE_HOME": str(home), **environment},
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield server
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):  # two minutes: others may be busy on this machine
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url}: {log.read_text()}")


@pytest.fixture(scope="session")
def desk(small_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small desk, a copy of this process: tests write into its journal."""
    return copy_of(small_desk, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def address(desk: Settings) -> Iterator[str]:
    with served(desk.home, desk.home / "server.log") as url:
        yield url


LAST_LINE = {
    "Headline": "as CSV",
    "Explore": "as XLSX",
    "Definitions": "To reconcile with",
    "Automation & self-service": "Where tickets stand",
    "Customers": "Product signals",
    "Weekly review": "Copy as text",
    "Goals & reviews": "written on Weekly review",
    "Digest preview": "Sent by python",
    "Workload": "Balance and mix",
    "Agents": "Read a trend against",
    "Alerts": "How often these rules are wrong",
    "Wellbeing · burnout risk": "never guessed",
    "My weeks": "Who looked",
    "Forecast & staffing": "What this assumes",
    "Data health": "etl rollback",
    "Welcome to Deskpulse": "Look again",
}


UNTOLD_CHART = "[data-testid=stVegaLiteChart]:not([aria-label])"


class Visit:
    """A reader's browser tab, which remembers whom it talked to."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.requests: list[str] = []
        self.received_bytes = 0
        self._heard = {
            "request": lambda request: self.requests.append(request.url),
            "websocket": lambda socket: socket.on("framereceived", self._receive),
            "dialog": lambda dialog: pytest.fail(f"a script ran: {dialog.message}"),
        }
        for event, hear in self._heard.items():
            page.on(event, hear)

    def leave(self) -> None:
        """Stop listening, for the tab is somebody else's now; nobody but the dashboard may have been talked to."""
        for event, hear in self._heard.items():
            self.page.remove_listener(event, hear)
        self._heard = {}
        assert self.outside == []

    def _receive(self, payload: str | bytes) -> None:
        self.received_bytes += len(payload)

    def to(self, path: str, heading: str) -> Any:
        """Follow a link and wait for the page."""
        self.page.goto(f"{self.address}/{path}")
        self.arrives(heading)
        return self.page

    def arrives(self, heading: str) -> None:
        """Wait until a page is there to its last line."""
        self.page.get_by_role("heading", name=heading, exact=True, level=1).wait_for(timeout=30_000)
        self.page.get_by_text(LAST_LINE[heading]).last.wait_for(timeout=30_000)
        if heading == "Headline":
            self.page.locator("svg.marks path").first.wait_for(state="attached", timeout=30_000)
        self.settle()

    def settle(self) -> None:
        """Wait until the run is over and every chart is drawn, which then says what it shows."""
        self.page.wait_for_timeout(200)  # until it has begun
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=30_000)
        self.page.wait_for_function(f"!document.querySelector('{UNTOLD_CHART}')", timeout=30_000)
        self.page.wait_for_timeout(150)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a filter."""
        field = self.page.get_by_label(label, exact=False).first
        field.scroll_into_view_if_needed()
        self.page.wait_for_timeout(300)  # a list closes when what it hangs on scrolls
        field.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")
        self.settle()

    def values(self) -> list[str]:
        return [text.strip() for text in self.page.locator("[data-testid=stMetricValue]").all_inner_texts()]

    @property
    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.address, "data:", "blob:", "ws://127.0.0.1"))]


DESKTOP = {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "light", "device_scale_factor": 1}
Opening = Callable[..., Visit]


@pytest.fixture(scope="session")
def tabs(browser: Any) -> Iterator[dict[int, Any]]:
    """Tabs that stay open, by their pixels a point: what one has compiled need not be compiled for the next visit."""
    kept: dict[int, Any] = {}
    yield kept
    for tab in kept.values():
        tab.context.close()


@pytest.fixture
def open_tab(browser: Any, tabs: dict[int, Any]) -> Iterator[Opening]:
    """Return a way to a tab of a size and scheme, ready to visit an address; a second one ends the first visit."""
    visits: list[Visit] = []

    def opened(address: str, **looks: Any) -> Visit:
        for earlier in visits:
            earlier.leave()
        wanted = DESKTOP | looks
        scale = wanted["device_scale_factor"]
        if scale not in tabs or tabs[scale].is_closed():
            tabs[scale] = browser.new_context(device_scale_factor=scale).new_page()
        tab = tabs[scale]
        tab.set_viewport_size(wanted["viewport"])
        tab.emulate_media(color_scheme=wanted["color_scheme"])
        tab.mouse.move(0, 0)
        tab.goto("about:blank")  # so that nothing is heard of the visit before
        visits.append(Visit(tab, address))
        return visits[-1]

    yield opened
    for visit in visits:
        visit.leave()


@pytest.fixture
def visit(open_tab: Opening, address: str, request: pytest.FixtureRequest) -> Visit:
    return open_tab(address, **getattr(request, "param", {}))
