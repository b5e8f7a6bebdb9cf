"""Behind the reverse proxy of ``deploy/nginx.conf``: headers, cookies, a name the browser cannot choose, and dashboards
that stand in for one another."""

from __future__ import annotations

import json
import os
import re
import secrets
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from config.settings import ROOT, Settings
from etl.build import BuildStamp
from etl.pipeline import build_and_publish
from tests.e2e.conftest import free_port, serving
from tests.support.postgresql import running_postgresql, server_programs
from tests.support.sessions import Session
from tests.support.shared import copy_of

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
COOKIE = "deskpulse_replica"
NGINX = Path("/usr/sbin/nginx")
NOBODY_ELSE = {
    "content-security-policy": "default-src 'none'",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}
HERE = ssl._create_unverified_context()  # the certificate is made for this test


@dataclass
class House:
    """Two dashboards behind the proxy, by port, and the address of one of them, which nobody should use."""

    address: str
    direct: str
    conf: str
    settings: Settings
    replicas: dict[str, subprocess.Popen[bytes]]
    monitors: dict[str, str]
    logs: dict[str, Path]

    def pinned(self, port: str) -> dict[str, str]:
        """Return the header of somebody who is with the dashboard on a port."""
        return {"Cookie": f"{COOKIE}={port}"}


def started(folder: Path, port: int, replicas: tuple[int, int], person: str) -> str:
    """Return the shipped configuration for this machine: other ports, a certificate of its own, somebody signed in."""
    told = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    told = told.replace("listen 80;", f"listen 127.0.0.1:{free_port()};").replace(
        "listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"
    )
    told = told.replace("/etc/ssl/deskpulse", str(folder))
    for shipped, here in zip(("8501", "8502"), replicas, strict=True):
        assert told.count(shipped) > 6
        told = told.replace(shipped, str(here))
    told = told.replace('set $deskpulse_person "";', f'set $deskpulse_person "{person}";').replace(
        "Host $host;", "Host $http_host;"
    )
    assert person in told
    paths = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"pid {folder}/pid; daemon off; error_log {folder}/error.log; events {{}}"
    return f"{main}\nhttp {{\naccess_log off;\n{paths}\n{told}\n}}\n"


@contextmanager
def running_nginx(folder: Path, conf: str, port: int) -> Iterator[None]:
    """Run nginx on loopback; stop that process and no other."""
    (folder / "nginx.conf").write_text(conf, encoding="utf-8")
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    making += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(making, check=True, capture_output=True)
    server = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        for _ in range(100):
            assert server.poll() is None, (folder / "error.log").read_text()
            if (folder / "pid").exists():
                break
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def house(small_desk: Settings, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    programs = server_programs()
    if not NGINX.exists() or programs is None:
        missing = "no nginx or no PostgreSQL here: bash tests/services.sh"
        (pytest.fail if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1" else pytest.skip)(missing)
    folder = tmp_path_factory.mktemp("behind")
    (folder / "access.toml").write_text(
        '[people]\n"mia@example.com" = { role = "executive", teams = "all" }', encoding="utf-8"
    )
    told = '[sign_in]\nmode = "proxy"\nproxies = ["127.0.0.1"]\nheader = "X-Forwarded-Email"\n'
    (folder / "deskpulse.toml").write_text(f'{told}access = "{folder / "access.toml"}"\n', encoding="utf-8")
    port, ports = free_port(), (free_port(), free_port())
    with running_postgresql(programs) as server, ExitStack() as running:
        with create_engine(server).begin() as connection:
            connection.execute(text("create role dashboard login"))
        settings = replace(copy_of(small_desk, folder), warehouse=server, warehouse_readers={"dashboard": "*"})
        publish(settings, 1)
        chosen = {
            "DESKPULSE_CONFIG": str(folder / "deskpulse.toml"),
            "DESKPULSE_WAREHOUSE": server.replace("deskpulse@", "dashboard@"),
            "DESKPULSE_JOURNAL_URL": server,
            "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32),
            "DESKPULSE_LOG_FORMAT": "json",
        }
        logs = {str(one): folder / f"{one}.log" for one in ports}
        monitors = {str(one): str(free_port()) for one in ports}
        replicas = {
            one: running.enter_context(
                serving(folder / one, log, int(one), DESKPULSE_MONITOR_PORT=monitors[one], **chosen)
            )
            for one, log in logs.items()
        }
        conf = started(folder, port, ports, "mia@example.com")
        running.enter_context(running_nginx(folder, conf, port))
        yield House(
            f"https://127.0.0.1:{port}", f"http://127.0.0.1:{ports[0]}", conf, settings, replicas, monitors, logs
        )


def publish(settings: Settings, number: int) -> str:
    """Publish a build of what was read, another one every time."""
    stamp = BuildStamp(f"20261120T18000{number}-{number:04}", NOW + timedelta(minutes=number))
    build_and_publish(settings, stamp)
    return stamp.build_id


def asked(url: str, headers: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(url, headers=headers or {})
    try:
        return urllib.request.urlopen(request, timeout=10, context=HERE if url.startswith("https") else None)
    except HTTPError as error:
        return error


def test_every_answer_carries_the_headers_and_no_cookie_travels_in_the_clear(house: House) -> None:
    for path in ("/", "/headline", "/_stcore/health", "/_stcore/metrics", "/media/none", "/static/none.js"):
        answer = asked(f"{house.address}{path}")
        for name, value in NOBODY_ELSE.items():
            assert answer.headers.get_all(name, [""])[0].startswith(value), (path, name)
        for cookie in answer.headers.get_all("set-cookie", []):
            assert re.search(r";\s*secure", cookie, re.IGNORECASE), cookie
            assert re.search(r";\s*samesite=lax", cookie, re.IGNORECASE), cookie
        assert "nginx/" not in answer.headers.get("server", "")
    assert asked(f"{house.address}/_stcore/metrics").status == 404
    assert "unsafe-inline" not in house.conf.split("script-src")[1].split(";")[0]


def test_the_page_works_under_the_policy_for_whom_the_proxy_names(house: House, browser: Any) -> None:
    """The browser says it is somebody else; the proxy does not pass that on."""
    context = browser.new_context(
        ignore_https_errors=True, extra_http_headers={"X-Forwarded-Email": "boss@example.com"}
    )
    page, refused, outside = context.new_page(), [], []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda request: outside.append(request.url))
    page.goto(f"{house.address}/headline")
    page.locator("svg.marks path").first.wait_for(state="attached", timeout=30_000)
    assert "mia@example.com · Executive" in page.inner_text("body")
    cookies = context.cookies()
    assert cookies
    assert all(cookie["secure"] for cookie in cookies)
    assert [url for url in outside if not url.startswith((house.address, "data:", "blob:"))] == []
    assert refused == []
    context.close()


def test_past_the_proxy_nobody_is_anybody(house: House, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house.direct}/headline")
    page.get_by_text("The proxy did not say who you are").wait_for(timeout=30_000)
    assert "First contact resolution" not in page.inner_text("body")
    context.close()


def held_by(answer: Any) -> str:
    """Return the port of the dashboard an answer pins its reader to, empty where it pins nobody."""
    told = [re.match(rf"{COOKIE}=(\d+);", cookie) for cookie in answer.headers.get_all("set-cookie", [])]
    return next((found.group(1) for found in told if found), "")


def test_with_one_dashboard_the_lines_of_the_other_go(house: House, tmp_path: Path) -> None:
    second = list(house.replicas)[1]
    alone = "\n".join(line for line in house.conf.splitlines() if second not in line)
    assert alone.count("upstream deskpulse_") == 2
    (tmp_path / "nginx.conf").write_text(alone, encoding="utf-8")
    done = subprocess.run(
        [str(NGINX), "-t", "-q", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_readers_are_shared_out_and_each_stays_where_they_are(house: House) -> None:
    health = f"{house.address}/_stcore/health"
    assert {held_by(asked(health)) for _ in range(8)} == set(house.replicas)
    for port in house.replicas:
        answers = {held_by(asked(health, house.pinned(port))) for _ in range(4)}
        assert answers == {""}, port  # who answered is who the cookie names
    assert held_by(asked(health, house.pinned("evil.example"))) in house.replicas


def test_a_publish_is_seen_through_both(house: House) -> None:
    with ExitStack() as stack:
        tabs = [stack.enter_context(Session(house.address, house.pinned(port))) for port in house.replicas]
        before = [tab.open("headline") for tab in tabs]
        assert [(shown.says, shown.build_id) for shown in before] == [("", "20261120T180001-0001")] * 2
        assert before[0].digest == before[1].digest
        newest = publish(house.settings, 2)
        after = [tab.open("headline") for tab in tabs]
        assert [(shown.says, shown.build_id) for shown in after] == [("", newest)] * 2


def test_each_tells_its_monitor_how_it_is_and_nothing_of_its_readers(house: House) -> None:
    """After the pages the tests before opened."""
    for port, monitor in house.monitors.items():
        with Session(house.address, house.pinned(port)) as tab:
            shown = tab.open("headline")
            told = json.loads(asked(f"http://127.0.0.1:{monitor}/health").read())
            assert (told["status"], told["build"]) == ("ready", shown.build_id)
            text = asked(f"http://127.0.0.1:{monitor}/metrics").read().decode()
        samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
        found = {(one.name, *one.labels.values()): one.value for one in samples}
        assert found["deskpulse_sessions",] >= 1
        assert found["deskpulse_page_runs_total", "shown", "Headline"] >= 2
        assert found["deskpulse_query_seconds_count", "Headline", "warehouse"] > 3
        assert (
            found["deskpulse_page_seconds_sum", "Headline"]
            > found["deskpulse_query_seconds_sum", "Headline", "warehouse"]
        )
        assert found["process_resident_memory_bytes",] > 1e8
        logged = house.logs[port].read_text(encoding="utf-8")
        pages = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
        assert [page["outcome"] for page in pages if page.get("page") == "Headline"][-1] == "shown"
        for answer in (text, logged):
            assert "mia" not in answer
            assert "@" not in answer
        assert {page["logger"] for page in pages} <= {"deskpulse"}
        assert asked(f"{house.address}/metrics", house.pinned(port)).headers["content-type"].startswith("text/html")


def test_a_reader_whose_dashboard_is_killed_goes_on_with_the_other(house: House, browser: Any) -> None:
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{house.address}/headline")
    page.locator("svg.marks path").first.wait_for(state="attached", timeout=30_000)

    def where() -> str:
        return str(next(cookie["value"] for cookie in context.cookies() if cookie["name"] == COOKIE))

    first = where()
    (second,) = set(house.replicas) - {first}
    house.replicas[first].kill()
    house.replicas[first].wait(10)
    newest = publish(house.settings, 3)
    assert page.locator("svg.marks path").count() > 6  # nothing vanishes
    page.get_by_text("Week", exact=True).click()  # and the next click is answered by the other
    page.get_by_text(newest).wait_for(timeout=60_000)
    assert page.locator("svg.marks path").count() > 6
    assert where() == second
    with back_again(int(first)):  # who has gone over stays
        assert asked(f"{house.address}/_stcore/health", house.pinned(second)).read() == b"ok"
        assert asked(f"{house.address}/_stcore/health", house.pinned(second)).read() == b"ok"
    context.close()


@contextmanager
def back_again(port: int) -> Iterator[None]:
    """Answer on the port of the dashboard that was killed."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"the first")

    with HTTPServer(("127.0.0.1", port), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
