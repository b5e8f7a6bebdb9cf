"""What a value is: SQL that turns what stands in a file into the import format, and says what is wrong.

A column passes through named stages, each a nested SELECT over the one before, so that DuckDB computes
every step once: ``r_`` as it stands in the file (trimmed, missing = null), ``v_`` translated by the vocabulary,
``l_`` a local time without offset, and last the typed value under the column's own name.
"""

from __future__ import annotations

from collections.abc import Sequence

from etl.sources.files.expressions import Given, Typed, not_before, one_of, wrong
from etl.sources.files.instants import instant
from etl.sources.files.native import native
from etl.sources.files.relation import named, quoted

_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def typed(given: Given, label: str) -> Typed:
    """Return how ``given`` becomes its column. Raises ``BadInput`` for a Parquet type that cannot be it."""
    name, kind = given.column.name, given.column.kind
    if given.type != "VARCHAR" and (as_stored := native(given, label)):
        return as_stored
    result = Typed()
    result.stages.append((f"r_{name}", _as_text(given)))
    value = f"r_{name}"
    if given.vocabulary:
        value = f"v_{name}"
        _translate(given, result)
    {"text": _text, "instant": instant, "date": _date, "integer": _integer, "number": _number, "boolean": _boolean}[
        kind
    ](given, value, result)
    result.faults += not_before(given.column)
    if given.column.required:
        empty = f"{value} is null"
        if given.vocabulary:  # an unmapped value is not missing as well
            unmeant = tuple(key for key, to in given.vocabulary.values.items() if not to)
            empty = f"(r_{name} is null" + (f" or r_{name} in {one_of(unmeant)})" if unmeant else ")")
        result.faults.append((empty, quoted(f"{name} is missing")))
    return result


def _as_text(given: Given) -> str:
    if given.type == "VARCHAR":
        # Spaces and line ends come before '!': a value without one at either end is not gone through to trim it.
        trimmed = f"trim({given.sql}, E' \\t\\r\\n')"
        edged = f"{given.sql} < '!' or right({given.sql}, 1) < '!'"
        if given.missing:
            whole = f"case when {edged} then {trimmed} else {given.sql} end"
            return f"case when {whole} in {one_of(('', *given.missing))} then null else {whole} end"
        return f"case when {edged} then nullif({trimmed}, '') else {given.sql} end"
    return f"nullif(trim({given.sql}::varchar), '')"


def _translate(given: Given, result: Typed) -> None:
    name, vocabulary = given.column.name, given.vocabulary
    assert vocabulary is not None
    whens = "".join(f" when {quoted(k)} then {quoted(v)}" for k, v in vocabulary.values.items())
    default = quoted(vocabulary.default) if vocabulary.default is not None else "null"
    case = f"case r_{name}{whens} else {default} end" if whens else default
    result.stages.append((f"v_{name}", f"case when r_{name} is not null then nullif({case}, '') end"))
    if vocabulary.default is None:
        unknown = (
            f"r_{name} not in {one_of(tuple(vocabulary.values))}" if vocabulary.values else f"r_{name} is not null"
        )
        result.faults.append((unknown, wrong(name, f"r_{name}", f"is not mapped; add it under {vocabulary.where}")))


def _text(given: Given, value: str, result: Typed) -> None:
    name, allowed = given.column.name, given.column.values
    result.stages.append((name, value))
    if allowed and not given.vocabulary:
        says = f"is none of {', '.join(allowed)}"
        if given.vocabulary_hint:
            says = f"is not mapped; add it under {given.vocabulary_hint}"
        result.faults.append((f"{value} not in {one_of(allowed)}", wrong(name, value, says)))


def _date(given: Given, value: str, result: Typed) -> None:
    name = given.column.name
    day = f"left({value}, 10)" if given.cells else value  # a spreadsheet's date is midnight
    fits = f"regexp_full_match({value}, '\\d{{4}}-\\d\\d-\\d\\d{'( 00:00:00)?' if given.cells else ''}')"
    result.stages.append((name, f"case when {fits} then try_cast({day} as date) end"))
    result.faults.append(
        (f"{value} is not null and {named(name)} is null", wrong(name, value, "is not a date such as 2026-03-02"))
    )


def _integer(given: Given, value: str, result: Typed) -> None:
    name = given.column.name
    fits = f"regexp_full_match({value}, '[+-]?\\d+(\\.0+)?')"
    result.stages.append((name, f"case when {fits} then try_cast(split_part({value}, '.', 1) as bigint) end"))
    result.faults.append(
        (f"{value} is not null and {named(name)} is null", wrong(name, value, "is not a whole number"))
    )


def _number(given: Given, value: str, result: Typed) -> None:
    name = given.column.name
    fits = f"regexp_full_match({value}, '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?')"
    result.stages.append((name, f"case when {fits} then try_cast({value} as double) end"))
    result.faults.append((f"{value} is not null and {named(name)} is null", wrong(name, value, "is not a number")))


def _boolean(given: Given, value: str, result: Typed) -> None:
    name = given.column.name
    lower = f"lower({value})"
    result.stages.append(
        (name, f"case when {lower} in {one_of(_TRUE)} then true when {lower} in {one_of(_FALSE)} then false end")
    )
    result.faults.append(
        (f"{value} is not null and {named(name)} is null", wrong(name, value, "is neither true nor false"))
    )


def staged(base: str, columns: Sequence[Typed]) -> str:
    """Return nested SELECTs over ``base`` that compute every column stage by stage."""
    sql = base
    for depth in range(max((len(c.stages) for c in columns), default=0)):
        now = [c.stages[depth] for c in columns if depth < len(c.stages)]
        sql = f"select *, {', '.join(f'{expression} as {named(name)}' for name, expression in now)} from ({sql})"
    return sql
