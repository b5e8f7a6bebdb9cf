"""The house rules: who may import whom, how big a room may be, what stands where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# DESIGN: and nothing else. What is missing on the right is forbidden on the left.
MAY_IMPORT = {
    "config": set(),
    "metrics": {"config"},
    "forecasting": {"metrics", "journal", "config"},
    "journal": {"config"},
    "ui": {"metrics", "journal", "config"},
    "pages": {"ui", "metrics", "journal", "reports"},  # docs/decisions/0008
    "reports": {"metrics", "journal", "ui", "config"},
    "etl": {"forecasting", "reports", "journal", "metrics", "config"},  # docs/decisions/0002
}
HOUSE = set(MAY_IMPORT)
HEAVY = ("prophet", "statsmodels", "sklearn", "dlt", "sqlglot")  # never in the web process
HARD_LIMIT_LINES = 260


def _files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def _imports(path: Path, but: str = "") -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module.split(".")[0]} if not but or not node.module.startswith(but) else set()
    return found


WHAT_IF = "forecasting.staffing"  # pure arithmetic, which ui may use
KNOWN = "metrics.known"  # what exists: the journal's command line may ask, the journal itself need not (decision 0005)
EXCEPTIONS = {"ui": WHAT_IF, "journal/__main__.py": KNOWN}


@pytest.mark.parametrize("package", sorted(HOUSE))
def test_a_room_imports_only_what_it_may(package: str) -> None:
    for path in _files(package):
        but = EXCEPTIONS.get(package) or EXCEPTIONS.get(path.relative_to(ROOT).as_posix(), "")
        strays = (_imports(path, but) & HOUSE) - MAY_IMPORT[package] - {package}
        assert not strays, f"{path.relative_to(ROOT)} imports {sorted(strays)}"


@pytest.mark.parametrize("package", ["metrics", "forecasting", "etl", "journal", "config"])
def test_only_pages_and_ui_know_streamlit(package: str) -> None:
    for path in _files(package):
        assert "streamlit" not in _imports(path), path


def test_no_page_stands_where_streamlit_would_serve_it_without_sign_in() -> None:
    assert list((ROOT / "pages").glob("*.py")) == []


def test_pages_hold_no_sql_and_no_arithmetic() -> None:
    for path in _files("pages"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 120, path
        assert not _imports(path) & {"sqlalchemy", "duckdb", "altair", "numpy"}, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"\bselect\b.+\bfrom\b", node.value.lower(), re.S), path
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult)), path


def test_the_entry_point_stays_small() -> None:
    assert len((ROOT / "dashboard.py").read_text(encoding="utf-8").splitlines()) <= 80


def test_modules_stay_small() -> None:
    for package in (*HOUSE, "tests", "benchmarks"):
        for path in _files(package):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= (400 if package == "tests" else HARD_LIMIT_LINES), (
                f"{path.relative_to(ROOT)}: {lines} lines"
            )


def test_the_web_process_carries_nothing_heavy() -> None:
    rooms = (
        "ui.page, ui.cards, ui.charts, metrics, metrics.sql, metrics.ledger, metrics.rows, metrics.health, "
        "metrics.outlook, journal, ui.staffing, forecasting.staffing.week"
    )
    script = f"import sys, {rooms}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [name for name in HEAVY if name in loaded]


def test_every_command_and_option_is_documented() -> None:
    import etl.__main__
    import forecasting.__main__
    import journal.__main__
    import metrics.__main__
    import reports.__main__

    docs = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    rooms = {"etl": etl, "forecasting": forecasting, "journal": journal, "metrics": metrics, "reports": reports}
    for name, room in rooms.items():
        top = room.__main__.parser()
        commands = next(action.choices for action in top._actions if action.dest == "command")
        for command, parser in commands.items():
            assert f"`{name} {command}" in docs, f"{name} {command}"
            for action in parser._actions:
                for option in action.option_strings:
                    assert option in docs or option in {"-h", "--help"}, f"{name} {command} {option}"


def test_every_setting_is_shown_in_the_example() -> None:
    from dataclasses import fields

    from config.settings import Settings

    example = (ROOT / "config" / "deskpulse.example.toml").read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert re.search(rf"^#? ?\[?{setting.name}\b", example, re.M), setting.name


def test_every_column_metrics_read_is_in_the_warehouse() -> None:
    """The tables SQLAlchemy is told of are those the models make."""
    from metrics import warehouse
    from tests.support.stories import stories
    from tests.support.stories import warehouse as built

    connection = built(stories(ROOT / "tests" / "golden")[0])
    for name, told in vars(warehouse).items():
        if hasattr(told, "c") and hasattr(told, "name") and name == told.name:
            rows = connection.execute(
                f"select column_name from duckdb_columns() where table_name = '{name}'"
            ).fetchall()
            missing = set(told.c.keys()) - {column for (column,) in rows}
            assert not missing, f"{name}: {missing}"


def test_files_begun_first_exist() -> None:
    seconds = tomllib.loads((ROOT / "tests" / "durations.toml").read_text(encoding="utf-8"))["seconds"]
    assert [name for name in seconds if not (ROOT / "tests" / name).is_file()] == []
