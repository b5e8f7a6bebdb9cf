"""Strain as one viewer may see it: people for who looks after them, themselves for each, groups of ten for all others.

Every look is told to the log it was opened with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from config.settings import Settings
from metrics.outlook import Outlook, outlook
from metrics.scope import OutOfScope, Scope

SMALLEST_GROUP: Final = 10
EVERYBODY: Final = "Everybody"
SOME, MUCH = 0.10, 0.25  # shares of a group in watch or talk at which its band changes
TEAM_WATCH: Final = ("watch", "talk")
GROUP_COLUMNS: Final = ["group", "members", "band", "week_starts_on"]

Log = Callable[[str, Sequence[str]], None]  # what was looked at, and of whom (agent keys; none for groups)


@dataclass(frozen=True)
class Strain:
    """What a viewer may see of strain; ``log`` is told of every look."""

    scope: Scope
    told: Outlook
    log: Log

    @property
    def says(self) -> str:
        """A sentence where something is missing or failed, else empty."""
        return self.told.says

    def people(self) -> pd.DataFrame:
        """Return everybody's newest week, by team and name; columns of the table ``strain``."""
        rows = self._newest(self._looked("people", self.told.read("strain", self.scope)))
        return rows.sort_values(["team", "agent"], key=lambda names: names.str.casefold(), ignore_index=True)

    def weeks(self) -> pd.DataFrame:
        """Return the weeks of everybody the viewer looks after."""
        return self._looked("weeks", self.told.read("strain", self.scope))

    def history(self, agent_key: str) -> pd.DataFrame:
        """Return a person's weeks, oldest first. Raises ``OutOfScope``."""
        return self._one("history", "strain", agent_key).sort_values("week_starts_on", ignore_index=True)

    def signals(self, agent_key: str) -> pd.DataFrame:
        """Return what a person's newest week is made of: drift and load, one row a signal. Raises ``OutOfScope``."""
        return self._newest(self._one("signals", "strain_signal", agent_key))

    def all_signals(self) -> pd.DataFrame:
        """Return the newest signals of everybody the viewer looks after."""
        return self._newest(self._looked("signals", self.told.read("strain_signal", self.scope)))

    def moves(self) -> pd.DataFrame:
        """Return which work could go to whom."""
        return self._looked("moves", self.told.read("strain_move", self.scope))

    def thanks(self) -> pd.DataFrame:
        """Return what is worth a thank-you, by name."""
        rows = self._looked("thanks", self.told.read("strain_thanks", self.scope))
        return rows.sort_values(["agent", "reason"], key=lambda names: names.str.casefold(), ignore_index=True)

    def teams(self) -> pd.DataFrame:
        """Return the weeks of teams the viewer looks after, of any size; columns of the table ``strain_team``."""
        self.log("teams", ())
        return self.told.read("strain_team", self.scope)

    def missing(self) -> pd.DataFrame:
        """Return which signals the viewer's teams lack: ``team, signal``."""
        return self.told.read("strain_missing", self.scope)[["team", "signal"]]

    def groups(self) -> pd.DataFrame:
        """Return the newest bands of groups of ten and more, for anybody; columns ``GROUP_COLUMNS``.

        Which groups are told is decided for the whole desk and then narrowed to the viewer's teams, so that two viewers
        can subtract nothing from each other either.
        """
        self.log("groups", ())
        newest = self._newest(self.told.read_unscoped("strain_team"))
        told = dict(zip(newest["team_key"], newest["told"].astype(int), strict=True))
        kept = published(told) if self.scope.role else set()
        rows = [
            (
                team["team"],
                team["members"],
                band_of(team["watched"], team["told"], team["band"]),
                team["week_starts_on"],
            )
            for team in newest.to_dict("records")
            if team["team_key"] in kept and (self.scope.teams is None or team["team_key"] in self.scope.teams)
        ]
        if EVERYBODY in kept and self.scope.teams is None:
            sums = newest[["members", "watched", "told"]].sum()
            band = band_of(sums["watched"], sums["told"], "steady")
            rows.insert(0, (EVERYBODY, sums["members"], band, newest["week_starts_on"].max()))
        return pd.DataFrame(rows, columns=GROUP_COLUMNS)

    def _one(self, what: str, table: str, agent_key: str) -> pd.DataFrame:
        rows = self.told.read(table, self.scope)
        mine = rows[rows["agent_key"] == agent_key]
        if mine.empty and agent_key != self.scope.agent_key:
            raise OutOfScope("nothing is told to you of this person")
        return self._looked(what, mine)

    def _looked(self, what: str, rows: pd.DataFrame) -> pd.DataFrame:
        self.log(what, sorted(set(rows["agent_key"])))
        return rows

    def _newest(self, rows: pd.DataFrame) -> pd.DataFrame:
        newest: pd.DataFrame = rows[rows["week_starts_on"] == rows["week_starts_on"].max()]
        return newest.reset_index(drop=True)


def strain(scope: Scope, settings: Settings, log: Log) -> Strain:
    """Open what the step ``strain`` computed, for a viewer. Never raises."""
    return Strain(scope, outlook("strain", settings), log)


def to_tell(weeks: pd.DataFrame, after_weeks: int, from_z: float) -> pd.DataFrame:
    """Return whose manager is to be told in private: who stood in "talk" for so many weeks up to the newest.

    ``weeks`` are rows of ``strain``; returns the newest week of each, by name.
    """
    ordered = weeks.sort_values("week_starts_on")
    newest = ordered["week_starts_on"].max()
    found = [
        mine.tail(1)
        for _, mine in ordered.groupby("agent_key")
        if len(mine) >= after_weeks
        and (mine["band"].tail(after_weeks) == "talk").all()
        and mine["z"].iloc[-1] >= from_z
        and mine["week_starts_on"].iloc[-1] == newest
    ]
    told = pd.concat(found) if found else ordered.head(0)
    return told.sort_values("agent", key=lambda names: names.str.casefold(), ignore_index=True)


def published(sizes: Mapping[str, int]) -> set[str]:
    """Return which teams' bands may be told, and ``EVERYBODY``, so that no subtraction leaves fewer than ten people.

    The teams not told, taken together, are what everybody less the others leaves: none, or ten at least.
    """
    if sum(sizes.values()) < SMALLEST_GROUP:
        return set()
    kept = {team for team, size in sizes.items() if size >= SMALLEST_GROUP}
    while kept and 0 < sum(size for team, size in sizes.items() if team not in kept) < SMALLEST_GROUP:
        kept.discard(min(kept, key=lambda team: (sizes[team], team)))
    return kept | {EVERYBODY}


def band_of(watched: float, told: float, team_band: str) -> str:
    """Return a group's band: steady, some strain or strain; by the share of its people, or its own drift as a team."""
    share = watched / told if told else 0.0
    if share >= MUCH or team_band == "talk":
        return "strain"
    return "some strain" if share >= SOME or team_band in TEAM_WATCH else "steady"
