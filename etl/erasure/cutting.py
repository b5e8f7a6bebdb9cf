"""What of a row goes when its requester is erased, by the names of its columns: one rule for files, helpdesks and raw.

Who asked becomes nobody, and what they wrote in a subject goes. A message of theirs stays a message of a requester:
where no other column says that it was one, they become ``erased`` instead, like everybody who was. A row that is about
the person and nothing else is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etl.sources.files.relation import quoted

ASKED = ("requester_id", "requester_key", "email_key")
ACTED = ("actor_id", "updater_id", "submitter_id", "user_id")
SAID = ("subject", "name", "username")
ERASED = "erased"
OF_PERSONS = "requesters"  # the table whose rows are left out
ACCOUNTS = "users"  # the tables whose rows are kept as nobody's: they say that a message came from outside
LINK = "url"


@dataclass(frozen=True)
class Cut:
    """SQL: which rows are left out, and what columns become in the others; ``hit`` tells the rows concerned."""

    hit: str
    left_out: bool = False
    becomes: Mapping[str, str] = field(default_factory=dict)


def persons(columns: Mapping[str, str]) -> dict[str, str]:
    """Return those of ``columns`` (name: SQL of its text) that may name a requester."""
    return {name: sql for name, sql in columns.items() if name in (*ASKED, *ACTED)}


def cut(table: str, columns: Mapping[str, str], ids: Sequence[str]) -> Cut | None:
    """Return what becomes of the rows of those ``ids`` (canonical); None where the table names nobody.

    ``table`` is called as in the import format or by the vendor, ``columns`` are SQL of the texts of all its columns.
    """
    asked = [_is_one(columns[name], ids) for name in ASKED if name in columns]
    acted = {name: _acted(name, columns, ids, asked) for name in ACTED if name in columns}
    if not asked and not acted:
        return None
    hit = _any([*asked, *acted.values()])
    if table == OF_PERSONS:
        return Cut(hit, left_out=True)
    theirs = hit if table == ACCOUNTS else _any(asked)
    becomes = {name: _unless(theirs, columns[name]) for name in (*ASKED, *SAID) if name in columns}
    stands_alone = table == ACCOUNTS or not ({"actor_type", *ASKED} & set(columns))
    for name, did in acted.items():
        is_theirs = theirs if table == ACCOUNTS else did
        becomes[name] = _unless(is_theirs, columns[name], quoted(ERASED) if stands_alone else "null")
    if LINK in columns:
        named_in = " or ".join(f"contains(lower({columns[LINK]}), {quoted(one.lower())})" for one in ids)
        becomes[LINK] = _unless(f"({theirs}) and ({named_in})", columns[LINK])
    return Cut(hit, becomes=becomes)


def _acted(name: str, columns: Mapping[str, str], ids: Sequence[str], asked: Sequence[str]) -> str:
    """Tell what somebody did from what an agent with the same number did."""
    is_one = _is_one(columns[name], ids)
    if "actor_type" in columns:
        return f"({is_one} and lower(trim({columns['actor_type']})) = 'requester')"
    return f"({is_one} and {_any(asked)})" if asked and name == "actor_id" else is_one


def _is_one(sql: str, ids: Sequence[str]) -> str:
    told = f"trim({sql})"
    options = ", ".join(quoted(one) for one in ids)
    return f"coalesce(case when contains({told}, '@') then lower({told}) else {told} end in ({options}), false)"


def _any(conditions: Sequence[str]) -> str:
    return "(" + " or ".join(conditions) + ")" if conditions else "false"


def _unless(condition: str, sql: str, otherwise: str = "null") -> str:
    return f"case when {condition} then {otherwise} else {sql} end"
