"""Instants: ISO 8601, a stated format, Unix time; local times in a stated zone."""

from __future__ import annotations

from etl.sources.files.expressions import Given, Typed, wrong
from etl.sources.files.relation import named, quoted

ISO_INSTANT = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?"
_OFFSET = r"\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"
_CELL = r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?)?"


def instant(given: Given, value: str, result: Typed) -> None:
    """Add the stages and faults of an instant: its format parsed, its zone applied."""
    name, pattern, zone = given.column.name, given.time.format, given.time.zone
    if pattern == "iso":
        _iso_instant(name, value, zone, result)
        says = "is not an ISO 8601 instant such as 2026-03-02T09:00:00Z"
    elif pattern in ("unix", "unix_ms"):
        scale = 1_000_000 if pattern == "unix" else 1_000
        # a number this short cannot leave the range of timestamps
        digits = 11 if pattern == "unix" else 14
        read = f"make_timestamp((try_cast({value} as decimal(38, 6)) * {scale})::bigint)"
        if pattern == "unix_ms":
            read = f"make_timestamp(try_cast(split_part({value}, '.', 1) as bigint) * {scale})"
        result.stages.append(
            (name, f"case when regexp_full_match({value}, '\\d{{1,{digits}}}(\\.\\d{{1,6}})?') then {read} end")
        )
        says = f"is not a time in {pattern}"
    else:
        parsed = f"try_strptime({value}, {quoted(pattern)})"
        if given.cells:
            is_cell = f"regexp_full_match({value}, {quoted(_CELL)})"
            parsed = f"case when {is_cell} then try_cast({value} as timestamp) else {parsed} end"
        if "%z" in pattern:
            result.stages.append((name, f"make_timestamp(epoch_us({parsed}))"))
        else:
            result.stages.append((f"l_{name}", parsed))
            from_zone(name, f"l_{name}", zone, result)
        says = f"does not fit the format {pattern}"
    gone = f"{value} is not null and {named(name)} is null"
    unread = gone + (f" and l_{name} is null" if any(stage == f"l_{name}" for stage, _ in result.stages) else "")
    result.faults.append((unread, wrong(name, value, says)))


def _iso_instant(name: str, value: str, zone: str, result: Typed) -> None:
    # DuckDB reads an offset only after seconds: give it some
    whole = f"regexp_replace({value}, '^(.{{10}}[T ]\\d\\d:\\d\\d)((Z|[+-].*)?)$', '\\1:00\\2')"
    fits = f"regexp_full_match({value}, {quoted(ISO_INSTANT)})"
    read = f"make_timestamp(epoch_us(try_cast({whole} as timestamptz)))"  # the session's zone is UTC
    if zone == "UTC":
        result.stages.append((name, f"case when {fits} then {read} end"))
        return
    offset = f"regexp_matches({value}, {quoted(_OFFSET)})"
    result.stages.append((f"o_{name}", f"case when {fits} and {offset} then {read} end"))
    result.stages.append((f"l_{name}", f"case when {fits} and not {offset} then try_cast({value} as timestamp) end"))
    from_zone(name, f"l_{name}", zone, result, otherwise=f"o_{name}")


def from_zone(name: str, local: str, zone: str, result: Typed, otherwise: str = "") -> None:
    """Read ``local`` in ``zone``: an hour that happens twice is its first, one that never happens is a fault."""
    if zone in ("UTC", "Etc/UTC"):
        result.stages.append((name, f"coalesce({otherwise}, {local})" if otherwise else local))
        return
    late = f"({local} at time zone {quoted(zone)})"
    result.stages.append((f"u_{name}", f"make_timestamp(epoch_us({late}))"))
    # DuckDB takes the second of two; Lord Howe Island turns its clocks by half an hour
    candidates = [f"(u_{name} - interval 1 hour)", f"(u_{name} - interval 30 minutes)", f"u_{name}"]
    fits = f"(({{0}} at time zone 'UTC') at time zone {quoted(zone)}) = {local}"
    chosen = f"case {' '.join(f'when {fits.format(c)} then {c}' for c in candidates)} end"
    result.stages.append((name, f"coalesce({otherwise}, {chosen})" if otherwise else chosen))
    gap = f"{local} is not null and {named(name)} is null"
    says = f"concat({quoted(name + ' ')}, {local}, {quoted(f' does not exist in {zone}: the clocks skip it')})"
    result.faults.append((gap, says))
