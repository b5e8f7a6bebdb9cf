"""The texts of metrics, with the windows and limits an installation chose in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from config.settings import Settings
from metrics.kinds import Metric
from metrics.warehouse import cfg_setting


def lengths(chosen: Mapping[str, int]) -> dict[str, timedelta]:
    """Return settings that are lengths of time, whose names end in their unit."""
    return {name: timedelta(**{_unit(name): length}) for name, length in chosen.items()}


def lengths_of(settings: Settings) -> dict[str, timedelta]:
    """Return the lengths of time metrics are told with, as they are set."""
    return lengths({column.name: getattr(settings, column.name) for column in cfg_setting.c})


def worded(metric: Metric, chosen: Mapping[str, timedelta]) -> Metric:
    """Return a metric whose texts say how long its windows are, where they name the settings: ``{fcr_window_days}``."""
    said = {name: _length_reads(name, length) for name, length in chosen.items()}
    says, numerator, denominator = (
        text.format_map(said) for text in (metric.says, metric.numerator, metric.denominator)
    )
    return replace(metric, says=says, numerator=numerator, denominator=denominator)


def _length_reads(name: str, length: timedelta) -> str:
    unit = _unit(name)
    count = length / timedelta(**{unit: 1})
    return f"{count:g} {unit.removesuffix('s') if count == 1 else unit}"


def _unit(name: str) -> str:
    return name.rpartition("_")[2]
