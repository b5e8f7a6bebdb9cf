"""The tables that are computed after publication: what ``forecasting`` writes and ``metrics.outlook`` reads.

Every table has ``team_keys``: the teams a row is about, as a sorted JSON list, ``[]`` for the whole desk. It decides
who may see the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import TableClause, column, table

Kind = Literal["text", "integer", "number", "boolean", "day", "instant"]
STORED: dict[Kind, str] = {
    "text": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "day": "date",
    "instant": "timestamp",
}


@dataclass(frozen=True)
class OutlookTable:
    """A table of a step: ``grain`` says what one row is, ``columns`` are (name, kind) pairs."""

    name: str
    step: str
    grain: str
    columns: tuple[tuple[str, Kind], ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [name for name, _ in self.columns]

    @property
    def clause(self) -> TableClause:
        """The table as SQLAlchemy sees it."""
        return table(self.name, *(column(name) for name in self.names))


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
        ("low", "number"),  # 95 % interval of the effect
        ("high", "number"),
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

SERIES: tuple[tuple[str, Kind], ...] = (
    ("dimension", "text"),  # all, channel, category or team
    ("value", "text"),  # of the dimension: empty for all, (rest) for what has too little for a series of its own
    ("team_keys", "text"),
)

FORECAST = OutlookTable(
    "forecast",
    "volume",
    "a part of the desk and a day ahead: tickets to come; key: dimension, value, ds",
    (
        *SERIES,
        ("ds", "day"),  # of the reporting zone
        ("yhat", "number"),  # tickets expected; parts of a dimension add up to the total
        ("lo50", "number"),
        ("hi50", "number"),
        ("lo80", "number"),
        ("hi80", "number"),
        ("q80", "number"),  # not exceeded on four days of five: what to staff for
        ("model", "text"),  # members it is the mean of, or the plain model
    ),
)

FORECAST_BACKTEST = OutlookTable(
    "forecast_backtest",
    "volume",
    "a part of the desk: how such forecasts went at past cutoffs; key: dimension, value",
    (
        *SERIES,
        ("condition", "text"),  # sound, or why the plain model is used: empty, short, gappy, shifted, truncated
        ("model", "text"),
        ("windows", "integer"),  # past forecasts compared with what came
        ("first_day", "day"),  # of the series
        ("last_day", "day"),
        ("mean_per_day", "number"),  # over the last 56 days
        ("wape", "number"),  # share of the volume forecasts were off by; null where nothing can be told
        ("mase", "number"),
        ("ratio_to_naive", "number"),  # below 1 is better than repeating last week
        ("coverage50", "number"),
        ("coverage80", "number"),
        ("coverage80_week_1", "number"),
        ("coverage80_week_2", "number"),
        ("coverage80_week_3", "number"),
        ("coverage80_week_4", "number"),
        ("noise_floor", "number"),  # WAPE that chance alone leaves
        ("says", "text"),  # all of it in sentences
    ),
)

FORECAST_HOURLY = OutlookTable(
    "forecast_hourly",
    "volume",
    "a part of the desk (all, channel, team) and an hour ahead; key: dimension, value, ds, hour",
    (
        *SERIES,
        ("ds", "day"),
        ("hour", "integer"),  # 0 to 23, of the reporting zone
        ("yhat", "number"),
        ("q80", "number"),  # the day's q80, shared out
    ),
)

CALENDAR_EFFECT = OutlookTable(
    "calendar_effect",
    "volume",
    "a part of the desk and an event, or (title empty) a kind of event; key: dimension, value, kind, title, first_day",
    (
        *SERIES,
        ("kind", "text"),  # release, campaign or outage
        ("title", "text"),
        ("first_day", "day"),  # null for a kind
        ("days", "integer"),  # it lasted; of a kind: usually
        ("events", "integer"),
        ("effect", "number"),  # share added to the volume of those days: .18 is 18 % more
        ("low", "number"),  # 95 % interval
        ("high", "number"),
        ("says", "text"),
    ),
)

STAFFING_WORK = OutlookTable(
    "staffing_work",
    "staffing",
    "a team (all: a desk without teams), a kind of work and an hour ahead; key: value, work, ds, hour",
    (
        *SERIES,
        ("work", "text"),  # calls, chats or deferred
        ("ds", "day"),  # of the reporting zone
        ("hour", "integer"),
        ("yhat", "number"),  # calls, chats or written tickets expected
        ("q75", "number"),  # where the day's tickets are not exceeded on three days of four
        ("q80", "number"),  # on four of five: what is staffed for
        ("q90", "number"),
    ),
)

STAFFING_ASSUMPTION = OutlookTable(
    "staffing_assumption",
    "staffing",
    "a team and a kind of work: what is assumed about it; key: value, work",
    (
        *SERIES,
        ("work", "text"),
        ("handling_seconds", "number"),
        ("patience_seconds", "number"),  # of callers who give up; null: as long as it takes
        ("level", "number"),  # share to answer in time
        ("within_seconds", "number"),  # calls and chats
        ("within_open_hours", "number"),  # deferred work
        ("concurrency", "integer"),  # chats at once
        ("slow_down", "number"),  # how much longer chats take for each further one
        ("occupancy_cap", "number"),
        ("utilization_cap", "number"),
        ("in_shift", "number"),  # shrinkage; 0 where the roster names meetings and training itself
        ("absence", "number"),  # 0 where the roster names leave
        ("says", "text"),
    ),
)

STAFFING_NEED = OutlookTable(
    "staffing_need",
    "staffing",
    "a team and an hour ahead: people needed against the roster; key: value, ds, hour",
    (
        *SERIES,
        ("ds", "day"),
        ("hour", "integer"),
        ("is_open", "boolean"),
        ("at_work", "number"),  # people needed at work on tickets, at the day's q80
        ("needed", "number"),  # people to roster for that, shrinkage and utilization counted
        ("rostered", "number"),  # on tickets; null beyond the last rostered day
        ("gap", "number"),  # rostered less needed: below zero somebody is missing
        ("cost", "number"),  # of the people needed; null without a rate
    ),
)

BACKLOG_AHEAD = OutlookTable(
    "backlog_ahead",
    "staffing",
    "the desk or a team and a day ahead: what comes in, what can be closed, what stays open; key: dimension, value, ds",
    (
        *SERIES,
        ("ds", "day"),
        ("arrivals", "number"),
        ("arrivals_lo80", "number"),
        ("arrivals_hi80", "number"),
        ("capacity", "number"),  # tickets the rostered hours can close at the pace of the best weeks
        ("still_open", "number"),  # at the end of the day
        ("lo50", "number"),
        ("hi50", "number"),
        ("lo80", "number"),
        ("hi80", "number"),
    ),
)

BACKLOG_BACKTEST = OutlookTable(
    "backlog_backtest",
    "staffing",
    "the desk or a team: how the backlog is projected and how that went; key: dimension, value",
    (
        *SERIES,
        ("windows", "integer"),  # past projections compared with what came
        ("carried", "number"),  # share of a day's surplus that is there the next day
        ("error", "number"),  # tickets the projection was off by; null where nothing can be told
        ("usual_error", "number"),  # the same for the weekday's usual level
        ("coverage80", "number"),
        ("says", "text"),
    ),
)

TABLES: dict[str, OutlookTable] = {
    t.name: t
    for t in (
        INTERVENTION_EFFECT,
        INTERVENTION_PATH,
        FORECAST,
        FORECAST_BACKTEST,
        FORECAST_HOURLY,
        CALENDAR_EFFECT,
        STAFFING_WORK,
        STAFFING_ASSUMPTION,
        STAFFING_NEED,
        BACKLOG_AHEAD,
        BACKLOG_BACKTEST,
    )
}
STEPS: tuple[str, ...] = tuple(dict.fromkeys(t.step for t in TABLES.values()))
