"""Publishing: readers see a finished, checked build or the one before, never a half.

A build is a file of its own; ``current.duckdb`` is a symbolic link swapped in one step. Replacing a file in place
would leave readers on the old one for ever; writing beside readers would fail their reads.
"""

from __future__ import annotations

import os
from pathlib import Path

from config.errors import NothingPublished
from metrics.published import CURRENT

KEPT = 5
SUFFIX = ".duckdb"
UNFINISHED = ".unfinished"


def published_path(builds: Path) -> Path | None:
    """Return the file published now, or None."""
    link = builds / CURRENT
    return link.resolve() if link.exists() else None


def finished_builds(builds: Path) -> list[Path]:
    """Return the builds that could be published, newest first."""
    found = [path for path in builds.glob(f"*{SUFFIX}") if path.name != CURRENT]
    return sorted(found, key=lambda path: path.name, reverse=True)


def publish(builds: Path, build: Path) -> None:
    """Point readers at a finished build, then forget all but the five newest."""
    staged = builds / f".{CURRENT}.{os.getpid()}"
    staged.unlink(missing_ok=True)
    staged.symlink_to(build.name)
    staged.replace(builds / CURRENT)
    published = published_path(builds)
    for old in finished_builds(builds)[KEPT:]:
        if old != published:
            old.unlink()


def clear_unfinished(builds: Path) -> None:
    """Remove what a killed run left behind."""
    for pattern in (f"*{UNFINISHED}*", f".{CURRENT}.*"):
        for leftover in builds.glob(pattern):
            leftover.unlink()


def rollback(builds: Path) -> Path:
    """Publish the build before the present one and return it; raises ``NothingPublished`` if there is none."""
    published = published_path(builds)
    older = [path for path in finished_builds(builds) if published is not None and path.name < published.name]
    if not older:
        raise NothingPublished(f"there is no earlier build under {builds} to go back to")
    publish(builds, older[0])
    return older[0]
