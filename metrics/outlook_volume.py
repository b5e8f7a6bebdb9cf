"""The tables of the step ``volume``: how many tickets will come, how good that is, and what events did."""

from __future__ import annotations

from metrics.outlook_kinds import Kind, OutlookTable

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
        ("kind", "text"),  # release, campaign, outage or holiday
        ("title", "text"),
        ("first_day", "day"),  # null for a kind
        ("days", "integer"),  # it lasted; of a kind: usually
        ("events", "integer"),  # 0: it is ahead, and told by its kind
        ("effect", "number"),  # share added to the volume of those days: .18 is 18 % more
        ("low", "number"),  # 95 % interval
        ("high", "number"),
        ("says", "text"),
    ),
)

VOLUME_GROWTH = OutlookTable(
    "volume_growth",
    "volume",
    "a part of the desk: how its volume grows by the year; those of a year and a half and more; key: dimension, value",
    (
        *SERIES,
        ("growth", "number"),  # share added a year: .08 is 8 % more; season, holidays and events apart
        ("low", "number"),  # 95 % interval
        ("high", "number"),
        ("days", "integer"),  # it rests on
    ),
)

VOLUME_TABLES = (FORECAST, FORECAST_BACKTEST, FORECAST_HOURLY, CALENDAR_EFFECT, VOLUME_GROWTH)
