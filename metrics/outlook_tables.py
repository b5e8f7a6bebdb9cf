"""The tables that are computed after publication: what ``forecasting`` writes and ``metrics.outlook`` reads.

Every table has ``team_keys``: the teams a row is about, as a sorted JSON list, ``[]`` for the whole desk. It decides
who may see the row.
"""

from __future__ import annotations

from metrics.outlook_alerts import ALERT_TABLES
from metrics.outlook_kinds import STORED, OutlookTable
from metrics.outlook_staffing import STAFFING_TABLES
from metrics.outlook_strain import STRAIN_TABLES
from metrics.outlook_topics import TOPIC_TABLES
from metrics.outlook_volume import VOLUME_TABLES

__all__ = ["STEPS", "STORED", "TABLES", "OutlookTable"]

INTERVENTION_EFFECT = OutlookTable(
    "intervention_effect",
    "interventions",
    "an intervention of the journal; key: intervention_id",
    (
        ("intervention_id", "integer"),
        ("team_keys", "text"),
        ("title", "text"),
        ("metric", "text"),
        ("direction", "text"),  # where it should go: up or down
        ("happened_on", "day"),
        ("verdict", "text"),  # worked, no visible effect, got worse, too early, cannot tell
        ("reason", "text"),  # why there is no effect to tell; empty where there is one
        ("effect", "number"),  # observed against expected: fraction points of a rate, a share of it otherwise
        ("low", "number"),  # interval of the effect: 95 % for all judged together
        ("high", "number"),
        ("together", "integer"),  # interventions judged of the same weeks, this one included
        ("is_relative", "boolean"),  # the effect is a share of what was expected, not a difference of fractions
        ("observed", "number"),  # over the days after, in the metric's unit
        ("expected", "number"),  # the same days, had nothing been done
        ("rows_before", "number"),
        ("rows_after", "number"),
        ("first_day", "day"),
        ("last_day", "day"),  # younger days are not mature, or beyond what is looked at
        ("days_before", "integer"),
        ("days_after", "integer"),
        ("days_needed", "integer"),  # after it, before anything is said
        ("has_control", "boolean"),
        ("is_season_known", "boolean"),  # enough was known before to tell a season from a trend
    ),
)

INTERVENTION_PATH = OutlookTable(
    "intervention_path",
    "interventions",
    "an intervention and day; key: intervention_id, day",
    (
        ("intervention_id", "integer"),
        ("team_keys", "text"),
        ("day", "day"),
        ("is_after", "boolean"),
        ("observed", "number"),  # in the metric's unit; null where nothing was counted
        ("rows", "number"),  # the day's denominator; null for counts
        ("fitted", "number"),  # the model's line through what was observed
        ("expected", "number"),  # had nothing been done: the same line before, the counterfactual after
        ("expected_low", "number"),  # 95 % band of the line, not of single days
        ("expected_high", "number"),
    ),
)

TABLES: dict[str, OutlookTable] = {
    t.name: t
    for t in (
        INTERVENTION_EFFECT,
        INTERVENTION_PATH,
        *ALERT_TABLES,
        *VOLUME_TABLES,
        *STAFFING_TABLES,
        *STRAIN_TABLES,
        *TOPIC_TABLES,
    )
}
STEPS: tuple[str, ...] = tuple(dict.fromkeys(t.step for t in TABLES.values()))
