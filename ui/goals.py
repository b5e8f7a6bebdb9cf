"""Which target a figure stands against, and which figures come first: what people decided, else what is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from config.settings import Settings
from config.targets import Target
from journal import Goal, open_journal
from metrics import HEADLINE, METRICS, Scope
from metrics.kinds import Metric, unit_of
from metrics.published import Build
from metrics.teams import team_keys
from ui.filters import Where
from ui.links import to_page

Teams = frozenset[str]
DESK: Teams = frozenset()


@dataclass(frozen=True)
class Part:
    """The part of the desk a figure is of: the keys of its teams (none: every team), and whether it is narrower."""

    teams: Teams
    is_narrower: bool = False


@dataclass(frozen=True)
class Goals:
    """Targets with their history, newest first, above those that are set; figures chosen by whom, newest first."""

    kept: tuple[Goal, ...] = ()
    chosen: tuple[tuple[Teams, tuple[str, ...]], ...] = ()
    default: Mapping[str, Target] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What answers that depend on goals are kept under."""
        return (*self.kept, *self.chosen)

    def target(self, metric: Metric, part: Part, on: date) -> Target | None:
        """Return what a figure of a part of the desk was to reach on a day.

        A team's own target goes before the desk's, and that before the one that is set. A number of tickets is one for
        whom it was set for: the desk's is none for a team, and no team's for a category of it.
        """
        counts = unit_of(metric) == "count"
        if counts and part.is_narrower:
            return None
        for teams in (part.teams,) if counts or not part.teams else (part.teams, DESK):
            goal = self.goal(metric.name, teams, on)
            if goal is not None and goal.value is not None:
                return Target(goal.value, goal.at_least)
        return None if counts and part.teams else self.default.get(metric.name)

    def goal(self, name: str, teams: Teams, on: date) -> Goal | None:
        """Return what was decided for exactly these teams and held on a day; None where nothing was."""
        return next((one for one in self.kept if (one.metric, one.teams) == (name, teams) and one.since <= on), None)

    def headline(self, teams: Teams) -> tuple[str, ...]:
        """Return the figures these teams want to see first: their choice, else the desk's, else the usual six."""
        names: Sequence[str] = next((names for about, names in self.chosen if about == teams), ())
        names = names or next((names for about, names in self.chosen if about == DESK), HEADLINE)
        return tuple(name for name in names if name in METRICS) or HEADLINE


def goals_of(settings: Settings, scope: Scope, default: Mapping[str, Target]) -> Goals:
    """Return the goals a viewer may see; the desk's and their teams'. Raises ``BadSetting`` as the journal does."""
    journal = open_journal(settings, scope.viewer, scope.teams)
    chosen = tuple((choice.teams, tuple(choice.metrics)) for choice in journal.headline_choices())
    return Goals(tuple(journal.goals()), chosen, default)


def link() -> None:
    """Lead to where targets are set, figures chosen and reviews collected; not on paper."""
    with st.container(key="screen_only_goals"):
        to_page("manager/goals", "Goals and past reviews", icon="flag")


def part_of(where: Where, scope: Scope, build: Build) -> Part:
    """Return the part of the desk that filters and scope leave over."""
    names = dict(where).get("team", ())
    others = any(name != "team" for name, _ in where)
    if not names:
        return Part(scope.teams or DESK, others)
    known = team_keys(build)
    picked = frozenset(key for name in names for key in known.get(name, ()))
    return Part(picked if scope.teams is None else picked & scope.teams, others)
