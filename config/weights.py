"""Published weights: customer risk, automation potential and knowledge gap, each read from its own file of numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import BadSetting
from config.settings import ROOT

CONFIG = ROOT / "config"
RISK_REASONS = ("tickets", "same_category", "reopens", "low_answers", "escalations", "breaches")


@dataclass(frozen=True)
class Number:
    """What a line may say: a number from ``least`` to ``most``, whole or not."""

    least: float
    most: float
    is_whole: bool = True


_REASON = {
    "usual": Number(0, 1, is_whole=False),
    "from": Number(1, 1000),
    "points": Number(0, 100),
    "at_most": Number(0, 100),
}
_SHARE = Number(0, 1, is_whole=False)
_WEIGHT = Number(0, 100, is_whole=False)
_POINTS = Number(1, 8, is_whole=False)


def load_customer_risk(path: Path = CONFIG / "customer_risk.toml") -> dict[str, float]:
    """Read the points of customer risk as ``at_risk_from``, ``REASON_usual``, ``REASON_from`` …

    Raises ``BadSetting`` naming the file, the table, the line and what to do.
    """
    told = _read(path)
    _only(told, ("at_risk_from", *RISK_REASONS), str(path))
    found = {"at_risk_from": _number(told, "at_risk_from", Number(1, 1000), str(path))}
    for reason in RISK_REASONS:
        found |= _table(told, reason, _REASON, path)
    return found


def load_automation_potential(
    path: Path = CONFIG / "automation_potential.toml",
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Read the weights of predictability (``weights_NAME``), what makes a path (``path_NAME``), and the macros' tags.

    Raises ``BadSetting``.
    """
    told = _read(path)
    _only(told, ("weights", "macro", "path"), str(path))
    weights = _table(told, "weights", dict.fromkeys(("one_touch", "handling", "macro"), _WEIGHT), path)
    if not weights["weights_one_touch"] + weights["weights_handling"] > 0:
        raise BadSetting(f"{path}: [weights] one_touch or handling must be above 0; macros are not known everywhere")
    weights |= _table(told, "path", {"predictability_from": _SHARE, "effort_points_to": _POINTS}, path)
    return weights, _tags(told, "macro", path)


def load_knowledge_gap(path: Path = CONFIG / "knowledge_gap.toml") -> dict[str, float]:
    """Read what makes a gap: ``category_many_tickets``, ``article_helpful_from`` …; raises ``BadSetting``."""
    told = _read(path)
    votes = {"helpful_from": _SHARE, "votes_from": Number(1, 1000)}
    many = {"many_tickets": Number(1, 1_000_000)}
    _only(told, ("category", "article", "flag"), str(path))
    return _table(told, "category", many, path) | _table(told, "article", votes, path)


def load_write_up_tags(path: Path = CONFIG / "knowledge_gap.toml") -> tuple[str, ...]:
    """Read the tags by which agents say "write this up"; raises ``BadSetting``."""
    return _tags(_read(path), "flag", path)


def _tags(told: Mapping[str, Any], name: str, path: Path) -> tuple[str, ...]:
    inner, where = _inner(told, name, path), f"{path}: [{name}]"
    _only(inner, ("tags",), where)
    tags = inner.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) and tag and "," not in tag for tag in tags):
        raise BadSetting(f"{where}: tags must be a list of tags, not {tags!r}")
    return tuple(tags)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadSetting(f"{path}: no such file; published weights are read from it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: not valid TOML: {error}") from error


def _only(told: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in told:
        if name not in names:
            raise BadSetting(f"{where}: unknown {name!r}; known are {', '.join(names)}")


def _inner(told: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    inner = told.get(name)
    if not isinstance(inner, dict):
        raise BadSetting(f"{path}: [{name}] must be a table, not {'missing' if inner is None else repr(inner)}")
    return inner


def _table(told: Mapping[str, Any], name: str, lines: Mapping[str, Number], path: Path) -> dict[str, float]:
    inner, where = _inner(told, name, path), f"{path}: [{name}]"
    _only(inner, tuple(lines), where)
    return {f"{name}_{line}": _number(inner, line, number, where) for line, number in lines.items()}


def _number(told: Mapping[str, Any], name: str, number: Number, where: str) -> float:
    value = told.get(name)
    kinds = int if number.is_whole else int | float
    if isinstance(value, bool) or not isinstance(value, kinds) or not number.least <= value <= number.most:
        kind = "a whole number" if number.is_whole else "a number"
        raise BadSetting(f"{where}: {name} must be {kind} from {number.least:g} to {number.most:g}, not {value!r}")
    return value
