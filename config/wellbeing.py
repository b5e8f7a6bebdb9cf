"""The settings of strain: for what purpose single persons' drift is looked at, since when they know, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from config.errors import BadSetting

KNOWN: Final = {"individual": {"purpose", "notice_on"}, "notice": {"is_on", "after_weeks", "from_z"}}


@dataclass(frozen=True)
class Basis:
    """Why single persons' drift is looked at, and the day by which they were told; without both it is not."""

    purpose: str = ""
    notice_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether drift of persons may be told on a day."""
        return bool(self.purpose.strip()) and self.notice_on is not None and self.notice_on <= day


@dataclass(frozen=True)
class Notice:
    """Whether a direct manager is told in private of a "talk": after how many weeks of it, from which z."""

    is_on: bool = False
    after_weeks: int = 3
    from_z: float = 2.4


@dataclass(frozen=True)
class Wellbeing:
    """The table ``[wellbeing]`` of the settings."""

    basis: Basis = Basis()
    notice: Notice = Notice()


def wellbeing_of(told: Mapping[str, Any]) -> Wellbeing:
    """Return the settings of a ``[wellbeing]`` table. Raises ``BadSetting`` naming the setting and what to do."""
    for part, values in told.items():
        if part not in KNOWN or not isinstance(values, Mapping):
            raise BadSetting(f"wellbeing.{part} is not a table; known are {', '.join(KNOWN)}")
        unknown = sorted(set(values) - KNOWN[part])
        if unknown:
            raise BadSetting(f"wellbeing.{part}.{unknown[0]} is not known; known are {', '.join(sorted(KNOWN[part]))}")
    return Wellbeing(_basis(told.get("individual", {})), _notice(told.get("notice", {})))


def _basis(told: Mapping[str, Any]) -> Basis:
    purpose, day = told.get("purpose", ""), told.get("notice_on")
    if not isinstance(purpose, str):
        raise BadSetting("wellbeing.individual.purpose must be a sentence")
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise BadSetting(f"wellbeing.individual.notice_on {day!r} is not a day such as 2026-10-01") from None
    if day is not None and type(day) is not date:
        raise BadSetting(f"wellbeing.individual.notice_on {day!r} is not a day such as 2026-10-01")
    return Basis(purpose, day)


def _notice(told: Mapping[str, Any]) -> Notice:
    is_on, weeks, z = told.get("is_on", False), told.get("after_weeks", 3), told.get("from_z", 2.4)
    if not isinstance(is_on, bool):
        raise BadSetting("wellbeing.notice.is_on must be true or false")
    if not isinstance(weeks, int) or isinstance(weeks, bool) or weeks < 1:
        raise BadSetting(f"wellbeing.notice.after_weeks must be a whole number of at least 1, not {weeks!r}")
    if isinstance(z, bool) or not isinstance(z, int | float) or z < 2.4:
        raise BadSetting(f"wellbeing.notice.from_z must be at least 2.4, not {z!r}")
    return Notice(is_on, weeks, float(z))
