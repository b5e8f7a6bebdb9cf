"""What is past its time goes with the next run, and nothing sooner."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from config.settings import Settings
from etl.retention import RUN_LOG, enforce
from etl.sources.files.raw import QUARANTINE
from forecasting.store import store
from forecasting.strain.step import drift_rows
from metrics.outlook_tables import TABLES
from metrics.shelf import finished, publish

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _computed(settings: Settings, day: int) -> None:
    frames = {name: pd.DataFrame(columns=told.names) for name, told in TABLES.items() if told.step == "strain"}
    store("strain", f"b{day}", NOW + timedelta(days=day), frames, settings)


def test_logs_quarantine_and_former_weeks_of_persons_go_when_their_time_is_over(tmp_path: Path) -> None:
    settings = replace(Settings(), home=tmp_path, keep_log_days=10)
    days = (0, 9, 11, 400)
    lines = [json.dumps({"run_id": str(n), "at": (NOW - timedelta(days=n)).isoformat()}) for n in days]
    (tmp_path / RUN_LOG).write_text("\n".join([*lines, '{"run_id": "cut o']) + "\n")
    with duckdb.connect(str(settings.raw_path)) as raw:
        raw.execute(f"create table {QUARANTINE} (row_json varchar, _loaded_at timestamp)")
        rows = [[str(n), (NOW - timedelta(days=n)).replace(tzinfo=None)] for n in days]
        raw.executemany(f"insert into {QUARANTINE} values (?, ?)", rows)
    for day in range(3):
        _computed(settings, day)
    assert len(finished(settings.outlook / "strain")) > 1
    enforce(settings, NOW)
    assert [json.loads(line)["run_id"] for line in (tmp_path / RUN_LOG).read_text().splitlines()] == ["0", "9"]
    with duckdb.connect(str(settings.raw_path)) as raw:
        assert raw.execute(f"select row_json from {QUARANTINE} order by 1").fetchall() == [("0",), ("9",)]
    (kept,) = finished(settings.outlook / "strain")
    assert ".for-b2." in kept.name


def test_so_many_builds_are_kept_as_the_setting_says(tmp_path: Path) -> None:
    for n in range(9):
        (tmp_path / f"{n}.duckdb").touch()
        publish(tmp_path, tmp_path / f"{n}.duckdb", kept=7)
    assert [path.stem for path in finished(tmp_path)] == ["8", "7", "6", "5", "4", "3", "2"]
    publish(tmp_path, tmp_path / "2.duckdb", kept=1)  # what is published is never removed
    assert [path.stem for path in finished(tmp_path)] == ["8", "2"]


def test_so_many_weeks_of_a_person_are_told_as_the_setting_says() -> None:
    weeks = np.array(pd.date_range("2026-01-05", periods=40, freq="7D").values, dtype="datetime64[D]")

    class Told:
        present, z, band = np.ones((2, 40), bool), np.zeros((2, 40)), np.zeros((2, 40))

        class weekly:
            agents = np.array(["a", "b"])

    Told.weekly.weeks = weeks
    for kept in (26, 30, 60):
        rows = drift_rows(Told, kept)
        assert rows.groupby("agent_key")["week"].nunique().tolist() == [min(kept, 40)] * 2
        assert rows["week"].max() == pd.Timestamp(weeks[-1])
