"""What every command has in common."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pandas.errors import DatabaseError

import etl.__main__
import forecasting.__main__
import journal.__main__
import metrics.__main__
import reports.__main__
from config.cli import guarded, writing_to
from config.settings import ROOT

TALKS = "import sys; from config.cli import guarded; sys.exit(guarded(lambda: print('x' * 1_000_000)))"


def test_a_reader_of_a_pipe_who_has_seen_enough_is_no_error() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        [sys.executable, "-c", TALKS], cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("main", "arguments", "says"),
    [
        (etl.__main__.main, (), "the following arguments are required: command; python -m etl --help"),
        (etl.__main__.main, ("demo",), "required: --out; python -m etl demo --help"),
        (metrics.__main__.main, ("query", "fcr", "--grain", "eon"), "python -m metrics query --help"),
        (metrics.__main__.main, ("rows", "fcr", "--limit", "few"), "invalid int value: 'few'"),
        (journal.__main__.main, ("forget",), "invalid choice: 'forget'"),
        (forecasting.__main__.main, ("run", "--now"), "unrecognized arguments: --now"),
        (reports.__main__.main, ("weekly", "--role", "ghost"), "invalid choice: 'ghost'"),
    ],
)
def test_arguments_nobody_knows_are_one_line_and_exit_code_1(
    capsys: pytest.CaptureFixture[str], main: Callable[[tuple[str, ...]], None], arguments: tuple[str, ...], says: str
) -> None:
    assert guarded(lambda: main(arguments)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("under", [Path("/proc/nope"), Path(__file__)])
def test_a_folder_that_cannot_be_written_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, under: Path
) -> None:
    for folder in (under, under / "deeper"):
        assert guarded(lambda folder=folder: etl.__main__.main(["demo", "--out", str(folder)])) == 1  # type: ignore[misc]
        told = capsys.readouterr().err.splitlines()
        assert len(told) == 1
        assert f"--out {folder} cannot be written to" in told[0]
    with pytest.raises(DatabaseError), writing_to(tmp_path, "--out"):
        raise DatabaseError("no such column")  # a bug of ours, which says nothing of the folder
    with writing_to(tmp_path / "new" / "folder", "--out"):
        assert (tmp_path / "new" / "folder").is_dir()
