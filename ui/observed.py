"""What the web process tells of itself: pages and queries counted and timed, open tabs, its memory, the build it shows.

Labels are names of pages and outcomes, never of viewers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Literal

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from sqlalchemy import Engine, event, make_url
from streamlit.runtime import exists, get_instance
from streamlit.runtime.stats import ACTIVE_SESSIONS_FAMILY

from config import cli, logs
from config.errors import BadSetting
from config.listening import Answer, as_json, listening
from config.settings import Settings
from journal.opening import journal_url
from metrics.readiness import readiness

Outcome = Literal["shown", "refused", "failed", "nothing published"]
BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
HEALTH: Final = "/health"
FIGURES: Final = "/metrics"

REGISTRY = CollectorRegistry()
PAGES = Counter("deskpulse_page_runs", "Runs of a page by how they ended.", ["page", "outcome"], registry=REGISTRY)
PAGE_SECONDS = Histogram(
    "deskpulse_page_seconds", "Seconds a run of a page took.", ["page"], buckets=BUCKETS, registry=REGISTRY
)
QUERY_SECONDS = Histogram(
    "deskpulse_query_seconds",
    "Seconds a query of a page took.",
    ["page", "store"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
ProcessCollector(registry=REGISTRY)
_page: ContextVar[str] = ContextVar("page", default="")
_asked: ContextVar[list[float] | None] = ContextVar("asked", default=None)


@contextmanager
def run_of(page: str) -> Iterator[list[Outcome]]:
    """Time a run of a page; how it ended is the last of what is put into the list."""
    named, asked = _page.set(page), _asked.set([])
    started, outcome = time.monotonic(), list[Outcome](("shown",))
    try:
        yield outcome
    finally:
        seconds, queries = time.monotonic() - started, _asked.get() or []
        _page.reset(named)
        _asked.reset(asked)
        PAGES.labels(page, outcome[-1]).inc()
        PAGE_SECONDS.labels(page).observe(seconds)
        logs.event(
            "page", page=page, outcome=outcome[-1], seconds=round(seconds, 3), queries=len(queries),
            query_seconds=round(sum(queries), 3),
        )  # fmt: skip


def time_queries(settings: Settings) -> None:
    """Have every query of this process timed, once for all."""
    journal = make_url(journal_url(settings))

    def begun(connection: Any, *_: Any) -> None:
        connection.info["begun"] = time.monotonic()

    def ended(connection: Any, *_: Any) -> None:
        seconds = time.monotonic() - connection.info.pop("begun", time.monotonic())
        store = "journal" if connection.engine.url == journal else "warehouse"
        QUERY_SECONDS.labels(_page.get(), store).observe(seconds)
        if (asked := _asked.get()) is not None:
            asked.append(seconds)

    event.listen(Engine, "before_cursor_execute", begun)
    event.listen(Engine, "after_cursor_execute", ended)


class _Now:
    """What is asked at the moment somebody looks: the build shown, and how many tabs are open."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterable[Metric]:
        """Give the figures of this moment."""
        told = readiness(self._settings, datetime.now(UTC))
        yield GaugeMetricFamily("deskpulse_ready", "Whether there is a build to show.", float(told.is_ready))
        for name, says, age in (
            ("build", "the build shown was made", told.build_age_seconds),
            ("data", "the instant its data reach", told.data_age_seconds),
        ):
            if age is not None:
                yield GaugeMetricFamily(f"deskpulse_{name}_age_seconds", f"Seconds since {says}.", age)
        if exists():
            stats: Mapping[str, Any] = get_instance().stats_mgr.get_stats([ACTIVE_SESSIONS_FAMILY])
            open_tabs = sum(stat.value for stat in stats.get(ACTIVE_SESSIONS_FAMILY, ()))
            yield GaugeMetricFamily("deskpulse_sessions", "Tabs that are connected.", open_tabs)


@contextmanager
def watched(settings: Settings) -> Iterator[None]:
    """Answer whoever watches over this process, where ``monitor_port`` says so.

    Where nothing can listen there, that is told in a line and readers are served nevertheless.
    """
    logs.set_up(settings.log_format)
    if settings.monitor_port or logs.is_json():
        time_queries(settings)
    if settings.monitor_port:
        REGISTRY.register(_Now(settings))
    routes = {HEALTH: lambda: _health(settings), FIGURES: _figures}
    with ExitStack() as beside:
        if settings.monitor_port:
            try:
                beside.enter_context(listening(settings.monitor_address, settings.monitor_port, routes))
            except BadSetting as error:
                cli.tell(error)
        yield


def _health(settings: Settings) -> Answer:
    told = readiness(settings, datetime.now(UTC))
    return as_json(told.as_dict(), is_well=told.is_ready)


def _figures() -> Answer:
    return Answer(generate_latest(REGISTRY), CONTENT_TYPE_LATEST)
