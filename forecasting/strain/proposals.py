"""What would help, from the same facts: work a team-mate could take, what is worth a thank-you, what cannot be seen."""

from __future__ import annotations

from collections.abc import Set
from datetime import timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import column, func, select, table

from forecasting.strain.facts import last_week
from metrics.published import Build
from metrics.warehouse import fct_ticket

RECENT_WEEKS: Final = 4
KNOWN_TICKETS: Final = 5  # of a category in half a year, before somebody is asked to take more of it
CARRIES_MUCH, HAS_ROOM, UP_TO = 1.2, 0.95, 1.05  # of the team's median
SMALLEST_MOVE: Final = 1.0  # tickets a week
THANKS: Final = {"complex": 3, "articles": 1, "newcomers": 3}  # so many times in four weeks
NEW_DAYS: Final = 90
MORE: Final = 1.3
MOST_TAKERS: Final = 2  # of one person's work
SMALLEST_SHARE: Final = 0.05  # of the giver's points: less is not worth the asking
ARTICLES: Final = table("dim_article", *(column(name) for name in ("owner_agent_key", "created_on", "reviewed_on")))


def moves(people: pd.DataFrame, facts: pd.DataFrame, load: pd.DataFrame, flagged: Set[str]) -> pd.DataFrame:
    """Return which work could go to whom, one row a person, team-mate and category.

    From those of ``flagged`` (keys of who is shown as carrying a lot or sliding) who carry clearly more than their
    team's median, to who carries less and knows the category; ``before`` and ``after`` are the giver's load over it.
    Nobody flagged, or with short rests, long runs of days or much work after hours, is asked to take more.
    """
    newest = load["week"].max()
    now = load[(load["week"] == newest)]
    pace = _pace(now).to_frame("pace").join(people.set_index("agent_key"), how="inner")
    strained = now["is_high"] & now["signal"].isin(["short_rests", "unbroken_days", "after_hours_share"])
    spared = flagged | set(now[strained]["agent_key"])
    recent = facts[facts["week"] > newest - pd.Timedelta(weeks=RECENT_WEEKS)]
    half_year = facts[facts["week"] > newest - pd.Timedelta(weeks=26)]
    known = half_year.groupby(["agent", "category"])["tickets"].sum()
    mine = recent.groupby(["agent", "category"])[["tickets", "effort_points"]].sum() / RECENT_WEEKS
    found = [
        row
        for _, team in pace.groupby("team_key")
        if len(team) > 1 and team["pace"].median() > 0
        for row in _within(team.assign(share=team["pace"] / team["pace"].median()), mine, known, flagged, spared)
    ]
    return pd.DataFrame(found)


def _pace(now: pd.DataFrame) -> pd.Series:
    """Return points a scheduled hour by agent, points a week where there is no roster."""
    by = {name: rows.set_index("agent_key")["value"] for name, rows in now.groupby("signal")}
    empty = pd.Series(dtype=float)
    hourly = by.get("points_per_hour", empty)
    return hourly if len(hourly) else by.get("effort_points", empty)


def _within(
    team: pd.DataFrame, mine: pd.DataFrame, known: pd.Series, flagged: Set[str], spared: Set[str]
) -> list[dict[str, Any]]:
    """Return a team's moves: largest load first, its largest category first, to who has most room."""
    share = team["share"].to_dict()
    found = []
    loaded = team[(team["share"] > CARRIES_MUCH) & team.index.isin(flagged)]
    for giver in loaded.sort_values("share", ascending=False).index:
        if giver not in mine.index.get_level_values(0):
            continue
        work = mine.loc[giver].sort_values("effort_points", ascending=False)
        total = float(work["effort_points"].sum())
        takers = team[(team["share"] < HAS_ROOM) & ~team.index.isin(spared)].index
        for taker in sorted(takers, key=lambda name: share[name])[:MOST_TAKERS]:
            for category, size in work.iterrows():
                points = min((share[giver] - UP_TO) / share[giver] * total, (1 - share[taker]) / share[giver] * total)
                points = min(points, float(size["effort_points"]) / 2)
                tickets = points * float(size["tickets"]) / max(float(size["effort_points"]), 1e-9)
                if (
                    known.get((taker, category), 0) < KNOWN_TICKETS
                    or tickets < SMALLEST_MOVE
                    or points < SMALLEST_SHARE * total
                ):
                    continue
                before, unit = share[giver], share[giver] / total
                share[giver], share[taker] = before - points * unit, share[taker] + points * unit
                found.append(
                    {
                        "agent_key": giver, "to_agent_key": taker, "to_agent": team.loc[taker, "agent"],
                        "category": category, "tickets_a_week": tickets, "points_a_week": points,
                        "balance_before": before, "balance_after": share[giver],
                    }
                )  # fmt: skip
                break
    return found


def thanks(build: Build, people: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return what is worth a thank-you in four weeks: columns ``agent_key, reason, times``; no order, no score."""
    since = pd.Timestamp(last_week(build) - timedelta(weeks=RECENT_WEEKS - 1))
    recent = facts[facts["week"] >= since]
    counts = {
        "complex": _more_than_usual(facts, recent),
        "articles": _articles(build, since),
        "newcomers": _helped(build, people, since),
    }
    rows = [
        {"agent_key": agent, "reason": reason, "times": int(times)}
        for reason, by_agent in counts.items()
        for agent, times in by_agent.items()
        if times >= THANKS[reason]
    ]
    return pd.DataFrame(rows, columns=["agent_key", "reason", "times"])


def _more_than_usual(facts: pd.DataFrame, recent: pd.DataFrame) -> pd.Series:
    """Return how many complex tickets went well, for whom that is clearly more than in their own four weeks before."""
    now = recent.groupby("agent")["complex_well"].sum()
    first = facts[facts["week"] > facts["week"].max() - pd.Timedelta(weeks=26)]
    usual = first.groupby("agent")["complex_well"].sum().reindex(now.index) * RECENT_WEEKS / 26
    more: pd.Series = now[now > MORE * usual]
    return more


def _articles(build: Build, since: pd.Timestamp) -> pd.Series:
    a = ARTICLES.c
    asked = select(a.owner_agent_key, func.count().label("times")).where(
        func.coalesce(a.reviewed_on, a.created_on) >= since.date()
    )
    return build.read(asked.group_by(a.owner_agent_key)).set_index("owner_agent_key")["times"]


def _helped(build: Build, people: pd.DataFrame, since: pd.Timestamp) -> pd.Series:
    """Return how many tickets that began with a newcomer each colleague brought to an end."""
    joined = pd.to_datetime(people["joined_on"])
    new = people[joined >= since - pd.Timedelta(days=NEW_DAYS)]["agent_key"].tolist()
    t = fct_ticket.c
    asked = select(t.solving_agent_key, func.count().label("times")).where(
        t.first_agent_key.in_(new), t.solving_agent_key.not_in(new), t.is_eligible, t.first_solved_local_at >= since
    )
    return build.read(asked.group_by(t.solving_agent_key)).set_index("solving_agent_key")["times"]


def missing(people: pd.DataFrame, facts: pd.DataFrame, load: pd.DataFrame) -> pd.DataFrame:
    """Return which signals a team's source did not bring in eight weeks: columns ``team_key, team, signal``."""
    newest = facts["week"].max()
    team = people.set_index("agent_key")["team_key"]
    said = load[load["week"] > newest - pd.Timedelta(weeks=8)]
    there = set(zip(said["agent_key"].map(team), said["signal"], strict=True))
    recent = facts[facts["week"] > newest - pd.Timedelta(weeks=8)]
    counted = recent.assign(team_key=recent["agent"].map(team)).groupby("team_key")[["csat_n", "log_aht_n"]].sum()
    rows = []
    for key, name in people[["team_key", "team"]].drop_duplicates().itertuples(index=False):
        for signal, needs in (
            ("roster", "points_per_hour"),
            ("availability", "occupancy"),
            ("time_entries", "utilization"),
        ):
            if (key, needs) not in there:
                rows.append({"team_key": key, "team": name, "signal": signal})
        for signal, needs in (("answers", "csat_n"), ("handling", "log_aht_n")):
            if key not in counted.index or not counted.loc[key, needs]:
                rows.append({"team_key": key, "team": name, "signal": signal})
    return pd.DataFrame(rows, columns=["team_key", "team", "signal"])
