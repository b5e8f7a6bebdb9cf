"""The warehouse's models: one SELECT a file, put in order by what each reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

SQL = Path(__file__).resolve().parent.parent / "sql"
CHECKS = SQL / "checks"
VIEW = "-- View: "
SLICED = "; in slices of tickets"  # where it says so, nothing in a model looks from one ticket to another


@dataclass(frozen=True)
class Model:
    """A table of the warehouse and the SELECT that makes it."""

    name: str
    path: Path
    sql: str
    key: tuple[str, ...]
    reads: frozenset[str]  # tables of the warehouse it reads; not raw ones, not its own CTEs
    says: frozenset[str]  # the text literals in it
    is_sliced: bool = False  # whether it may be made slice by slice of tickets

    @property
    def is_working(self) -> bool:
        """Whether the table only serves to build others, and is not published."""
        return self.name.startswith(("stg_", "int_"))

    @property
    def is_view(self) -> bool:
        """Whether it is read through and never written down: one pass over it costs less than a copy of it."""
        return self.sql.startswith(VIEW)


@cache
def tables_read(sql: str) -> frozenset[str]:
    """Return the names of the tables a SELECT reads, its own CTEs and the ``raw`` catalog apart."""
    return _tables_read(sqlglot.parse_one(sql, dialect="duckdb"))


def _tables_read(tree: exp.Expr) -> frozenset[str]:
    found = set()
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and source.db != "raw":
                found.add(source.name)
    return frozenset(found)


def _model(path: Path) -> Model:
    sql = path.read_text(encoding="utf-8")
    opening = sql[: sql.index("\nwith") if "\nwith" in sql else sql.index("\nselect")]
    key = re.search(r"key: ([a-z_, ]+)", opening)
    columns = tuple(part.strip() for part in key.group(1).split(",")) if key else ()
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    says = frozenset(literal.this for literal in tree.find_all(exp.Literal) if literal.is_string)
    return Model(path.stem, path, sql, columns, _tables_read(tree), says, SLICED in opening)


@cache
def models() -> tuple[Model, ...]:
    """Return every model, each after the models it reads."""
    written = [*sorted((SQL / "staging").rglob("stg_*.sql")), *sorted((SQL / "marts").rglob("*.sql"))]
    found = {path.stem: _model(path) for path in written}
    graph = {name: {read for read in model.reads if read in found} for name, model in found.items()}
    return tuple(found[name] for name in TopologicalSorter(graph).static_order())
