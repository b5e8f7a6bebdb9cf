"""From alerts to incidents: what belongs together, what it is told of, what it costs, how it reads, what is ahead."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecasting.alerts.early import hours_until, missed
from forecasting.alerts.grouping import signals_of
from forecasting.alerts.impact import Desk, impact_of
from forecasting.alerts.incidents import incidents_of
from forecasting.alerts.judging import ExpectedMark, believed, explained
from forecasting.alerts.judging import judged as judge
from forecasting.alerts.rows import alert_row, identity
from forecasting.volume.series import Calendar, Event
from metrics import metric_named
from metrics.narrative_alerts import alert_reads, breach_reads, growth_reads, intake_reads, spread_reads
from metrics.reading import Style
from tests.support.judged import BY_NAME, FIRST, PARTS, judged

STYLE = Style()


def test_one_rush_in_all_its_parts_is_one_incident_told_of_what_explains_it() -> None:
    up = {(row, day): 1 for row in (0, 1, 3) for day in (30, 31)}
    rush = judged("tickets_created", up, {(0, 30): 80, (1, 30): 58, (3, 30): 55, (0, 31): 60, (1, 31): 40, (3, 31): 30})
    (incident,) = incidents_of(signals_of(rush))
    assert (incident.lead.part.value, incident.raised - FIRST, incident.last - FIRST) == ("Billing", 30, 31)
    assert incident.lead.share(1) == pytest.approx(58 / 60)
    assert not incident.others


def test_what_no_part_explains_is_told_of_the_desk() -> None:
    up = {(row, 30): 1 for row in range(5)}
    wave = judged("tickets_created", up, {(0, 30): 80, (1, 30): 40, (2, 30): 40, (3, 30): 40, (4, 30): 40})
    (incident,) = incidents_of(signals_of(wave))
    assert incident.lead.part.dimension == "all"


def test_two_parts_the_desk_does_not_show_are_two_matters() -> None:
    apart = judged("tickets_created", {(1, 30): 1, (2, 31): 1, (3, 30): 1}, {(1, 30): 40, (2, 31): 42, (3, 30): 38})
    assert [incident.lead.part.value for incident in incidents_of(signals_of(apart))] == ["Billing", "App"]


def test_a_rush_beside_another_matter_takes_only_its_own() -> None:
    """App crept up for days; then Billing rushed, which all of the desk shows."""
    alerts = {(2, 28): 1, (0, 28): 1, (0, 30): 1, (1, 30): 1, (4, 30): 1}
    both = judged("tickets_created", alerts, {(0, 28): 52, (2, 28): 33, (0, 30): 90, (1, 30): 68, (4, 30): 60})
    found = incidents_of(signals_of(both))
    assert [(i.lead.part.value, i.raised - FIRST) for i in found] == [("App", 28), ("Billing", 30)]


def test_days_merge_within_three_for_counts_and_seven_for_rates() -> None:
    counts = judged("tickets_created", {(0, 20): 1, (0, 23): 1, (0, 27): 1}, {(0, d): 80 for d in (20, 23, 27)})
    assert [(s.raised - FIRST, s.last - FIRST) for s in signals_of(counts)] == [(20, 23), (27, 27)]
    rates = judged("fcr", {(0, 20): -1, (0, 27): -1, (0, 35): -1}, {(0, d): 0.4 for d in (20, 27, 35)})
    assert [(s.raised - FIRST, s.last - FIRST) for s in signals_of(rates)] == [(20, 27), (35, 35)]


def test_metrics_that_tell_of_one_thing_are_one_incident_and_good_news_is_none() -> None:
    fcr = judged("fcr", {(1, d): -1 for d in (30, 31)}, {(1, 30): 0.4, (1, 31): 0.4, (0, 30): 0.55, (0, 31): 0.55})
    reopen = judged("reopen_rate_worked", {(1, 33): 1}, {(1, 33): 0.9, (0, 33): 0.8})
    csat = judged("csat", {(2, 40): 1}, {(2, 40): 0.9})
    found = incidents_of([signal for told in (csat, reopen, fcr) for signal in signals_of(told)])
    assert [(i.lead.family.metric, [s.family.metric for s in i.others]) for i in found] == [
        ("fcr", ["reopen_rate_worked"])
    ]


def test_a_rush_takes_its_consequences_with_it() -> None:
    rush = judged("tickets_created", {(1, 30): 1}, {(0, 30): 80, (1, 30): 60})
    backlog = judged("backlog_waiting_on_us", {(2, 32): 1}, {(2, 32): 60})
    late = judged("sla_attainment", {(0, 50): -1}, {(0, 50): 0.3})
    found = incidents_of([signal for told in (late, backlog, rush) for signal in signals_of(told)])
    assert [[s.family.metric for s in i.signals] for i in found] == [
        ["tickets_created", "backlog_waiting_on_us"],
        ["sla_attainment"],
    ]


def test_of_many_faint_alerts_a_day_few_are_believed() -> None:
    told = judged("tickets_created", {(row, 30): 1 for row in range(5)}, {})
    strong = believed([told])[0].alerts[:, 30]
    assert strong.tolist() == [1] * 5
    score = told.seen.score.copy()
    score[:, 30] = [1.01, 0.1, 0.1, 0.1, 0.1]
    others = [
        replace(told, alerts=np.zeros_like(told.alerts), seen=replace(told.seen, score=score * 0)) for _ in range(9)
    ]
    faint = replace(told, seen=replace(told.seen, score=score))
    assert not believed([faint, *others])[0].alerts[:, 30].any()
    assert believed([faint])[0].alerts[0, 30] == 1  # alone among five it would be


def test_what_is_planned_or_expected_is_explained() -> None:
    told = judged("tickets_created", {}, {}).panel
    sale = Event("campaign", "Sale", FIRST + 10, FIRST + 12)
    quiet = explained(told, [(sale, "Billing")], [])
    assert quiet[:, 11].tolist() == [True, True, False, True, True]  # not the other category
    outage = Event("outage", "Down", FIRST + 10, FIRST + 12)
    assert not explained(told, [(outage, "")], []).any()
    mark = ExpectedMark("tickets_created", "category", "App", date(2026, 1, 21), date(2026, 1, 22))
    assert explained(told, [], [mark])[:, 20].tolist() == [True, False, True, True, True]
    assert not explained(told, [], [replace(mark, metric="fcr")]).any()


def test_cost_is_excess_tickets_times_their_handling() -> None:
    rush = judged("tickets_created", {(1, 30): 1}, {(0, 30): 80, (1, 30): 60})
    (incident,) = incidents_of(signals_of(rush))
    impact = impact_of(incident, Desk(40.0, {"": 900.0, "Billing": 1800.0}))
    assert impact.hours == pytest.approx(20.0)  # 40 tickets of half an hour
    assert impact.days_worth == pytest.approx(2.0)  # an ordinary day is 40 tickets of a quarter
    assert impact.severity == "critical"
    assert replace(impact, hours=3.0).severity == "slight"
    late = judged("sla_attainment", {(0, 31): -1}, {(0, 31): 0.0})
    (both,) = incidents_of([*signals_of(rush), *signals_of(late)])
    assert impact_of(both, Desk(200.0, {"": 900.0, "Billing": 1.0})).hours == pytest.approx(40 / 3600)  # its own cost
    assert impact_of(both, Desk(200.0, {"": 900.0, "Billing": 1.0})).days_worth == pytest.approx(0.14)  # 28 promises
    drop = judged("fcr", {(1, 30): -1}, {(1, 30): 0.4})
    (incident,) = incidents_of(signals_of(drop))
    assert impact_of(incident, Desk(40.0, {"": 900.0})).people == pytest.approx(6.0)  # 20 tickets, 30 points


def test_an_incident_keeps_its_number_while_it_goes_on() -> None:
    short = judged("tickets_created", {(1, 30): 1}, {(0, 30): 80, (1, 30): 60})
    longer = judged("tickets_created", {(1, 30): 1, (1, 31): 1}, {(0, 30): 80, (1, 30): 60, (1, 31): 60, (0, 31): 80})
    (first,), (second,) = signals_of(short), signals_of(longer)
    assert identity(first) == identity(second)
    (incident,) = incidents_of([second])
    row = alert_row(incident, impact_of(incident, Desk(40.0, {"": 900.0})), "Sale", 0, STYLE)
    assert (row["observed"], row["expected"]) == (60.0, 20.0)
    assert (row["raised_on"], row["last_on"], row["is_open"]) == (date(2026, 1, 31), date(2026, 2, 1), False)
    assert row["says"] == (
        "Tickets created about Billing rose from 31 Jan to 1 Feb: 60 a day where 20 were expected; "
        "about 20 hours of work more. Sale coincides."
    )


ALERT = {
    "direction": "down",
    "dimension": "team",
    "value": "Front",
    "began_on": date(2026, 10, 20),
    "last_on": date(2026, 10, 23),
    "is_open": True,
    "observed": 0.505,
    "expected": 0.677,
    "hours": None,
    "people": 227.4,
    "cause": "",
    "is_expected": False,
}


@pytest.mark.parametrize(
    ("changes", "reads"),
    [
        (
            {},
            "First contact resolution of team Front fell since 20 Oct: 50.5\u202f% where 67.7\u202f% was expected; "
            "about 227 people affected. With it reopen rate rose.",
        ),
        (
            {"direction": "up", "dimension": "all", "value": "", "observed": 0.8, "people": float("nan")},
            "First contact resolution rose since 20 Oct: 80.0\u202f% where 67.7\u202f% was expected. "
            "With it reopen rate rose.",
        ),
        (
            {"is_open": True, "people": None, "hours": 1.2},
            "First contact resolution of team Front fell since 20 Oct: 50.5\u202f% where 67.7\u202f% was expected; "
            "about 1 hour of work more. With it reopen rate rose.",
        ),
        (
            {"is_open": False, "last_on": date(2026, 10, 20), "hours": -3.2, "cause": "Release 7"},
            "First contact resolution of team Front fell on 20 Oct: 50.5\u202f% where 67.7\u202f% was expected; "
            "about 3 hours of work less. With it reopen rate rose. Release 7 coincides.",
        ),
    ],
)
def test_an_alert_reads_as_a_sentence(changes: dict[str, object], reads: str) -> None:
    assert alert_reads({**ALERT, **changes}, metric_named("fcr"), STYLE, ["reopen rate rose"]) == reads


def test_what_is_ahead_reads_as_a_sentence() -> None:
    assert breach_reads(4, 30, 2.34, STYLE) == (
        "at the pace of late 4 of 30 targets due soon are missed, the first in 2.3 h."
    )
    assert breach_reads(4, 30, 0.0, STYLE).endswith("the first now.")
    assert growth_reads("Ticket debt", 90, 60, 100, 50, STYLE) == (
        "Ticket debt grew from 60 to 90 in two weeks; "
        "at that pace it passes the most of the quarter before (100) in 2 days."
    )
    assert growth_reads("Ticket debt", 120, 60, 100, 0, STYLE).endswith("beyond all of the quarter before (100).")
    assert "begins at 40" in intake_reads(55, 40, STYLE)
    assert spread_reads(8, 9).endswith("not one person's doing.")
    assert spread_reads(1, 1).startswith("One person")
    assert spread_reads(2, 9) == "It shows with 2 of 9 people."


def test_targets_are_missed_where_the_most_urgent_served_first_do_not_suffice() -> None:
    """Two an hour: done after .5, 1, 1.5 hours. Due in .4 is missed; then .5, 1.0 and 1.4 against .5, 1.0 and 1.5."""
    assert missed([1.0, 0.4, 1.4, 0.5], 2.0) == [0.4, 1.4]
    assert missed([1.0, 2.0, 3.0], 1.0) == []
    assert missed([1.0, -2.0], 0.0) == [0.0, 1.0]
    assert missed([], 0.0) == []


def test_a_stock_that_grows_is_told_when_it_passes_its_limit() -> None:
    steady = 100 + 5.0 * np.arange(14)  # 165 at the end
    assert hours_until(steady, 175) == pytest.approx(48.0)
    assert hours_until(steady, 150) == 0
    assert hours_until(steady, 1000) is None  # months away
    assert hours_until(steady[::-1].copy(), 90) is None
    wobbling = 100 + np.tile([10.0, -10.0], 7)
    assert hours_until(wobbling, 105) is None


def test_a_category_is_not_told_of_under_a_segment_or_channel_that_began_before_it() -> None:
    slow = judged("aht", {(3, 28): 1, (3, 29): 1}, {(3, 28): 30, (3, 29): 30, (0, 28): 50})
    fcr = judged(
        "fcr", {(1, d): -1 for d in (31, 32)}, {(1, d): 0.3 for d in (31, 32)} | {(3, d): 0.3 for d in (31, 32)}
    )
    found = incidents_of([signal for told in (slow, fcr) for signal in signals_of(told)])
    assert [incident.lead.part.value for incident in found] == ["email", "Billing"]


def test_a_later_rush_does_not_take_what_was_told_before_it() -> None:
    fcr = judged("fcr", {(1, d): -1 for d in range(30, 45)}, {(1, d): 0.4 for d in range(30, 45)})
    rush = judged("tickets_created", {(1, 48): 1}, {(0, 48): 60, (1, 48): 40})
    (incident,) = incidents_of([signal for told in (rush, fcr) for signal in signals_of(told)])
    assert (incident.lead.family.metric, [s.family.metric for s in incident.others]) == ("fcr", ["tickets_created"])


def test_a_desk_that_would_be_quiet_without_one_part_is_told_of_that_part() -> None:
    up = {(row, 30): 1 for row in (0, 1)}
    both = judged("tickets_created", up, {(0, 30): 80, (1, 30): 46, (2, 30): 33})
    desk = both.seen.score.copy()
    desk[0, 30] = 1.2  # 26 of 40 are Billing's: without them .42, within the limit
    (incident,) = incidents_of(signals_of(replace(both, seen=replace(both.seen, score=desk))))
    assert incident.lead.part.value == "Billing"
    desk[0, 30] = 1.6 * 40 / 14  # without them it would still have alerted
    (incident,) = incidents_of(signals_of(replace(both, seen=replace(both.seen, score=desk))))
    assert incident.lead.part.value == ""


def test_slow_shifts_of_two_categories_the_desk_does_not_show_are_one_matter() -> None:
    shifts = judged("tickets_created", {(1, 30): 1, (2, 32): 1}, {(1, 30): 30, (2, 32): 32})
    since = shifts.seen.since.copy()
    since[1, 30] = since[2, 32] = 25
    slow = replace(shifts, seen=replace(shifts.seen, since=since))
    (incident,) = incidents_of(signals_of(slow))
    assert [signal.part.value for signal in incident.signals] == ["Billing", "App"]
    alone = impact_of(replace(incident, others=[]), Desk(40.0, {"": 360.0}))
    both = impact_of(incident, Desk(40.0, {"": 360.0}))
    assert both.hours == pytest.approx((alone.hours or 0) + 12 * 0.1)
    row = alert_row(incident, both, "", 0, STYLE)
    assert "With it tickets created about App rose" in row["says"]


def test_what_stands_there_in_the_evening_is_no_shift_of_its_own() -> None:
    told = judged("backlog_waiting_on_us", {}, {}).panel
    days = np.arange(450)
    level = np.where(days < 390, 100.0, 118.0)
    noise = np.random.default_rng(1).normal(0, 4, (len(PARTS), 450))
    grown = replace(told, first=FIRST - 390, total=np.round(level + noise), rows=np.ones((len(PARTS), 450)))
    assert not (judge(grown, Calendar(), [], []).alerts[:, 405:] != 0).any()
    came = replace(grown, family=BY_NAME["tickets_created"])
    assert (judge(came, Calendar(), [], []).alerts != 0).any()
