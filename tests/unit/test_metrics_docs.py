"""The page about the metrics is what the registry says, and so is every other text about them."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import create_engine

from config.settings import Settings
from metrics import METRICS
from metrics.__main__ import parser
from metrics.docs import TARGET, metrics_page
from metrics.kinds import BuildClock
from metrics.published import Build
from metrics.wording import lengths_of, worded
from ui.cards import definition
from ui.text import plain

LENGTHS = lengths_of(Settings())
CHOSEN = lengths_of(replace(Settings(), fcr_window_days=3, service_level_seconds=60, debt_days=1))


def _build(windows: dict[str, timedelta]) -> Build:
    now = datetime(2026, 4, 1)  # noqa: DTZ001 - naive UTC
    return Build("b", now, now, now, "UTC", create_engine("sqlite://"), BuildClock(now, now, "UTC", windows))


def test_the_page_is_generated() -> None:
    assert TARGET.read_text(encoding="utf-8") == metrics_page(), "run make docs"


def test_every_metric_is_on_the_page() -> None:
    page = metrics_page()
    for metric in METRICS.values():
        section = page.split(f"### `{metric.name}`: {metric.title}\n")[1].split("\n### ")[0]
        assert worded(metric, LENGTHS).says in section


def test_the_command_line_names_every_metric() -> None:
    told = parser().format_help().split()
    assert set(METRICS) <= set(told)


def test_a_tooltip_is_the_definition_as_the_build_was_made() -> None:
    build = _build(CHOSEN)
    for metric in METRICS.values():
        assert plain(build.told(metric).says) in definition(metric, build)
        assert "{" not in definition(metric, build)


def test_texts_say_the_lengths_that_were_chosen() -> None:
    said = {name: worded(METRICS[name], CHOSEN) for name in ("fcr", "service_level", "ticket_debt", "reopen_rate")}
    assert "repeat ticket for 3 days" in said["fcr"].says
    assert said["fcr"].numerator == "solved in one contact, and it held for 3 days"
    assert "answered within 60 seconds" in said["service_level"].says
    assert "under 5 seconds" in said["service_level"].says
    assert "than 1 day where" in said["ticket_debt"].says
    assert "within 14 days" in said["reopen_rate"].says


def test_what_can_be_chosen_is_named_by_the_metrics() -> None:
    texts = " ".join(f"{metric.says} {metric.numerator} {metric.denominator}" for metric in METRICS.values())
    assert {name for name in LENGTHS if f"{{{name}}}" in texts} == set(LENGTHS)
