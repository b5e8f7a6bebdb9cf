"""Several processes open a journal that is not there yet, and write to it at once."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from journal import open_journal

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from config.settings import Settings
from journal import open_journal
home, who = Path(sys.argv[1]), sys.argv[2]
sys.stdin.readline()  # all start together
for number in range(25):
    journal = open_journal(replace(Settings(), home=home), who, None)
    note = journal.note(f"{who} {number}", page="Weekly review")
    journal.update(replace(note, metric="fcr"))
    journal.save_view("Mine", page="Explore", query=str(number))
    assert [mine for mine in journal.notes() if mine.entry_id == note.entry_id][0].metric == "fcr"
"""


@pytest.mark.slow
def test_processes_that_start_together_lose_nothing(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), who],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for who in ("ana", "ben", "cleo")
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    journal = open_journal(replace(Settings(), home=tmp_path), "ana", None)
    assert {note.text for note in journal.notes()} == {f"{w} {n}" for w in ("ana", "ben", "cleo") for n in range(25)}
    assert all(len(journal.history(note)) == 2 for note in journal.notes())
    assert [view.query for view in journal.views()] == ["24"]


def test_the_command_line_records_and_lists(tmp_path: Path) -> None:
    def journal(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "journal", *arguments],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={"DESKPULSE_HOME": str(tmp_path), "PATH": ""},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    told = ["Reply templates", "--on", "2026-10-02", "--metric", "first_reply_time", "--direction", "down"]
    where = ["--where", "team=Billing", "category=Refund request", "--control", "team=Evening", "--by", "lena"]
    (first,) = json.loads(journal("record-intervention", *told, *where, "--json"))
    assert first["where"] == [["team", ["Billing"]], ["category", ["Refund request"]]]
    assert (first["on"], first["control"], first["owner"]) == ("2026-10-02", [["team", ["Evening"]]], "lena")
    assert json.loads(journal("interventions", "--metric", "first_reply_time", "--json")) == [first]
    assert "Reply templates" in journal("interventions")
    assert json.loads(journal("interventions", "--status", "done", "--json")) == []
    assert "marked 2026-10-02" in journal("annotate", "Outage", "--since", "2026-10-02")
    assert journal("views") == ""
    refused = journal("annotate", "x", "--since", "2026-10-02", "--until", "2026-09-02", code=1)
    assert refused.startswith("deskpulse: the annotation ends")
    assert "not a day" in journal("annotate", "x", "--since", "soon", code=1)
    assert "DIM=VALUE" in journal("record-intervention", *told, "--where", "billing", code=1)
