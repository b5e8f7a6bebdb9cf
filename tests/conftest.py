"""What all tests share: helpdesks published once a run, and the order files are begun in (docs/testing.md)."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from config.settings import Settings

HERE = Path(__file__).parent
USUAL_SECONDS = 2.0  # of a file that durations.toml does not name
UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC)  # when the shared demos end; they are built an hour later
LAST_CAMPAIGN = "Free delivery fortnight"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort files by what they take, tests of a file as they stand; xdist hands files out in this order."""
    seconds = tomllib.loads((HERE / "durations.toml").read_text(encoding="utf-8"))["seconds"]
    items.sort(key=lambda item: -seconds.get(item.path.relative_to(HERE).as_posix(), USUAL_SECONDS))


@pytest.fixture(scope="session")
def year_desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, Any]]:
    """A demo of 60,000 tickets in 400 days, its last campaign in nobody's calendar, and its truth; to be read only."""
    from config.settings import Settings
    from etl.demo import write_demo
    from tests.support.shared import DEMO, HOME, forget_campaign, made_once, publish_demo

    def make(folder: Path) -> None:
        write_demo(folder / DEMO, until=UNTIL, tickets=60_000, days=400, seed=1)
        forget_campaign(folder / DEMO, LAST_CAMPAIGN)
        publish_demo(folder, UNTIL + timedelta(hours=1))

    folder = made_once(tmp_path_factory, "year_desk", make)
    return Settings(home=folder / HOME), json.loads((folder / DEMO / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def forecast_desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A demo of 9,000 tickets in 240 days with every forecast; an hour costs 40; to be read only."""
    from config.settings import Settings
    from etl.demo import write_demo
    from tests.support.shared import DEMO, HOME, made_once, publish_demo

    def make(folder: Path) -> None:
        write_demo(folder / DEMO, until=UNTIL, tickets=9000, days=240)
        publish_demo(folder, UNTIL + timedelta(hours=1), forecast=True, loaded_rate_per_hour=40.0)

    folder = made_once(tmp_path_factory, "forecast_desk", make)
    return Settings(home=folder / HOME, loaded_rate_per_hour=40.0)


@pytest.fixture(scope="session")
def small_desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small desk of tests/e2e/desk.py, published by the real command, with every forecast; to be read only."""
    from config.settings import Settings
    from tests.e2e.desk import publish_small_desk
    from tests.support.shared import HOME, made_once

    folder = made_once(tmp_path_factory, "small_desk", lambda folder: publish_small_desk(folder / HOME))
    return Settings(home=folder / HOME)
