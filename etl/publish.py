"""Publishing: readers see a finished, checked build or the one before, never a half."""

from __future__ import annotations

from pathlib import Path

from config.errors import NothingPublished
from config.settings import Settings
from etl.turns import alone
from metrics.server import BUILD, held, hold, is_server, kept
from metrics.shelf import KEPT, SUFFIX, UNFINISHED, clear_unfinished, publish, published_path
from metrics.shelf import finished as finished_builds

__all__ = [
    "SUFFIX",
    "UNFINISHED",
    "clear_unfinished",
    "finished_builds",
    "publish",
    "published_path",
    "roll_back",
    "rollback",
]


def roll_back(settings: Settings) -> str:
    """Publish the build before the present one and return its name; raises ``NothingPublished`` if there is none.

    Raises ``RunRefused`` beside a run, whose build would take the place of the one gone back to.
    """
    with alone(settings.home):
        if not is_server(settings.warehouse):
            return rollback(settings.builds, settings.keep_builds).stem
        from etl.server.building import maker_of  # with drivers an embedded desk has no use for

        with maker_of(settings).alone():
            return _roll_back_there(settings)


def _roll_back_there(settings: Settings) -> str:
    now = held(settings.warehouse, BUILD)
    older = [one for one in kept(settings.warehouse, BUILD) if now is not None and one.computed_at < now.computed_at]
    if not older:
        raise NothingPublished("there is no earlier build on the server to go back to")
    hold(settings.warehouse, BUILD, older[0])
    return older[0].build_id


def rollback(builds: Path, kept: int = KEPT) -> Path:
    """Publish the build before the present one and return it; raises ``NothingPublished`` if there is none."""
    published = published_path(builds)
    older = [path for path in finished_builds(builds) if published is not None and path.name < published.name]
    if not older:
        raise NothingPublished(f"there is no earlier build under {builds} to go back to")
    publish(builds, older[0], kept)
    return older[0]
