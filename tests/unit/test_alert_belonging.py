"""What belongs to one incident: parts that moved together, what the desk showed of it, and what is no part of it."""

from dataclasses import replace

import numpy as np

from forecasting.alerts.grouping import signals_of
from forecasting.alerts.impact import Desk, impact_of
from forecasting.alerts.incidents import incidents_of
from forecasting.alerts.judging import Judged
from forecasting.alerts.rows import alert_row
from forecasting.alerts.watched import Watched
from metrics.reading import Style
from tests.support.judged import DAYS, FIRST, judged, of_areas

STYLE = Style()


def test_a_shift_of_a_team_is_told_of_the_few_categories_that_make_it_up() -> None:
    campaign = of_areas("tickets_created", {(0, 31): 1, (7, 31): 1}, {1: 13, 2: 15, 3: 13})
    (incident,) = incidents_of(signals_of(campaign))
    assert [signal.part.value for signal in incident.signals] == ["Delivery", "Orders"]  # 8 of 11 more a day
    assert incident.raised - FIRST == 31
    unnoticed = replace(campaign, seen=replace(campaign.seen, score=np.where(campaign.alerts != 0, 1.3, 0.1)))
    (incident,) = incidents_of(signals_of(unnoticed))
    assert incident.lead.part.value == "Front"


def test_where_everything_rises_no_few_categories_are_named() -> None:
    growth = of_areas("tickets_created", {(0, 31): 1}, dict.fromkeys(range(1, 7), 13.0))
    (incident,) = incidents_of(signals_of(growth))
    assert incident.lead.part.dimension == "all"


def test_what_falls_back_after_a_rise_is_its_end_and_no_news() -> None:
    alerts = {(0, 31): 1, (7, 31): 1, (1, 44): -1}
    (incident,) = incidents_of(signals_of(of_areas("tickets_created", alerts, {1: 13, 2: 15, 3: 13})))
    assert [signal.sign for signal in incident.signals] == [1, 1, -1]
    assert "fell" not in alert_row(incident, impact_of(incident, Desk(60.0, {"": 360.0})), "", 0, STYLE)["says"]


def test_a_rate_that_falls_in_three_categories_at_once_is_one_matter_of_the_desk() -> None:
    falls = {row: 0.5 for row in (1, 4, 6)}
    late = of_areas("sla_attainment", {(row, 30 + row): -1 for row in falls}, falls)
    (incident,) = incidents_of(signals_of(late))
    assert incident.lead.part.dimension == "all"
    two = of_areas("sla_attainment", {(row, 30 + row): -1 for row in (1, 4)}, {row: 0.5 for row in (1, 4)})
    assert [one.lead.part.value for one in incidents_of(signals_of(two))] == ["Orders", "Billing"]


def test_what_was_known_first_leads_though_another_began_to_alert_before_it() -> None:
    fcr = judged("fcr", {(1, d): -1 for d in (32, 33)}, {(1, d): 0.4 for d in (32, 33)})
    reopen = judged("reopen_rate_worked", {(1, 30): 1}, {(1, 30): 0.9})
    final = slice(None), slice(0, DAYS - 7)  # a reopen is final after a fortnight, a first contact after a week
    seen = Watched(**{name: told[final] for name, told in vars(reopen.seen).items()})
    panel = replace(reopen.panel, total=reopen.panel.total[final], rows=reopen.panel.rows[final])
    younger = Judged(panel, seen, reopen.alerts[final], reopen.excess[final])
    (incident,) = incidents_of([signal for told in (younger, fcr) for signal in signals_of(told)])
    assert [signal.family.metric for signal in incident.signals] == ["fcr", "reopen_rate_worked"]


def test_a_rate_that_falls_where_a_rush_was_is_a_matter_of_its_own() -> None:
    """The rush was told before it and of the same category; only what follows load joins it."""
    rush = judged("tickets_created", {(1, 30): 1}, {(0, 30): 60, (1, 30): 40})
    fcr = judged("fcr", {(1, d): -1 for d in range(33, 45)}, {(1, d): 0.4 for d in range(33, 45)})
    late = judged("sla_attainment", {(1, 33): -1}, {(1, 33): 0.3})
    found = incidents_of([signal for told in (fcr, late, rush) for signal in signals_of(told)])
    assert [[signal.family.metric for signal in one.signals] for one in found] == [
        ["tickets_created", "sla_attainment"],
        ["fcr"],
    ]


def test_what_the_desk_showed_while_categories_crept_up_is_part_of_their_incident() -> None:
    """A rush of the desk on a Sunday, six days before it can be told that Delivery and Orders creep up."""
    creeping = of_areas("tickets_created", {(0, 27): 1, (1, 33): 1, (2, 33): 1}, {1: 13, 2: 15})
    since = creeping.seen.since.copy()
    since[0, 27] = 27  # a day by itself
    (incident,) = incidents_of(signals_of(replace(creeping, seen=replace(creeping.seen, since=since))))
    assert [signal.part.value for signal in incident.signals] == ["Delivery", "Orders", ""]
    assert incident.raised - FIRST == 27
    assert incident.lead.raised - FIRST == 33
    elsewhere = creeping.excess.copy()
    elsewhere[1:3, 27], elsewhere[4:7, 27] = 0, 4  # that day it was other categories
    moved = replace(creeping, excess=elsewhere, seen=replace(creeping.seen, since=since))
    assert len(incidents_of(signals_of(moved))) == 2


def test_a_days_rush_within_days_in_which_another_category_crept_up_is_the_same_matter() -> None:
    """Returns rushed on day 26; that Delivery crept up since day 25 could only be told on day 35."""
    both = of_areas("tickets_created", {(3, 26): 1, (2, 35): 1}, {2: 15, 3: 13})
    since = both.seen.since.copy()
    since[3, 26] = 26
    (incident,) = incidents_of(signals_of(replace(both, seen=replace(both.seen, since=since))))
    assert incident.lead.part.value == "Returns"
    assert {signal.part.value for signal in incident.others} == {"Delivery", "Returns"}
    since[2, 35] = 34  # nothing had begun when Returns rushed
    apart = incidents_of(signals_of(replace(both, seen=replace(both.seen, since=since))))
    assert [one.lead.raised - FIRST for one in apart] == [26, 35]
