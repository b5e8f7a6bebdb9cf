"""Backup and restore: what cannot be made again, in a folder a day, and the way back.

Saved are what was read (raw), what people wrote (the journal, where it is a file), who was erased, the logs of runs and
digests, and the build and results published now, so that pages show something at once. Keys come by environment and are
not here. Every file's hash stands beside it. Whoever was erased after a backup stays erased: the folder of backups
keeps the newest list of them, and restoring an older state erases them from it once more.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from config.errors import BadInput, BadSetting, DeskpulseError, RunRefused
from config.settings import Settings
from etl.erasure.tombstones import FILE as ERASED
from etl.erasure.tombstones import told_by
from etl.sources.live.privacy import KEY_VARIABLE
from etl.turns import alone
from metrics.published import current_build
from metrics.shelf import SUFFIX, UNFINISHED, publish, published_path

JOURNAL: Final = "journal.db"
MANIFEST: Final = "manifest.json"
RAW: Final = "extract.duckdb"
MADE_OF_RAW: Final = ("builds/", "outlook/")
WAIT_SECONDS: Final = 1800  # for a run that is under way


@dataclass(frozen=True)
class Restored:
    """What was brought back: from when, the instant of its build (aware), whether it names who was erased since."""

    made_at: str
    as_of: datetime | None
    names_erased: bool


def back_up(settings: Settings, to: Path, now: datetime, keep: int = 0, wait_seconds: float = WAIT_SECONDS) -> Path:
    """Save the state of an installation into a new folder under ``to`` and return it; ``now`` is aware.

    Waits for a run that is under way; what an earlier one left unfinished goes. ``keep``: so many newest backups stay,
    0 for all. Raises ``BadInput`` where there is nothing to save, ``RunRefused`` where a run does not end or the folder
    cannot be written.
    """
    if not any((settings.home / name).exists() for name in (RAW, JOURNAL)):
        raise BadInput(
            f"{settings.home}: there is nothing to save; is it the right DESKPULSE_HOME, and its disk there?"
        )
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone_in_time(settings.home, wait_seconds):
            made = _saved(settings, to, now)
        for old in backups(to)[keep:] if keep else []:
            shutil.rmtree(old)
    except OSError as error:
        raise RunRefused(f"{to}: not saved ({error.strerror or error}); mend that, and save again") from error
    return made


def _saved(settings: Settings, to: Path, now: datetime) -> Path:
    for left in to.glob(f"*{UNFINISHED}/"):
        shutil.rmtree(left)
    made = to / f"{now:%Y%m%dT%H%M%S}"
    staged = to / f"{made.name}{UNFINISHED}"
    staged.mkdir(mode=0o700)
    for name, source in _state(settings.home):
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(source, target)
    if (settings.home / JOURNAL).exists():
        _copy_sqlite(settings.home / JOURNAL, staged / JOURNAL)
    _remember_erased(settings.home / ERASED, to / ERASED)
    files = {str(path.relative_to(staged)): _hash(path) for path in sorted(staged.rglob("*")) if path.is_file()}
    told = {"made_at": now.isoformat(), "as_of": _as_of(settings), "files": files}
    (staged / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
    for name in (*files, MANIFEST):
        (staged / name).chmod(0o600)
    return staged.rename(made)


def restore(
    settings: Settings, source: Path, erased: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Restored:
    """Bring a backup back into an empty home.

    ``erased``: the newest ``erased.json`` there is, where it is not in the folder of backups. Where it names more
    people than the backup knew, nothing is published until they are erased again (``erase_again``). Raises
    ``BadInput`` where the backup is not whole, home is not empty or ``erased`` not there,
    ``BadSetting`` without the key it takes to erase, or with another one.
    """
    if erased and not erased.is_file():
        raise BadInput(f"{erased}: there is no such list of who was erased")
    told = _manifest(source)
    for name, digest in told["files"].items():
        if not (source / name).is_file() or _hash(source / name) != digest:
            raise BadInput(f"{source / name}: not as it was saved; take another backup")
    if (occupied := [name for name, _ in _state(settings.home)]) or (settings.home / JOURNAL).exists():
        raise BadInput(f"{settings.home} holds {(occupied or [JOURNAL])[0]}; move it away, or set DESKPULSE_HOME")
    newest = _together([path for path in (source / ERASED, source.parent / ERASED, erased) if path and path.exists()])
    then = _together([source / ERASED])
    is_more = bool(newest) and newest["erased"] != then.get("erased")
    if is_more and not environ.get(KEY_VARIABLE):
        raise BadSetting(f"{KEY_VARIABLE} is not set: somebody was erased since, and has to be from this backup, too")
    if is_more and newest["key"] != told_by(environ):
        raise BadSetting(f"{KEY_VARIABLE} is not the key requesters were erased with; set that one again")
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(settings.home):
        if newest:
            _write(settings.home / ERASED, {**newest, "unfinished": then.get("unfinished", False) or is_more})
        for name in told["files"]:
            if name != ERASED and not (is_more and name.startswith(MADE_OF_RAW)):
                _bring(source / name, settings.home / name)
    return Restored(str(told["made_at"]), datetime.fromisoformat(told["as_of"]) if told["as_of"] else None, is_more)


def _bring(saved: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(saved, target)
    target.chmod(0o600)
    if target.suffix == SUFFIX and target.name != RAW:
        publish(target.parent, target)


def backups(folder: Path) -> list[Path]:
    """Return the whole backups of a folder, newest first."""
    return sorted((path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.suffix), reverse=True)


@contextmanager
def _alone_in_time(home: Path, seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(alone(home))
                break
            except RunRefused:
                if time.monotonic() > until:
                    raise
                time.sleep(1)
        yield


def _state(home: Path) -> list[tuple[str, Path]]:
    """Return the files to copy by the name they have below home; what is finished does not change meanwhile."""
    found = [path for pattern in (f"{RAW}*", "*.json", "*.jsonl") for path in sorted(home.glob(pattern))]
    found += sorted((home / "outlook").glob("*/last.json"))
    named = [(str(path.relative_to(home)), path) for path in found]
    for shelf in ("builds", *(f"outlook/{path.name}" for path in sorted((home / "outlook").glob("*/")))):
        if (path := published_path(home / shelf)) is not None:
            named.append((f"{shelf}/{path.name}", path))
    return named


def _as_of(settings: Settings) -> str | None:
    try:
        return current_build(settings).as_of.replace(tzinfo=UTC).isoformat()
    except DeskpulseError:  # nothing is published, or its server is away: raw and journal are what matters
        return None


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database others may be writing to: as it was at one moment, what stands in its write-ahead log with it."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _remember_erased(here: Path, there: Path) -> None:
    """Keep the newest list of who was erased beside the backups."""
    if told := _together([path for path in (here, there) if path.exists()]):
        _write(there, told)


def _together(paths: list[Path]) -> dict[str, Any]:
    """Return lists of erased persons as one; empty without any. Raises ``BadInput`` where their keys differ."""
    lists = [_list(path) for path in paths if path.exists()]
    if len({told["key"] for told in lists}) > 1:
        raise BadInput(f"{paths[0]} and {paths[1]} were written with different keys")
    if not lists:
        return {}
    everybody = sorted({one for told in lists for one in told["erased"]})
    return {"key": lists[0]["key"], "unfinished": any(told["unfinished"] for told in lists), "erased": everybody}


def _list(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {name: told[name] for name in ("key", "unfinished", "erased")}
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path}: not a list of who was erased") from error


def _write(path: Path, told: Mapping[str, Any]) -> None:
    staged = path.with_suffix(UNFINISHED)
    staged.touch(mode=0o600)
    staged.write_text(json.dumps(told), encoding="utf-8")
    staged.replace(path)


def _manifest(source: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        files = dict(told["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{source}: not a backup, or one that was not finished") from error
    if strange := [name for name in files if Path(name).is_absolute() or ".." in Path(name).parts]:
        raise BadInput(f"{source / MANIFEST}: {strange[0]} lies outside")
    return {"made_at": told["made_at"], "as_of": told.get("as_of"), "files": files}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
