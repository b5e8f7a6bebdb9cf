"""The tables of the step ``alerts``: incidents, what speaks for them, how often rules speak, and warnings."""

from __future__ import annotations

from typing import Final, Literal, get_args

from metrics.outlook_kinds import OutlookTable

Severity = Literal["critical", "serious", "slight"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)  # the gravest first

ALERT = OutlookTable(
    "alert",
    "alerts",
    "an incident of the past year; key: incident_id",
    (
        ("incident_id", "text"),  # of metric, direction, part and first alerting day
        ("team_keys", "text"),
        ("metric", "text"),  # that leads
        ("direction", "text"),  # up or down
        ("is_worse", "boolean"),
        ("dimension", "text"),  # all, category, channel, segment or team
        ("value", "text"),  # of the dimension; empty for all
        ("began_on", "day"),  # where the departure began, as far as can be told
        ("raised_on", "day"),  # the first alerting day
        ("known_on", "day"),  # when that day was final: what waiting for maturity costs
        ("last_on", "day"),  # the newest alerting day
        ("is_open", "boolean"),  # it goes on, or may: its newest day is among the last that are final
        ("severity", "text"),  # critical, serious or slight
        ("hours", "number"),  # of work it cost, or null
        ("people", "number"),  # affected, or null
        ("observed", "number"),  # over its days, in the metric's unit
        ("expected", "number"),
        ("low", "number"),  # 95 % of such days, on its strongest day
        ("high", "number"),
        ("score", "number"),  # the strongest evidence over its limit
        ("cause", "text"),  # what coincides, or empty
        ("is_expected", "boolean"),  # a planned event of the calendar, its cause, explains it: it needs nobody
        ("says", "text"),
    ),
)

ALERT_EVIDENCE = OutlookTable(
    "alert_evidence",
    "alerts",
    "something that speaks for an incident; key: incident_id, kind, rank",
    (
        ("incident_id", "text"),
        ("team_keys", "text"),
        ("kind", "text"),  # signal, part, cause, spread or ticket
        ("rank", "integer"),
        ("metric", "text"),
        ("dimension", "text"),
        ("value", "text"),  # of the dimension; the number of a ticket
        ("day", "day"),
        ("observed", "number"),
        ("expected", "number"),
        ("share", "number"),  # of the whole desk's excess
        ("link", "text"),  # of a ticket
        ("says", "text"),
    ),
)

ALERT_BAND = OutlookTable(
    "alert_band",
    "alerts",
    "a day around an incident of the last quarter, for its leading metric and part; key: incident_id, day",
    (
        ("incident_id", "text"),
        ("team_keys", "text"),
        ("day", "day"),
        ("observed", "number"),
        ("expected", "number"),
        ("low", "number"),
        ("high", "number"),
        ("is_alert", "boolean"),
    ),
)

ALERT_RULE = OutlookTable(
    "alert_rule",
    "alerts",
    "a metric that is watched; key: metric",
    (
        ("metric", "text"),
        ("team_keys", "text"),
        ("series", "integer"),  # parts of the desk with enough volume
        ("days", "integer"),  # judged
        ("incidents", "integer"),  # of those days that it leads
        ("explained", "integer"),  # of them: a cause coincides
        ("a_month", "number"),  # unexplained incidents: the most that can have been false
        ("detectable", "number"),  # of the whole desk: the change of one day that would just alert, as a share
    ),
)

ALERT_WARNING = OutlookTable(
    "alert_warning",
    "alerts",
    "what will go wrong unless something is done; key: kind, dimension, value",
    (
        ("kind", "text"),  # sla, backlog, intake or debt
        ("dimension", "text"),
        ("value", "text"),
        ("team_keys", "text"),
        ("hours_ahead", "number"),  # until it happens; 0 where it has
        ("observed", "number"),
        ("limit", "number"),
        ("says", "text"),
    ),
)

ALERT_TABLES: tuple[OutlookTable, ...] = (ALERT, ALERT_EVIDENCE, ALERT_BAND, ALERT_RULE, ALERT_WARNING)
