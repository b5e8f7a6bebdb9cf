"""The tables of the step ``staffing``: people needed against the roster, and the backlog to come."""

from __future__ import annotations

from metrics.outlook_kinds import OutlookTable
from metrics.outlook_volume import SERIES

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
    "the desk or a team and a day ahead: what comes, what can be handled, what stays open; key: dimension, value, ds",
    (
        *SERIES,
        ("ds", "day"),
        ("arrivals", "number"),
        ("arrivals_lo80", "number"),
        ("arrivals_hi80", "number"),
        ("capacity", "number"),  # tickets the rostered hours can handle; null without handling time, 0 without a roster
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

STAFFING_TABLES = (STAFFING_WORK, STAFFING_ASSUMPTION, STAFFING_NEED, BACKLOG_AHEAD, BACKLOG_BACKTEST)
