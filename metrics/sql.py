"""The SQL behind a figure, as text any SQL client can run."""

from __future__ import annotations

from metrics.published import Build
from metrics.query import Statement, statement
from metrics.question import Question
from metrics.scope import Scope


def sql_text(question: Question, scope: Scope, build: Build) -> str:
    """Return the statement that answers a question, values written out."""
    return render(statement(question, scope, build.clock), build)


def render(compiled: Statement, build: Build) -> str:
    """Return a statement as text in the build's own dialect, values written out."""
    return str(compiled.compile(build.engine, compile_kwargs={"literal_binds": True}))
