"""Features that plans lack, and how tickets about them are known, read from ``config/plan_features.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from config.errors import BadSetting
from config.settings import ROOT

FEATURES_FILE = ROOT / "config" / "plan_features.toml"
LINES = ("categories", "words", "lacking")


@dataclass(frozen=True)
class PlanFeature:
    """A feature: tickets in ``categories``, with one of ``words`` in the subject where there are any, are about it."""

    name: str
    categories: tuple[str, ...]
    words: tuple[str, ...]
    lacking: tuple[str, ...]  # the plans without it


def load_plan_features(path: Path = FEATURES_FILE) -> tuple[PlanFeature, ...]:
    """Read the features, in the file's order; without the file there are none.

    Raises ``BadSetting`` naming the file, the feature and what to do.
    """
    if not path.exists():
        return ()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: not valid TOML: {error}") from error
    return tuple(_feature(name, lines, path) for name, lines in told.items())


def _feature(name: str, lines: object, path: Path) -> PlanFeature:
    where = f"{path}: [{name}]"
    if not isinstance(lines, dict):
        raise BadSetting(f"{where}: say categories = […] and lacking = […] in a table of that name")
    for line in lines:
        if line not in LINES:
            raise BadSetting(f"{where}: unknown {line!r}; known are {', '.join(LINES)}")
    categories, words, lacking = (_texts(lines.get(line), line, where, line == "words") for line in LINES)
    return PlanFeature(name, categories, words, lacking)


def _texts(value: object, line: str, where: str, may_be_missing: bool) -> tuple[str, ...]:
    if value is None and may_be_missing:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text.strip() for text in value):
        raise BadSetting(f"{where}: {line} must be a list of texts, not {'missing' if value is None else repr(value)}")
    return tuple(value)
