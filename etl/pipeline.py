"""The way of the data, wired: extract, build, check, publish, then what is computed from the published build."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

from config import logs
from config.errors import DeskpulseError
from config.settings import Settings
from etl import diary
from etl.build import BuildStamp, build_file
from etl.checks import CheckResult, refuse_broken
from etl.load import TableCount, load_files
from etl.models import models
from etl.publish import SUFFIX, UNFINISHED, clear_unfinished, publish
from etl.retention import RUN_LOG, enforce
from etl.sources.catalog import FileSource, Source, configured_sources, connector
from etl.sources.files.raw import forget
from etl.sources.live.extraction import load_live
from etl.turns import alone
from forecasting.steps import StepResult, run_steps
from metrics.health import COUNTS
from metrics.server import is_server

Progress = Callable[[str], None]
__all__ = ["FileSource", "RunResult", "Source", "as_json", "configured_sources", "run"]
DEMO = "demo"  # the source make demo reads


@dataclass(frozen=True)
class RunResult:
    """What a run did."""

    run_id: str
    build_id: str
    path: Path
    counts: tuple[TableCount, ...]
    checks: tuple[CheckResult, ...]
    seconds: float = 0.0  # until it was published
    outlook: tuple[StepResult, ...] = ()


def _log(home: Path, entry: dict[str, object]) -> None:
    with (home / RUN_LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry) + "\n")


def run(
    sources: Sequence[Source],
    settings: Settings,
    now: datetime,
    progress: Progress,
    full_refresh: bool = False,
    forecast: bool = False,
) -> RunResult:
    """Run the whole pipeline; ``now`` is the clock (aware). With ``forecast`` also what follows publication.

    Raises ``BadInput``, ``RunRefused`` and other ``DeskpulseError``; the previous build then stays published. What
    follows publication raises nothing: how it went is in the result.
    """
    run_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    started = time.monotonic()
    files = [source for source in sources if isinstance(source, FileSource)]
    brought = [entry for source in files for entry in diary.read_diaries(source.name, source.paths)]
    entry: dict[str, object] = {"run_id": run_id, "at": now.isoformat()}
    with alone(settings.home):
        clear_unfinished(settings.builds)
        try:
            result = _run(run_id, sources, settings, now, progress, full_refresh)
        except DeskpulseError as error:
            _log(settings.home, {**entry, "outcome": "refused", "seconds": _since(started), "why": str(error)})
            raise
        result = replace(result, seconds=time.monotonic() - started)
        done = {"build": result.build_id, "seconds": _since(started)}
        _log(settings.home, {**entry, "outcome": "published", **done})
        enforce(settings, now)
    logs.event("published", run=run_id, **done, **_sums(result.counts), warnings=_warnings(result.checks))
    written = _wrote(sources, brought, settings, result, now)
    following = _outlook(settings, now, progress) if forecast else []
    for step in (*written, *following):
        logs.event("step", step=step.step, outcome=step.outcome, seconds=step.seconds)
    return replace(result, outlook=(*written, *following))


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)


def _sums(counts: Sequence[TableCount]) -> dict[str, int]:
    return {name: sum(getattr(count, name) for count in counts) for name in COUNTS}


def _warnings(checks: Sequence[CheckResult]) -> int:
    return sum(not check.passed for check in checks)


def _wrote(
    sources: Sequence[Source],
    brought: Sequence[dict[str, Any]],
    settings: Settings,
    result: RunResult,
    now: datetime,
) -> list[StepResult]:
    """Write down what folders brought along; the demo's entries go when its figures do."""
    try:
        if DEMO not in {source.name for source in sources}:
            diary.forget(DEMO, settings)
        diary.record(brought, settings)
    except DeskpulseError as error:
        return [StepResult("journal", "failed", result.build_id, now.isoformat(), 0.0, str(error))]
    return []


def _outlook(settings: Settings, now: datetime, progress: Progress) -> list[StepResult]:
    try:
        return [*run_steps(settings, now, progress), *_told(settings, now, progress)]
    except DeskpulseError as error:
        return [StepResult("outlook", "failed", "", now.isoformat(), 0.0, str(error))]


def _told(settings: Settings, now: datetime, progress: Progress) -> list[StepResult]:
    """Tell of alerts whom the settings name; nobody needs the dashboard for that."""
    if not settings.alerts:
        return []
    # Only now, for it comes with what letters are made of: a run that tells nobody has no use for that.
    from reports.notify import failures_read, notify

    started = time.monotonic()
    progress("tell of alerts")
    try:
        says = failures_read(notify(settings, now))
    except DeskpulseError as error:
        says = str(error)
    seconds = round(time.monotonic() - started, 2)
    return [StepResult("notify", "failed" if says else "ready", "", now.isoformat(), seconds, says)]


def _run(
    run_id: str,
    sources: Sequence[Source],
    settings: Settings,
    now: datetime,
    progress: Progress,
    full_refresh: bool,
) -> RunResult:
    counts: list[TableCount] = []
    Thread(target=models, daemon=True).start()  # parsing them keeps one processor busy only
    for source in sources:
        progress(f"read {source.name}")
        how: Any = {"run_id": run_id, "now": now, "full_refresh": full_refresh, "progress": progress}
        if isinstance(source, FileSource):
            counts += load_files(source.name, source.paths, source.mapping, settings, **how)
        else:
            counts += load_live(source, connector(source.kind), settings, **how)
    if DEMO not in {source.name for source in sources}:
        forget(settings.raw_path, DEMO)  # example figures never mix with real ones
    finished, checks = build_and_publish(settings, BuildStamp(run_id, now), progress)
    return RunResult(run_id, run_id, finished, tuple(counts), tuple(checks))


def build_and_publish(
    settings: Settings, stamp: BuildStamp, progress: Progress = lambda _: None
) -> tuple[Path, list[CheckResult]]:
    """Build a warehouse from raw, check it and publish it; returns its file and the checks.

    On a server (``warehouse``) the file is named as its schema. Raises ``RunRefused`` where a check fails; the build
    before then stays published.
    """
    if is_server(settings.warehouse):
        from etl.server.building import as_path, build_and_publish_there  # with drivers an embedded desk has no use for

        schema, checks = build_and_publish_there(settings, stamp, progress)
        return as_path(schema), checks
    unfinished = settings.builds / f"{stamp.build_id}{UNFINISHED}"
    checks = build_file(unfinished, settings.raw_path, settings, stamp, lambda name: progress(f"build {name}"))
    refuse_broken(checks, str(unfinished))
    finished = settings.builds / f"{stamp.build_id}{SUFFIX}"
    unfinished.replace(finished)
    publish(settings.builds, finished, settings.keep_builds)
    return finished, checks


def as_json(result: RunResult) -> dict[str, object]:
    """Return what a run did in the shape ``etl run --json`` prints."""
    return {
        "build": result.build_id,
        "counts": [asdict(count) for count in result.counts],
        "checks": [{**asdict(check), "passed": check.passed} for check in result.checks],
        "outlook": [asdict(step) for step in result.outlook],
    }
