"""What is published, how fresh it is, and how the last run went."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from config.errors import NothingPublished
from config.settings import Settings, utc_naive
from etl.retention import RUN_LOG
from metrics.health import COUNTS, health
from metrics.outlook import outlook_states
from metrics.published import current_build


def last_run(settings: Settings) -> dict[str, Any] | None:
    """Return the last line of the log of runs; None where there is none."""
    log = settings.home / RUN_LOG
    if not log.exists():
        return None
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return dict(json.loads(lines[-1])) if lines else None


def status(settings: Settings, now: datetime) -> dict[str, Any]:
    """Return the state of the installation in the shape ``etl status --json`` prints; ``now`` is aware."""
    run = last_run(settings)
    outlook = outlook_states(settings).to_dict("records")
    try:
        build = current_build(settings)
    except NothingPublished:
        return {"as_of": None, "build": None, "sources": [], "checks": [], "outlook": outlook, "last_run": run}
    told = health(build)
    sources = [
        {
            "source": row["source"],
            "last_success": row["last_success"].isoformat() + "Z",
            "age_seconds": int((utc_naive(now) - row["last_success"]).total_seconds()),
            **{name: int(row[name]) for name in COUNTS},
        }
        for row in told.sources.to_dict("records")
    ]
    checks = [
        {
            "check": row["check_name"],
            "says": row["says"],
            "failures": int(row["failures"]),
            "passed": bool(row["passed"]),
        }
        for row in told.checks.to_dict("records")
    ]
    return {
        "as_of": build.as_of.isoformat() + "Z",
        "build": build.build_id,
        "sources": sources,
        "checks": checks,
        "outlook": outlook,
        "last_run": run,
    }
