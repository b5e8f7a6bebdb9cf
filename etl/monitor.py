"""How the pipeline is, for whoever watches over it: health as a sentence a complaint, figures as Prometheus reads them.

Read from what the pipeline leaves behind (its log, the published build, the steps' notes, the ledger of deliveries), so
it tells of runs from a timer, of other processes, and of runs that never came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric

from config.errors import DeskpulseError
from config.listening import Answer, as_json, server_of
from config.settings import Settings
from etl.status import last_run, status
from journal import open_journal
from journal.deliveries import DeliveryState
from metrics.days import age_reads
from metrics.health import COUNTS
from metrics.readiness import readiness


def health(settings: Settings, now: datetime, too_old: timedelta) -> dict[str, Any]:
    """Return the state of what is published, how the last run went, and what to complain of; ``now`` is aware."""
    ready, run = readiness(settings, now), last_run(settings)
    complaints: list[str] = [] if ready.is_ready else [ready.status]
    if ready.build_age_seconds is not None and ready.build_age_seconds > too_old.total_seconds():
        complaints.append(f"the build was made {age_reads(timedelta(seconds=ready.build_age_seconds))}")
    if run and run.get("outcome") == "refused":
        complaints.append("the last run was refused: etl status says why")
    return {
        **ready.as_dict(),
        "last_run": {name: run.get(name) for name in ("run_id", "at", "outcome", "seconds")} if run else None,
        "complaints": complaints,
    }


def serve(settings: Settings, address: str, port: int, too_old: timedelta) -> None:
    """Answer ``/health`` and ``/metrics`` until stopped. Raises ``BadSetting`` where nothing can listen."""
    registry = CollectorRegistry()
    registry.register(Pipeline(settings))

    def healthy() -> Answer:
        told = health(settings, datetime.now(UTC), too_old)
        return as_json(told, is_well=not told["complaints"])

    def figures() -> Answer:
        return Answer(generate_latest(registry), CONTENT_TYPE_LATEST)

    with server_of(address, port, {"/health": healthy, "/metrics": figures}) as server:
        server.serve_forever()


class Pipeline:
    """The pipeline's figures, read whenever somebody asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterable[Metric]:
        """Give the figures of this moment; of a server that is away, what is known without it."""
        now = datetime.now(UTC)
        ready = readiness(self._settings, now)
        yield GaugeMetricFamily(
            "deskpulse_ready", "Whether a build is published and can be read.", float(ready.is_ready)
        )
        yield from _of_run(last_run(self._settings))
        if ready.is_ready:
            yield from _of_build(status(self._settings, now), ready.build_age_seconds or 0, ready.data_age_seconds or 0)
        try:
            yield from _of_deliveries(open_journal(self._settings, "monitor", None).delivery_states())
        except DeskpulseError:
            return  # a journal that is away is nobody's failed delivery


def _of_run(run: Mapping[str, Any] | None) -> Iterable[Metric]:
    if run is None or "at" not in run:  # of a line that was cut off nothing is known
        return
    began = datetime.fromisoformat(run["at"]).timestamp()
    yield _gauge("last_run_timestamp_seconds", "When the last run began.", began)
    yield _gauge("last_run_published", "Whether the last run published a build.", run["outcome"] == "published")
    if run.get("seconds") is not None:
        yield _gauge("last_run_seconds", "Seconds until the last run published, or was refused.", run["seconds"])


def _of_build(told: Mapping[str, Any], build_age: int, data_age: int) -> Iterable[Metric]:
    yield InfoMetricFamily("deskpulse_build", "The published build.", {"build": told["build"]})
    yield _gauge("build_age_seconds", "Seconds since the published build was made.", build_age)
    yield _gauge("data_age_seconds", "Seconds since the instant its data reach.", data_age)
    failed = sum(not check["passed"] for check in told["checks"])
    yield _gauge("check_warnings", "Checks of the published build with rows to look at.", failed)
    rows = GaugeMetricFamily(
        "deskpulse_source_rows",
        "Rows of a source in its last load, by what became of them.",
        labels=("source", "became"),
    )
    age = GaugeMetricFamily("deskpulse_source_age_seconds", "Seconds since a source was last read.", labels=("source",))
    for source in told["sources"]:
        age.add_metric([source["source"]], source["age_seconds"])
        for name in COUNTS:
            rows.add_metric([source["source"], name], source[name])
    ready = GaugeMetricFamily("deskpulse_step_ready", "Whether a step's last attempt succeeded.", labels=("step",))
    seconds = GaugeMetricFamily("deskpulse_step_seconds", "Seconds a step's last attempt took.", labels=("step",))
    for step in told["outlook"]:
        if step["outcome"] != "absent":
            ready.add_metric([step["step"]], float(step["outcome"] == "ready"))
            seconds.add_metric([step["step"]], step["seconds"])
    yield from (rows, age, ready, seconds)


def _of_deliveries(states: Iterable[DeliveryState]) -> Iterable[Metric]:
    failing = [state for state in states if state.failures]
    yield _gauge("deliveries_failing", "Recipients whose last message was not taken.", len(failing))
    attempts = sum(state.failures for state in failing)
    yield _gauge("delivery_failures", "Attempts in vain since each of them last took a message.", attempts)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"deskpulse_{name}", says, float(value))
