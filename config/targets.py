"""Targets: what the desk aims for, one value a metric, read from ``config/targets.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path

from config.errors import BadSetting
from config.settings import ROOT

TARGETS_FILE = ROOT / "config" / "targets.toml"
SIDES = {"at_least": "up", "at_most": "down"}


@dataclass(frozen=True)
class Aimed:
    """What a target must know of its metric: which way is better (up, down or neither), and where values can lie."""

    better: str
    lowest: float = 0.0
    highest: float = inf

    def holds(self, value: float) -> bool:
        """Return whether the metric can have this value."""
        return isfinite(value) and self.lowest <= value <= self.highest


@dataclass(frozen=True)
class Target:
    """A value to reach; ``at_least`` tells from which side."""

    value: float
    at_least: bool


def load_targets(metrics: Mapping[str, Aimed], path: Path = TARGETS_FILE) -> dict[str, Target]:
    """Read the targets of ``metrics``, by name.

    Raises ``BadSetting`` naming the file, the metric and what to do. Without the file there are no targets.
    """
    if not path.exists():
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: not valid TOML: {error}") from error
    return {name: _target(name, line, metrics, path) for name, line in told.items()}


def _target(name: str, line: object, metrics: Mapping[str, Aimed], path: Path) -> Target:
    if name not in metrics:
        raise BadSetting(f"{path}: no metric is called {name!r}; see: python -m metrics list")
    if not isinstance(line, dict) or len(line) != 1 or not set(line) <= set(SIDES):
        raise BadSetting(f"{path}: {name}: say {{ at_least = VALUE }} or {{ at_most = VALUE }}")
    ((side, value),), aimed = line.items(), metrics[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not aimed.holds(value):
        most = "" if aimed.highest == inf else f" and at most {aimed.highest:g}"
        raise BadSetting(f"{path}: {name}: {side} must be a number of at least {aimed.lowest:g}{most}, not {value!r}")
    if aimed.better not in (SIDES[side], "neither"):
        raise BadSetting(f"{path}: {name}: {side} contradicts the metric, where {aimed.better} is better")
    return Target(float(value), side == "at_least")
