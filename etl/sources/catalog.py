"""Which kinds of helpdesk can be read, and the configured sources."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from config.errors import BadInput, BadSetting
from config.settings import Settings
from etl.sources.live.kinds import Connector, LiveSource
from etl.sources.live.settings import live_source

FILES = "files"
# kind: where its CONNECTOR stands; imported when a source of the kind is run, so that files need no HTTP
LIVE: dict[str, str] = {
    "zendesk": "etl.sources.zendesk",
    "request_tracker": "etl.sources.request_tracker",
    "django_helpdesk": "etl.sources.django_helpdesk",
    "freshdesk": "etl.sources.freshdesk",
    "intercom": "etl.sources.intercom",
    "jira": "etl.sources.jira",
    "fivetran_zendesk": "etl.sources.fivetran_zendesk",
}


@dataclass(frozen=True)
class FileSource:
    """Files to read: folders in the import format, or files with a mapping."""

    name: str
    paths: tuple[Path, ...]
    mapping: Path | None = None


Source = FileSource | LiveSource


def connector(kind: str) -> Connector:
    """Return the vendor called ``kind``; raises ``BadSetting`` naming those there are."""
    if kind not in LIVE:
        raise BadSetting(f"no kind of source is called {kind!r}; there are {', '.join((FILES, *LIVE))}")
    found: Connector = import_module(LIVE[kind]).CONNECTOR
    return found


def configured_sources(
    settings: Settings, names: Sequence[str] = (), environ: Mapping[str, str] = os.environ
) -> list[Source]:
    """Return the sources of ``[sources.NAME]``, all or those named; raises ``BadSetting``."""
    unknown = [name for name in names if name not in settings.sources]
    if unknown:
        known = ", ".join(settings.sources) or "none"
        raise BadSetting(f"no source is called {unknown[0]!r} in the settings; configured: {known}")
    found = [
        _source(name, options, environ, settings)
        for name, options in settings.sources.items()
        if not names or name in names
    ]
    if not found:
        raise BadInput(
            "nothing to read: give --input FOLDER, or describe [sources.NAME] in deskpulse.toml (python -m etl init)"
        )
    return found


def _source(name: str, options: Mapping[str, Any], environ: Mapping[str, str], settings: Settings) -> Source:
    kind = options.get("kind", FILES)
    if kind != FILES:
        return live_source(name, options, connector(kind), environ, settings.networks)
    if not options.get("paths"):
        raise BadSetting(f'[sources.{name}] needs kind = "files" and paths = ["FOLDER or FILE", …], or another kind')
    mapping = options.get("mapping")
    return FileSource(name, tuple(Path(p) for p in options["paths"]), Path(mapping) if mapping else None)
