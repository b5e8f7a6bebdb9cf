"""The order tests run in: by file, the longest first, so that all processes are busy to the end."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
USUAL_SECONDS = 2.0  # of a file that durations.toml does not name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort files by what they take, tests of a file as they stand; xdist hands files out in this order."""
    seconds = tomllib.loads((HERE / "durations.toml").read_text(encoding="utf-8"))["seconds"]
    items.sort(key=lambda item: -seconds.get(_name(item.path), USUAL_SECONDS))


def _name(path: Path) -> str:
    return path.relative_to(HERE).as_posix()
