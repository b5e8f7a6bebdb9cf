"""The tables of the step ``strain``: people's drift and load, their teams', and what would help.

What is told of people is kept for 30 weeks, of teams for thirteen months.
"""

from __future__ import annotations

from metrics.outlook_kinds import Kind, OutlookTable

PERSON: tuple[tuple[str, Kind], ...] = (
    ("agent_key", "text"),
    ("agent", "text"),
    ("team_keys", "text"),
    ("team", "text"),
)

STRAIN = OutlookTable(
    "strain",
    "strain",
    "an agent and a week that is over; key: agent_key, week_starts_on",
    (
        *PERSON,
        ("week_starts_on", "day"),
        ("z", "number"),  # drift; null while there is not enough to tell, or drift of persons is not switched on
        ("band", "text"),  # steady, watch, talk, unknown; off where it is not switched on
        ("load_band", "text"),  # usual, high
        ("tickets", "number"),
        ("points", "number"),  # expected effort of what was solved
    ),
    about="people",
)

STRAIN_SIGNAL = OutlookTable(
    "strain_signal",
    "strain",
    "an agent, a week and a signal; key: agent_key, week_starts_on, part, signal",
    (
        *PERSON,
        ("week_starts_on", "day"),
        ("part", "text"),  # drift or load
        ("signal", "text"),
        ("value", "number"),  # drift: over four weeks; load: the week, or four weeks where that is steadier
        ("usual", "number"),  # drift: of this work and this person; load: their own half year; null where not known
        ("team_usual", "number"),  # load: the team's median that week
        ("contribution", "number"),  # drift: to z, they add up; null for load
        ("is_high", "boolean"),  # load: worth looking at
        ("n", "number"),  # drift: how many were counted over the four weeks; null for load
    ),
    about="people",
)

STRAIN_TEAM = OutlookTable(
    "strain_team",
    "strain",
    "a team and a week that is over; key: team_key, week_starts_on",
    (
        ("team_key", "text"),
        ("team_keys", "text"),
        ("team", "text"),
        ("week_starts_on", "day"),
        ("members", "integer"),  # who worked that week
        ("told", "integer"),  # of them, with enough to tell
        ("watched", "integer"),  # of those, in watch or talk
        ("loaded", "integer"),  # members whose load is high
        ("z", "number"),  # drift of the whole team against its own past, what hits everybody taken off
        ("band", "text"),  # of z
    ),
    about="groups",
)

STRAIN_THANKS = OutlookTable(
    "strain_thanks",
    "strain",
    "an agent and something worth a thank-you in the last four weeks; key: agent_key, reason",
    (*PERSON, ("reason", "text"), ("times", "integer")),  # reason: complex, rescued, articles, newcomers
    about="people",
)

STRAIN_MOVE = OutlookTable(
    "strain_move",
    "strain",
    "a part of somebody's work that a team-mate could take; key: agent_key, to_agent_key, category",
    (
        *PERSON,
        ("to_agent_key", "text"),
        ("to_agent", "text"),
        ("category", "text"),
        ("tickets_a_week", "number"),
        ("points_a_week", "number"),
        ("balance_before", "number"),  # the giver's points per scheduled hour over the team's median
        ("balance_after", "number"),
    ),
    about="people",
)

STRAIN_MISSING = OutlookTable(
    "strain_missing",
    "strain",
    "a team and a signal its source does not have; key: team_key, signal",
    (("team_key", "text"), ("team_keys", "text"), ("team", "text"), ("signal", "text")),
)

STRAIN_TABLES = (STRAIN, STRAIN_SIGNAL, STRAIN_TEAM, STRAIN_THANKS, STRAIN_MOVE, STRAIN_MISSING)
