"""Behind the reverse proxy of ``deploy/nginx.conf``: headers, cookies, and a name the browser cannot choose."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from config.settings import ROOT, Settings
from tests.e2e.conftest import free_port, served

pytestmark = pytest.mark.slow
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
    """The dashboard behind the proxy, and its own address, which nobody should use."""

    address: str
    direct: str
    conf: str


def started(folder: Path, port: int, behind: str, person: str) -> str:
    """Return the shipped configuration for this machine: other ports, a certificate of its own, somebody signed in."""
    told = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    told = told.replace("listen 80;", f"listen 127.0.0.1:{free_port()};").replace(
        "listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"
    )
    told = told.replace("/etc/ssl/deskpulse", str(folder)).replace("http://127.0.0.1:8501", behind)
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
def house(desk: Settings, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not NGINX.exists():
        missing = "no nginx here: bash tests/services.sh"
        (pytest.fail if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1" else pytest.skip)(missing)
    home, port = tmp_path_factory.mktemp("behind"), free_port()
    (home / "builds").symlink_to(desk.builds.resolve())
    (home / "access.toml").write_text(
        '[people]\n"mia@example.com" = { role = "executive", teams = "all" }', encoding="utf-8"
    )
    told = '[sign_in]\nmode = "proxy"\nproxies = ["127.0.0.1"]\nheader = "X-Forwarded-Email"\n'
    (home / "deskpulse.toml").write_text(f'{told}access = "{home / "access.toml"}"\n', encoding="utf-8")
    with served(home, home / "server.log", DESKPULSE_CONFIG=str(home / "deskpulse.toml")) as direct:
        conf = started(home, port, direct, "mia@example.com")
        with running_nginx(home, conf, port):
            yield House(f"https://127.0.0.1:{port}", direct, conf)


def asked(url: str) -> Any:
    try:
        return urllib.request.urlopen(url, timeout=10, context=HERE if url.startswith("https") else None)
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
