"""How far back a source was read: ``since`` moved to an earlier day would leave out what lies before the cursors."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import BadSetting
from etl.sources.live.kinds import Cursor, LiveSource

REACH = "since"  # stands among the cursors of the streams


def reach(source: LiveSource, cursors: Mapping[str, tuple[Cursor, bool]]) -> Cursor:
    """Return the day a source is read from, to be noted beside its cursors; none: all of it.

    Raises ``BadSetting`` where it is before the day noted: no stream goes back behind its cursor.
    """
    since = source.since()
    day = since.date().isoformat() if since else None
    before = cursors[REACH][0]["day"] if REACH in cursors else day
    if before is not None and (day is None or day < before):
        raise BadSetting(
            f"[sources.{source.name}] since: nothing from before {before} was read, and only what is new is read now; "
            f"to begin {f'on {day}' if day else 'at the beginning'}: "
            f"python -m etl run --full-refresh --source {source.name}"
        )
    return {"day": day}
