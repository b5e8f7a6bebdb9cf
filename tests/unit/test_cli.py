"""What every command has in common."""

from __future__ import annotations

import os
import subprocess
import sys

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
