"""Connecting a helpdesk: a commented source in the settings, and whether it can be read."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from config.errors import BadInput, BadSetting, DeskpulseError, RunRefused
from config.settings import CONFIG_FILE, Settings, load_settings
from etl.sources.catalog import FILES, LIVE, configured_sources, connector
from etl.sources.files.raw import COUNTS, existing_tables, opened
from etl.sources.files.raw import forget as forget_source
from etl.sources.live.brought import lacking
from etl.sources.live.kinds import Finding, LiveSource, Reading
from etl.sources.live.settings import template, variable
from etl.sources.live.store import SLICES

FILES_TEMPLATE = """# Files in the import format (docs/import-format.md), or others with a mapping (docs/mapping.md).

[sources.{name}]
kind = "files"
# Folders or files
paths = ["/data/helpdesk-export"]
# How to read files that are not in the import format
# mapping = "config/mappings/uci_incident.toml"
"""


def begin(kind: str, name: str, config: Path | None, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Write a commented ``[sources.NAME]`` into the settings and return what to do next.

    Raises ``BadSetting`` for a kind nobody knows and a name that is taken.
    """
    if not name.replace("_", "").replace("-", "").isalnum():
        raise BadSetting(f"--name {name!r} should be letters, digits, - and _")
    written = FILES_TEMPLATE.format(name=name) if kind == FILES else template(name, connector(kind))
    file = config or Path(environ.get("DESKPULSE_CONFIG", CONFIG_FILE))
    if file.exists() and name in load_settings(file, environ).sources:
        raise BadSetting(f"{file}: [sources.{name}] is there already; edit it, or choose another --name")
    before = file.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if file.exists() else ""
    file.write_text(before + written, encoding="utf-8")
    told = f" --config {shlex.quote(str(config))}" if config else ""
    secrets = [] if kind == FILES else [variable(name, secret.name) for secret in connector(kind).secrets]
    return [
        f"[sources.{name}] written to {file}; fill it in",
        *(f"then set the environment variable {secret}" for secret in secrets),
        f"then: python -m etl check {name}{told}",
        f"then: python -m etl run --source {name}{told}",
    ]


def forget(settings: Settings, name: str) -> str:
    """Forget what was read of a source; returns what follows from it. Raises ``BadInput`` for one never read."""
    with opened(settings.raw_path) as connection:
        tables = sorted(existing_tables(connection) & {COUNTS, SLICES})
        known = {
            str(row[0]) for table in tables for row in connection.execute(f"select source from {table}").fetchall()
        }
    if name not in known:
        raise BadInput(f"nothing was read of a source called {name!r}; read were: {', '.join(sorted(known)) or 'none'}")
    forget_source(settings.raw_path, name)
    return f"{name} is forgotten; the next run publishes without it, or reads it anew if it is still configured"


def check(settings: Settings, name: str, now: datetime, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Ask a configured source whether everything it is to give can be read; ``now`` is aware."""
    if name not in settings.sources and name in LIVE:
        raise BadSetting(f"no source is called {name!r} yet; write one with: python -m etl init {name}")
    (source,) = configured_sources(settings, [name], environ)
    if isinstance(source, LiveSource):
        return [*_findings(source, now), *_read_before(settings, name)]
    return [
        Finding(str(path), path.exists(), "found" if path.exists() else "no such file or folder")
        for path in source.paths
    ]


def _findings(source: LiveSource, now: datetime) -> list[Finding]:
    found: list[Finding] = []
    checks = connector(source.kind).check(Reading(source, now, lambda _: None))
    while True:
        try:
            finding = next(checks, None)
        except DeskpulseError as error:
            return [*found, Finding("connection", False, str(error))]
        if finding is None:
            return found
        found.append(finding)


def _read_before(settings: Settings, name: str) -> list[Finding]:
    """Say what was left out when a source was first read, where an older version did; nothing beside a run."""
    if not settings.raw_path.exists():
        return []
    try:
        with opened(settings.raw_path) as connection:
            known = lacking(connection, SLICES, connector) if SLICES in existing_tables(connection) else {}
    except RunRefused:
        return []
    if not known.get(name):
        return []
    says = f"by an older version, without {', '.join(known[name])}"
    return [Finding("read before", True, f"{says}; to bring it: python -m etl run --full-refresh --source {name}")]
