"""Models made two at a time, each as soon as what it reads is there.

One model alone leaves a processor waiting at its beginning and its end. Working tables stand in a database of their
own, where both connections see them; it is gone with the build. In a file they are compressed as they are written, and
give their memory back for nothing; in memory they are not, and what has no room is spilt at its full width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import TypeVar

import duckdb

from etl.models import CHECKS, Model, models, tables_read
from etl.sources.files.relation import quoted
from etl.words import WORK, create

IN_MEMORY = ":memory:"
AT_ONCE = 2  # of an engine with more than one thread
T = TypeVar("T")
Task = Callable[[duckdb.DuckDBPyConnection], T]


def attach_work(connection: duckdb.DuckDBPyConnection, place: str = IN_MEMORY) -> None:
    """Give a build the database of its working tables; what is in either is read under its plain name."""
    as_scratch = "" if place == IN_MEMORY else "(recovery_mode no_wal_writes)"  # nobody ever recovers it
    connection.execute(f"attach {quoted(place)} as {WORK} {as_scratch}")
    [(build,)] = connection.execute("select current_database()").fetchall()
    name = str(build).replace("'", "''").replace('"', '""')
    connection.execute(f"""set search_path = '"{name}".main,{WORK}.main'""")


@contextmanager
def two_at_a_time(connection: duckdb.DuckDBPyConnection) -> Iterator[Callable[[Task[T]], Future[T]]]:
    """Give a way to hand over tasks, each done on a connection of its own that sees what the given one sees."""
    asked = "select current_setting('threads'), current_setting('search_path')"
    [(threads, search_path)] = connection.execute(asked).fetchall()
    at_once = min(AT_ONCE, int(threads))
    free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()

    def done(task: Task[T]) -> T:
        other = free.get()
        try:
            return task(other)
        finally:
            free.put(other)

    with ExitStack() as stack:
        for _ in range(at_once):
            other = stack.enter_context(connection.cursor())
            other.execute("set search_path = $path", {"path": search_path})
            free.put(other)
        pool = stack.enter_context(ThreadPoolExecutor(at_once))
        yield lambda task: pool.submit(done, task)


def make_models(
    connection: duckdb.DuckDBPyConnection,
    types: dict[str, str],
    progress: Callable[[str], None] = lambda _: None,
    slices: int = 1,
) -> None:
    """Make every model, some in ``slices`` of tickets; a working table goes when nothing that reads it is left."""
    found = {model.name: model for model in models()}
    waiting = TopologicalSorter({name: model.reads & set(found) for name, model in found.items()})
    waiting.prepare()
    unread = {name: set(readers) for name, readers in _readers().items()}
    ready: list[str] = []
    running: dict[Future[None], str] = {}
    with two_at_a_time(connection) as hand_over:
        while waiting.is_active():
            ready = sorted([*ready, *waiting.get_ready()], key=lambda name: _behind()[name])
            while ready and len(running) < AT_ONCE:
                name = ready.pop()
                progress(name)
                running[hand_over(partial(create, model=found[name], types=types, slices=slices))] = name
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                name = running.pop(done)
                done.result()
                waiting.done(name)
                for table in _spent(name, unread):
                    connection.execute(f"drop table {WORK}.main.{table}")


@cache
def _tables_read(model: Model) -> frozenset[str]:
    """Return what a model reads, itself or through a view."""
    views = {other.name: other for other in models() if other.is_view}
    through = (_tables_read(views[name]) if name in views else frozenset({name}) for name in model.reads)
    return frozenset().union(*through)


@cache
def _readers() -> dict[str, set[str]]:
    """Return, by working table that no check reads, the models that read it."""
    kept = {read for path in CHECKS.glob("*.sql") for read in tables_read(path.read_text(encoding="utf-8"))}
    working = {model.name for model in models() if model.is_working and not model.is_view} - kept
    return {
        table: readers
        for table in working
        if (readers := {model.name for model in models() if not model.is_view and table in _tables_read(model)})
    }


@cache
def _behind() -> dict[str, int]:
    """Return, by model, how many others wait for it, directly or not: who has most behind it goes first."""
    behind: dict[str, set[str]] = {model.name: set() for model in models()}
    for model in reversed(models()):
        for read in model.reads & set(behind):
            behind[read] |= {model.name} | behind[model.name]
    return {name: len(others) for name, others in behind.items()}


def _spent(made: str, unread: dict[str, set[str]]) -> list[str]:
    """Strike a made model off the readers of each table; return the tables that nobody reads any more."""
    for readers in unread.values():
        readers.discard(made)
    spent = [table for table, readers in unread.items() if not readers]
    for table in spent:
        del unread[table]
    return spent
