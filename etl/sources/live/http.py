"""Asking a helpdesk over HTTP: politely (it says when to come back) and stubbornly (what passes is tried again).

https unless the helpdesk is on this machine, never another host than the configured one, whatever a next-page link or a
redirect says; where a host may lie is ``config.addresses``' to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from config.addresses import AddressRefused, Network
from config.errors import BadSetting, SourceFailed
from config.outbound import session
from etl.sources.live.kinds import Reading

TRIES = 6
LONGEST_WAIT_SECONDS = 900.0
TIMEOUT_SECONDS = (10.0, 60.0)  # to connect, between two bytes
A_LONG_TIME = 10 * 365 * 86_400.0  # seconds: what is more is an instant
LARGEST_ANSWER = 256 * 1024**2  # bytes
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PASSING = (408, 425, 429, 500, 502, 503, 504)


class Refused(SourceFailed):
    """The helpdesk understood and said no."""

    def __init__(self, says: str, status: int) -> None:
        super().__init__(says)
        self.status = status


class _TryAgain(Exception):
    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


def checked_url(url: str, where: str) -> str:
    """Return the base address without a slash at its end; raises ``BadSetting`` naming ``where``."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"{where}: url {url!r} is not an address such as https://desk.example.com")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadSetting(f"{where}: url must hold no user, password, query or fragment")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadSetting(f"{where}: url must begin with https:// (http only for this machine)")
    return url.rstrip("/")


def client_of(reading: Reading, headers: Mapping[str, str]) -> Client:
    """Return the client of a source that is configured by ``url``."""
    source = reading.source
    url = checked_url(source.option("url"), f"[sources.{source.name}]")
    return Client(url, headers, reading.progress, networks=source.networks)


class Client:
    """Reads JSON from one helpdesk, which lies on the public internet or in one of ``networks``."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        progress: Callable[[str], None] = lambda _: None,
        *,
        timeout: tuple[float, float] = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] | None = None,
        networks: Sequence[Network] = (),
    ) -> None:
        self.base, self._progress, self._timeout = base, progress, timeout
        self._sleep = sleep or time.sleep
        self._session = session(networks)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "deskpulse", **headers})

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON at ``path`` (or a whole address of the same helpdesk).

        Raises ``Refused`` for what will not pass by itself, ``SourceFailed`` when it did not pass.
        """
        return self._asked("GET", path, parameters, None)

    def post(self, path: str, told: Any, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON a search at ``path`` gives for ``told``; raises as ``get``."""
        return self._asked("POST", path, parameters, told)

    def _asked(self, method: str, path: str, parameters: Mapping[str, Any] | None, told: Any) -> Any:
        url = self._address(path)
        shown, wait = urlsplit(url).path, 1.0
        for left in reversed(range(TRIES)):
            try:
                return self._once(method, url, parameters, told, shown)
            except _TryAgain as error:
                if not left:
                    raise SourceFailed(f"{self.base}{shown}: {error}, {TRIES} times; run it again later") from error
                pause = min(LONGEST_WAIT_SECONDS, wait if error.wait is None else error.wait)
                self._progress(f"{shown}: {error}; again in {pause:.0f} s")
                self._sleep(pause)
                wait *= 2
        raise AssertionError("unreachable")

    def _address(self, path: str) -> str:
        url = path if "://" in path else f"{self.base}/{path.lstrip('/')}"
        here, there = urlsplit(self.base), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise SourceFailed(f"{self.base}: its next page lies at {there.netloc}, another host; not followed")
        return url

    def _once(self, method: str, url: str, parameters: Mapping[str, Any] | None, told: Any, shown: str) -> Any:
        try:
            with self._session.request(
                method, url, params=parameters, json=told, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                self._judge(answer, url, shown)
                body = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
                length = answer.headers.get("Content-Length")
                if length and not answer.headers.get("Content-Encoding") and len(body) < int(length):
                    raise _TryAgain("the answer was cut off")
                self._courtesy(answer)
        except AddressRefused as error:
            raise SourceFailed(f"{self.base}: {error}") from error
        except (requests.RequestException, OSError) as error:
            raise _TryAgain(_plainly(error)) from error
        except Exception as error:
            if type(error).__module__.startswith("urllib3"):
                raise _TryAgain(_plainly(error)) from error
            raise
        if len(body) > LARGEST_ANSWER:
            raise SourceFailed(f"{self.base}{shown}: the answer is larger than {LARGEST_ANSWER // 1024**2} MB")
        return _json(body, answer.headers.get("Content-Type", ""))

    def _judge(self, answer: requests.Response, url: str, shown: str) -> None:
        status = answer.status_code
        if status in PASSING:
            raise _TryAgain(f"answered {status}", _retry_after(answer.headers.get("Retry-After")))
        if 300 <= status < 400:
            there = urljoin(url, answer.headers.get("Location", ""))
            says = f"redirects to {urlsplit(there).netloc}; set url to the helpdesk's own"
            raise Refused(f"{self.base}{shown}: {says}", status)
        if status in (401, 403):
            why = "does not accept the credentials" if status == 401 else "does not permit this to these credentials"
            raise Refused(f"{self.base}{shown}: {why} ({status}); see: python -m etl check", status)
        if status != 200:
            raise Refused(f"{self.base}{shown}: answered {status}", status)

    def _courtesy(self, answer: requests.Response) -> None:
        """Wait when the helpdesk says that nothing is left of what may be asked for now."""
        for prefix in ("", "x-"):
            left, reset = (
                answer.headers.get(f"{prefix}ratelimit-remaining"),
                answer.headers.get(f"{prefix}ratelimit-reset"),
            )
            if left is None or reset is None or left.strip() != "0" or not (pause := _until(reset)):
                continue
            self._progress(f"rate limit reached; going on in {pause:.0f} s")
            self._sleep(min(LONGEST_WAIT_SECONDS, pause))


def _until(reset: str) -> float | None:
    """Return the seconds to wait until a reset: told as seconds, as a Unix time (Intercom) or ISO 8601 (Jira)."""
    try:
        told = float(reset)
    except ValueError:
        try:
            told = datetime.fromisoformat(reset).timestamp()
        except ValueError:
            return _retry_after(reset)
    return max(0.0, told - time.time() if told > A_LONG_TIME else told)


def _retry_after(told: str | None) -> float | None:
    """Return the seconds a Retry-After header asks for (seconds, or a date), None where it says nothing."""
    if not told:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _json(body: bytes, content_type: str) -> Any:
    import json

    if not body.strip():
        raise _TryAgain("an empty answer")
    if "html" in content_type.lower() or body.lstrip()[:1] == b"<":
        raise _TryAgain("a web page where JSON belongs")
    try:
        return json.loads(body)
    except ValueError as error:
        raise _TryAgain("JSON that ends too early or is none") from error


def _plainly(error: Exception) -> str:
    if isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    return "the connection broke"
