"""How every command line reads its arguments, and how it ends: quietly, or with one line saying what to do."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

from config import logs
from config.errors import BadInput, DeskpulseError


class Parser(argparse.ArgumentParser):
    """A parser that refuses arguments as any bad input is refused: in one line; so do those of its commands."""

    def error(self, message: str) -> NoReturn:
        """Raise ``BadInput`` with what is wrong and where to read what would be right."""
        raise BadInput(f"{message}; {self.prog} --help says what there is")


def guarded(main: Callable[[], None]) -> int:
    """Run ``main`` and return the exit code; errors people can mend are one line on standard error."""
    try:
        main()
        sys.stdout.flush()
    except DeskpulseError as error:
        tell(error)
        return 1
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not logs.is_json():
            raise
        logs.failed("failed", error)
        return 1
    except KeyboardInterrupt:
        print("deskpulse: stopped", file=sys.stderr)
        return 130
    return 0


def tell(error: DeskpulseError) -> None:
    """Say on standard error what went wrong: in a line, or as a line of JSON."""
    if logs.is_json():
        logs.failed("refused", error)
    else:
        print(f"deskpulse: {' '.join(str(error).split())}", file=sys.stderr)


def day(text: str | None, option: str) -> date | None:
    """Return the day an option names, None without one; raises ``BadInput``."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is not a day such as 2026-03-31") from error


def filters(parts: Sequence[str], option: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return ``DIM=VALUE`` texts as (dimension, values) pairs; one named twice means either; raises ``BadInput``."""
    found: dict[str, list[str]] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise BadInput(f"{option} {part!r} should read DIM=VALUE, such as team=Billing")
        found.setdefault(name, []).append(value)
    return tuple((name, tuple(values)) for name, values in found.items())


@contextmanager
def writing_to(folder: Path, option: str) -> Iterator[None]:
    """Make the folder an option names, and write into it; raises ``BadInput`` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno is None:  # of a database, not of a file: pandas' own errors are OSErrors, too
            raise
        raise BadInput(f"{option} {folder} cannot be written to: {error.strerror}") from error
