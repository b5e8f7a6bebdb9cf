"""Publishing: readers see a finished, checked build or the one before, never a half."""

from __future__ import annotations

from pathlib import Path

from config.errors import NothingPublished
from metrics.shelf import KEPT, SUFFIX, UNFINISHED, clear_unfinished, publish, published_path
from metrics.shelf import finished as finished_builds

__all__ = ["SUFFIX", "UNFINISHED", "clear_unfinished", "finished_builds", "publish", "published_path", "rollback"]


def rollback(builds: Path, kept: int = KEPT) -> Path:
    """Publish the build before the present one and return it; raises ``NothingPublished`` if there is none."""
    published = published_path(builds)
    older = [path for path in finished_builds(builds) if published is not None and path.name < published.name]
    if not older:
        raise NothingPublished(f"there is no earlier build under {builds} to go back to")
    publish(builds, older[0], kept)
    return older[0]
