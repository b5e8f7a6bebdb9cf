"""The page about the metrics is what the registry says."""

from metrics.__main__ import parser
from metrics.docs import TARGET, metrics_page
from metrics.registry import METRICS
from ui.cards import definition
from ui.text import plain


def test_the_page_is_generated() -> None:
    assert TARGET.read_text(encoding="utf-8") == metrics_page(), "run make docs"


def test_every_metric_is_on_the_page() -> None:
    page = metrics_page()
    for metric in METRICS.values():
        section = page.split(f"### `{metric.name}`: {metric.title}\n")[1].split("\n### ")[0]
        assert metric.says in section


def test_the_command_line_names_every_metric() -> None:
    told = parser().format_help().split()
    assert set(METRICS) <= set(told)


def test_a_tooltip_is_the_definition() -> None:
    for metric in METRICS.values():
        assert plain(metric.says) in definition(metric)
