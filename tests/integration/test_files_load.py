"""Files into raw: twice is once, counts balance, a killed run leaves no trace."""

import re
import subprocess
import sys
import time
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from config.errors import RunRefused
from config.settings import ROOT, Settings
from etl import load
from etl.import_format import TABLES, raw_schema
from etl.load import TableCount, load_files

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEAD = "ticket_id,updated_at,created_at,status\n"


def run(home: Path, folder: Path, number: int = 1, full_refresh: bool = False, name: str = "acme") -> list[TableCount]:
    return load_files(
        name,
        [folder],
        None,
        Settings(home=home),
        run_id=f"r{number}",
        now=NOW + timedelta(hours=number),
        full_refresh=full_refresh,
        progress=lambda _: None,
    )


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "extract.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def folder_of(path: Path, **tables: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in tables.items():
        (path / f"{name}.csv").write_text(text)
    return path


def numbers(count: TableCount) -> tuple[int, ...]:
    return astuple(count)[3:]


def test_every_table_is_there_with_the_documented_columns(tmp_path: Path) -> None:
    run(
        tmp_path / "home",
        folder_of(tmp_path / "in", tickets=HEAD + "1,,2026-03-02T09:00:00Z,open\n", agents="agent_id\nA\n"),
    )
    types = {
        "string": "VARCHAR",
        "timestamp[us]": "TIMESTAMP",
        "date32[day]": "DATE",
        "int64": "BIGINT",
        "double": "DOUBLE",
        "bool": "BOOLEAN",
    }
    for table in TABLES.values():
        described = [(str(r[0]), str(r[1])) for r in rows(tmp_path / "home", f"describe files_{table.name}")]
        assert described == [(field.name, types[str(field.type)]) for field in raw_schema(table)]
    assert rows(tmp_path / "home", "select agent_id, valid_from::varchar from files_agents") == [("A", "1900-01-01")]
    loaded = rows(tmp_path / "home", "select source, _loaded_at::varchar from files_tickets")
    assert loaded == [("acme", "2026-11-20 13:00:00")]
    assert not (Path.home() / ".dlt").exists()


def test_versions_are_kept_and_rows_counted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = HEAD + "1,2026-03-02,2026-03-01,open\n2,2026-03-02,2026-03-01,open\n2,2026-03-02,2026-03-01,open\n"
    assert [numbers(c) for c in run(home, folder_of(tmp_path / "in", tickets=first))] == [(3, 2, 0, 1, 0)]
    later = first + "1,2026-03-03,2026-03-01,solved\n1,2026-02-28,2026-03-01,new\n"
    assert [numbers(c) for c in run(home, folder_of(tmp_path / "in", tickets=later), 2)] == [(5, 2, 2, 1, 0)]
    assert rows(home, "select ticket_id, status from files_tickets order by ticket_id, updated_at") == [
        ("1", "new"), ("1", "open"), ("1", "solved"), ("2", "open"),
    ]  # fmt: skip
    assert [numbers(c) for c in run(home, tmp_path / "in", 3)] == [(5, 0, 4, 1, 0)]
    left = "select table_name from duckdb_tables() where schema_name = 'main_staging' and estimated_size > 0"
    assert [name for (name,) in rows(home, left) if not str(name).startswith("_dlt")] == []
    assert [path for path in (home / "dlt").rglob("*") if path.is_file()] == []


def test_without_a_version_the_newest_load_wins_also_when_it_goes_back(tmp_path: Path) -> None:
    home, newest = tmp_path / "home", "select name from files_teams order by _loaded_at desc limit 1"
    tickets = HEAD + "1,,2026-03-02T09:00:00Z,open\n"
    for number, name in enumerate(("One", "Two", "One", "One"), start=1):
        counts = run(home, folder_of(tmp_path / "in", tickets=tickets, teams=f"team_id,name\nA,{name}\n"), number)
        assert rows(home, newest) == [(name,)]
    assert [numbers(c) for c in counts] == [(1, 0, 1, 0, 0)] * 2
    assert len(rows(home, "from files_teams")) == 2


# What staging takes as handed over once a load, so that only sources loaded more than once are searched for repeats.
ONCE_A_LOAD = {
    "events": "ticket_id,event_id,occurred_at,event_type,actor_type,to_value\n1,e,2026-03-02,status,agent,{}\n",
    "time_entries": "time_entry_id,ticket_id,agent_id,started_at,seconds\nt,1,A,2026-03-02T09:00:00Z,{}\n",
    "help_sessions": "help_session_id,session_type,started_at,searches\nh,bot,2026-03-02T09:00:00Z,{}\n",
    "sla_targets": "ticket_id,target_type,applied_at,target_seconds\n1,resolution,2026-03-02T09:00:00Z,{}\n",
    "vendor_figures": "ticket_id,figure,value\n1,reopens,{}\n",
}


def test_staging_relies_on_single_rows_only_where_they_are_tested() -> None:
    relying = [p.read_text() for p in (ROOT / "sql" / "staging").rglob("*.sql") if "min(_loaded_at)" in p.read_text()]
    assert {re.findall(r"from raw\.files_(\w+)", sql)[0] for sql in relying} == set(ONCE_A_LOAD)


@pytest.mark.parametrize("table", ONCE_A_LOAD)
def test_one_load_never_hands_over_a_key_twice(tmp_path: Path, table: str) -> None:
    said = ("open", "solved") if table == "events" else ("1", "2")
    text = ONCE_A_LOAD[table]
    tickets = HEAD + "1,,2026-03-02T09:00:00Z,open\n"
    repeated = text.format(said[0]) + text.format(said[0]).splitlines(keepends=True)[1]
    folders = [
        folder_of(tmp_path / "first", tickets=tickets, **{table: repeated}),
        folder_of(tmp_path / "last", tickets=tickets, **{table: text.format(said[1])}),
    ]
    settings = Settings(home=tmp_path / "home")
    counts = load_files("acme", folders, None, settings, run_id="r", now=NOW, progress=lambda _: None)
    told = [(c.read, c.loaded, c.superseded) for c in counts if c.table == table]
    assert told == [(2, 0, 2), (1, 1, 0)]
    key = ", ".join(TABLES[table].key)
    handed_over = f"select count(*) from files_{table} group by source, _loaded_at, {key}"
    assert rows(settings.home, handed_over) == [(1,)]


def test_the_file_given_last_wins_where_nothing_else_tells(tmp_path: Path) -> None:
    old = folder_of(
        tmp_path / "old", tickets=HEAD + "1,,2026-03-02T09:00:00Z,open\n", teams="team_id,name\nA,Old\nB,Same\n"
    )
    new = folder_of(
        tmp_path / "new",
        teams="team_id,name\nA,New\nB,Same\nA,Newer?\n",
        agents="".join(["agent_id\n", *(f"{i}\n" for i in range(200))]),
    )
    settings = Settings(home=tmp_path / "home")
    counts = load_files("acme", [old, new], None, settings, run_id="r", now=NOW, progress=lambda _: None)
    assert {(c.file, c.table): numbers(c) for c in counts if c.table == "teams"} == {
        ("old/teams.csv", "teams"): (2, 0, 0, 2, 0),
        ("new/teams.csv", "teams"): (3, 2, 0, 0, 1),
    }
    assert rows(settings.home, "select team_id, name from files_teams order by 1") == [("A", "New"), ("B", "Same")]


def test_a_full_refresh_forgets_what_is_gone_of_this_source_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    both = folder_of(tmp_path / "in", tickets=HEAD + "1,,2026-03-01,open\n2,,2026-03-01,open\n", teams="team_id\nA\n")
    run(home, both)
    run(home, both, name="other")
    (tmp_path / "in" / "teams.csv").unlink()
    folder_of(both, tickets=HEAD + "2,,2026-03-01,open\n3,,2026-03-01,open\n")
    assert [numbers(c) for c in run(home, both, 2, full_refresh=True)] == [(2, 1, 1, 0, 0)]
    assert rows(home, "select ticket_id from files_tickets where source = 'acme' order by 1") == [("2",), ("3",)]
    assert rows(home, "select ticket_id from files_tickets where source = 'other' order by 1") == [("1",), ("2",)]
    assert rows(home, "select source from files_teams") == [("other",)]


def test_over_one_row_in_a_hundred_bad_stops_the_run_but_keeps_the_quarantine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    run(home, folder_of(tmp_path / "in", tickets=HEAD + "1,,2026-03-01,open\n"))
    bad = "".join(f"{i},,2026-03-01,{'Foo' if i < 4 else 'open'}\n" for i in range(2, 102))
    with pytest.raises(RunRefused) as refusal:
        run(home, folder_of(tmp_path / "in", tickets=HEAD + bad), 2)
    says = str(refusal.value)
    assert says.startswith(
        "acme: 2 of 100 rows cannot be used (2.0%, more than 1%), so nothing is published: status 'Foo' is none of"
    )
    assert "(2); rows and reasons: table files_quarantine in " in says
    assert "\n" not in says
    assert rows(home, "select ticket_id from files_tickets") == [("1",)]
    assert rows(home, "select run_id from files_load_count") == [("r1",)]
    assert rows(home, "select line, run_id from files_quarantine order by 1") == [(2, "r2"), (3, "r2")]
    monkeypatch.setattr(load, "KEPT_WHEN_REFUSED", 1)
    with pytest.raises(RunRefused):
        run(home, tmp_path / "in", 3)
    assert rows(home, "select line, run_id from files_quarantine order by 1") == [(2, "r3"), (3, "r2")]


def test_a_run_that_dies_before_its_counts_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    run(home, folder_of(tmp_path / "in", tickets=HEAD + "1,,2026-03-01,open\n"))
    folder_of(tmp_path / "in", tickets=HEAD + "1,,2026-03-01,open\n2,,2026-03-01,open\n")

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(load.raw, "commit", power_cut)
        with pytest.raises(KeyboardInterrupt):
            run(home, tmp_path / "in", 2)
    assert len(rows(home, "from files_tickets")) == 2  # dlt had delivered
    assert [numbers(c) for c in run(home, tmp_path / "in", 3)] == [(2, 1, 1, 0, 0)]
    assert rows(home, "select run_id, sum(loaded) from files_load_count group by 1 order by 1") == [
        ("r1", 1),
        ("r3", 1),
    ]


def test_a_second_run_at_the_same_time_is_told_to_wait(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder_of(tmp_path / "in", tickets=HEAD + "1,,2026-03-01,open\n")
    home.mkdir()
    opened = f"c = duckdb.connect({str(home / 'extract.duckdb')!r})"
    script = f"import duckdb, time; {opened}; print('open', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(RunRefused, match="another run is writing to it"):
            run(home, tmp_path / "in")
    finally:
        other.kill()
        other.wait()


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
import dlt
from config.settings import Settings
from etl.load import load_files
home, folder, now = sys.argv[1:]
print("ready", flush=True)
now = datetime.fromisoformat(now)
load_files("acme", [Path(folder)], None, Settings(home=Path(home)), run_id="r", now=now, progress=lambda _: None)
"""


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_equals_an_undisturbed_run(tmp_path: Path) -> None:
    count = 3000
    tickets = "".join(f"{i},2026-03-02,2026-03-01,open\n" for i in range(count))
    events = "".join(f"{i},e,2026-03-01,created,requester\n" for i in range(count))
    events = "ticket_id,event_id,occurred_at,event_type,actor_type\n" + events
    folder = folder_of(tmp_path / "in", tickets=HEAD + tickets + "x,,,open\n", events=events)
    state = [
        "select * exclude (_loaded_at) from files_tickets order by all",
        "select * exclude (_loaded_at) from files_events order by all",
        "select * exclude (_loaded_at, run_id) from files_quarantine order by all",
        "select file, sum(loaded), max(read), max(quarantined) from files_load_count group by file order by file",
    ]
    run(tmp_path / "clean", folder)
    clean = [rows(tmp_path / "clean", sql) for sql in state]
    random, killed = Random(7), 0
    for attempt in range(2):
        home = tmp_path / f"home{attempt}"
        arguments = [str(home), str(folder), NOW.isoformat()]
        with subprocess.Popen([sys.executable, "-c", KILLED, *arguments], cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0.1, 1.5))
            killed += process.poll() is None
            process.kill()
        run(home, folder)
        assert [rows(home, sql) for sql in state] == clean
    assert killed, "every run was over before it was killed: kill sooner"
