"""Whatever else could still name somebody: builds kept, tables computed of them, the log of runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from config.settings import Settings
from etl.erasure.inputs import words_of
from etl.erasure.tombstones import canonical
from etl.publish import finished_builds
from metrics.outlook_tables import STEPS
from metrics.server import BUILD, forget_older, forget_others, is_server
from metrics.shelf import CURRENT, finished, published_path

ERASED = "[erased]"


def remove_older_builds(settings: Settings) -> int:
    """Remove every build but the published one; returns how many. A build is made of raw, and can be made again."""
    there = forget_older(settings.warehouse, BUILD, keep=1) if is_server(settings.warehouse) else 0
    kept = published_path(settings.builds)
    old = [path for path in finished_builds(settings.builds) if path != kept]
    for path in old:
        path.unlink()
    return len(old) + there


def remove_computed(settings: Settings, build_id: str | None) -> None:
    """Remove what steps computed of other builds than this one, and what they wrote where they failed."""
    for step in STEPS:
        if is_server(settings.warehouse):
            forget_others(settings.warehouse, step, build_id)
        folder = settings.outlook / step
        kept = published_path(folder)
        (folder / "failure.txt").unlink(missing_ok=True)
        for path in finished(folder):
            if build_id is None or f".for-{build_id}." not in path.name or path != kept:
                path.unlink()
        if kept is not None and not kept.exists():
            (folder / CURRENT).unlink(missing_ok=True)


def remove_leftovers(home: Path) -> None:
    """Remove working folders of runs that were killed."""
    shutil.rmtree(home / "dlt", ignore_errors=True)


def erase_log(log: Path, ids: Iterable[str]) -> None:
    """Take somebody out of the log of runs: it says why a run was refused, with the value that was wrong."""
    if not log.exists():
        return
    wanted = {canonical(one) for one in ids}
    lines = log.read_text(encoding="utf-8").splitlines()
    kept = [_without(line) if wanted & {canonical(word) for word in words_of(line)} else line for line in lines]
    if kept != lines:
        staged = log.with_suffix(".unfinished")
        staged.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        staged.replace(log)


def _without(line: str) -> str:
    try:
        return json.dumps({**json.loads(line), "why": ERASED})
    except ValueError:  # a line a killed run left
        return json.dumps({"why": ERASED})
