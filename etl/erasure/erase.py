"""``etl erase``: somebody who asked for help goes out of everything this installation keeps, and stays out."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from config.errors import BadInput, DeskpulseError, NothingPublished
from config.settings import Settings
from etl.build import BuildStamp
from etl.erasure.elsewhere import erase_log, remove_computed, remove_leftovers, remove_older_builds
from etl.erasure.inputs import words_of
from etl.erasure.raw import Gone, erase_raw, known_as, named_still, read_before
from etl.erasure.tombstones import EVERY_SOURCE, Tombstones, tombstones
from etl.pipeline import build_and_publish
from etl.publish import clear_unfinished
from etl.retention import RUN_LOG
from etl.sources.live.privacy import pseudonyms
from etl.turns import alone
from forecasting.steps import run_steps
from journal.erasing import erase_words, texts
from metrics.published import current_build


@dataclass(frozen=True)
class Erasure:
    """What an erasure did."""

    tickets: int  # that are nobody's now
    rows: int  # of raw and quarantine that were cut or removed
    entries: int  # of the journal that named them
    builds: int  # older ones that were removed
    build: str | None  # made without them and published, None where nothing was published
    says: str


def erase(
    settings: Settings,
    requester: str,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
    source: str | None = None,
    forecast: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Erasure:
    """Erase a requester, named by the helpdesk's number or by an address; ``now`` is aware.

    The tombstone is written first: an erasure that is killed is refused to be forgotten, and done by repeating it.
    Raises ``BadInput`` where nobody is known by that name, ``BadSetting`` without the key, ``RunRefused`` beside a run.
    """
    if not requester.strip():
        raise BadInput("--requester is empty: give the helpdesk's number or the address of who is to be erased")
    where = source or EVERY_SOURCE
    with alone(settings.home):
        stones = tombstones(settings, environ, for_erasing=True)
        names = {requester, pseudonyms(environ).of(requester) or ""} - {""}
        if not settings.raw_path.exists():
            raise BadInput("nothing was read yet, so nobody can be erased")
        ids = known_as(settings.raw_path, where, names)
        if not stones.among(where, ids) and not read_before(settings.raw_path, where, ids):
            raise BadInput(
                f"nobody is known as {requester!r}{f' in {source}' if source else ''}; give their number there"
            )
        was_unfinished, stones = stones.is_unfinished, stones.add(where, ids)
        progress("erase what was read")
        people = {requester.strip(), *ids}
        if was_unfinished:  # perhaps of others: a backup that was brought back and not cleared of all of them
            return _everybody(settings, stones, people, now, _as_of(settings), progress, forecast)
        gone = erase_raw(settings.raw_path, where, ids, stones)
        done = _elsewhere(settings, people, gone, now, _as_of(settings), progress, forecast)
        stones.finish()
    return done


def erase_again(
    settings: Settings,
    now: datetime,
    as_of: datetime | None,
    progress: Callable[[str], None] = lambda _: None,
    forecast: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Erasure:
    """Erase everybody of whom there is a tombstone, where an older state was brought back that names them still.

    Their names are found in it by their hashes; a build is made ``as_of`` (aware), none without. Raises ``BadSetting``
    without the key, ``RunRefused`` beside a run.
    """
    with alone(settings.home):
        stones = tombstones(settings, environ, for_erasing=True)
        progress("erase what was read")
        return _everybody(settings, stones, set(), now, as_of, progress, forecast)


def _everybody(
    settings: Settings,
    stones: Tombstones,
    named: set[str],
    now: datetime,
    as_of: datetime | None,
    progress: Callable[[str], None],
    forecast: bool,
) -> Erasure:
    """Erase all of whom there is a tombstone, those who are ``named`` by other words too."""
    everybody, tickets, rows = named, 0, 0
    found = named_still(settings.raw_path, stones) if settings.raw_path.exists() else {}
    for source, ids in found.items():
        gone = erase_raw(settings.raw_path, source, ids, stones) if ids else Gone()
        everybody, tickets, rows = everybody | ids, tickets + gone.tickets, rows + gone.rows
    words = {word.strip(".:!?()[]<>") for text in texts(settings) for word in words_of(text)} - {""}
    everybody |= {word for word in words if any(stones.has(source, word) for source in (EVERY_SOURCE, *found))}
    done = _elsewhere(settings, everybody, Gone(tickets, rows), now, as_of, progress, forecast)
    stones.finish()
    return done


def _elsewhere(
    settings: Settings,
    ids: set[str],
    gone: Gone,
    now: datetime,
    as_of: datetime | None,
    progress: Callable[[str], None],
    forecast: bool,
) -> Erasure:
    """Erase from everything but raw, where they are ``gone`` already."""
    build = _rebuilt(settings, now, as_of, progress)
    older = remove_older_builds(settings)
    clear_unfinished(settings.builds)
    remove_leftovers(settings.home)
    erase_log(settings.home / RUN_LOG, ids)
    entries = erase_words(settings, ids)
    failed = _computed(settings, now, progress) if forecast and build else ""
    remove_computed(settings, build if forecast else None)
    says = (
        f"erased: {gone.tickets:,} tickets are nobody's now, {gone.rows:,} rows and {entries:,} entries of the journal "
        f"named them, {older:,} older builds are removed"
    )
    says += f"; published without them: {build}" if build else ""
    return Erasure(gone.tickets, gone.rows, entries, older, build, says + failed)


def _as_of(settings: Settings) -> datetime | None:
    """Return the instant of the published build, aware; None where nothing is published."""
    try:
        return current_build(settings).as_of.replace(tzinfo=UTC)
    except NothingPublished:
        return None


def _rebuilt(settings: Settings, now: datetime, as_of: datetime | None, progress: Callable[[str], None]) -> str | None:
    """Publish a build without them, of the same instant; returns its name, None where none was published."""
    if as_of is None:
        return None
    build_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    build_and_publish(settings, BuildStamp(build_id, now, as_of), progress)
    return build_id


def _computed(settings: Settings, now: datetime, progress: Callable[[str], None]) -> str:
    try:
        failed = [step.step for step in run_steps(settings, now, progress) if step.outcome == "failed"]
    except DeskpulseError as error:
        return f"; what follows publication could not be computed: {error}"
    return f"; could not be computed: {', '.join(failed)}" if failed else ""
