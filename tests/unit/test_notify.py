"""What is due to whom: once a matter, again when it worsens or ends, not too soon, not at night, in their own scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import BadSetting
from config.settings import Settings
from journal import Delivery, DeliveryState
from metrics.outlook_alerts import SEVERITIES
from metrics.scope import Scope
from reports.notify.due import Event, due, retry_at
from reports.notify.matters import Matter, expected
from reports.notify.subscribers import Subscriber, subscribers
from reports.notify.wording import identity, news_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # ten in Berlin
KIM = Subscriber("kim@example.com")
WHOLE = Scope(KIM.name, None, "executive")
RUSH = Matter(
    metric="tickets_created",
    direction="up",
    dimension="category",
    value="Billing",
    teams=frozenset(),
    since=date(2026, 11, 18),
    until=date(2026, 11, 19),
    severity="serious",
    size=20.0,
    is_open=True,
    is_held=False,
    title="Tickets created about Billing rose",
    says="Tickets created about Billing rose.",
)
GROWING = replace(RUSH, metric="backlog", direction="", dimension="all", value="", title="The backlog grows")


def told(event: Event, at: datetime = NOW) -> Delivery:
    names = ("metric", "direction", "dimension", "value", "teams", "since", "until", "severity", "size")
    about = {name: getattr(event.matter, name) for name in names}
    number = identity([event], KIM)
    return Delivery(recipient=KIM.name, kind=event.kind, message_id=number, at=at, **about)


def asked(
    matters: Sequence[Matter], ledger: Sequence[Delivery] = (), at: datetime = NOW, who: Subscriber = KIM,
    everything: Sequence[Matter] | None = None, scope: Scope = WHOLE,
) -> list[Event]:  # fmt: skip
    return due(who, scope, matters, matters if everything is None else everything, ledger, at, BERLIN)


def kinds(events: Sequence[Event]) -> list[str]:
    return [event.kind for event in events]


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def test_a_matter_is_told_once() -> None:
    (event,) = asked([RUSH])
    assert event.kind == "raised"
    ledger = [told(event)]
    for hours in (0, 1, 13, 100):
        assert asked([RUSH], ledger, after(hours)) == []


def test_what_is_slight_is_not_told_to_who_wants_serious_matters() -> None:
    slight = replace(RUSH, severity="slight")
    assert asked([slight]) == []
    assert kinds(asked([slight], who=replace(KIM, least="slight"))) == ["raised"]
    assert asked([RUSH], who=replace(KIM, least="critical")) == []


@pytest.mark.parametrize("worse", [{"severity": "critical"}, {"size": 40.0}])
def test_worse_is_told_after_the_cool_down(worse: dict[str, Any]) -> None:
    ledger = [told(Event("raised", RUSH, ()))]
    graver = replace(RUSH, **worse)
    assert asked([graver], ledger, after(11)) == []
    (event,) = asked([graver], ledger, after(12))
    assert event.kind == "worse"
    assert asked([graver], [*ledger, told(event, after(12))], after(30)) == []
    assert asked([replace(RUSH, size=39.0)], ledger, after(30)) == []


def test_an_end_is_told_once_to_who_was_told_of_the_beginning() -> None:
    over = replace(RUSH, is_open=False)
    assert asked([over]) == []
    ledger = [told(Event("raised", RUSH, ()))]
    (event,) = asked([over], ledger, after(1))
    assert event.kind == "ended"
    assert asked([over], [*ledger, told(event, after(1))], after(40)) == []


def test_what_comes_back_is_told_again_after_the_cool_down() -> None:
    over = replace(RUSH, is_open=False)
    ledger = [told(Event("raised", RUSH, ()))]
    ledger.append(told(Event("ended", over, tuple(ledger)), after(1)))
    again = replace(RUSH, until=RUSH.until + timedelta(days=2))
    assert asked([again], ledger, after(12.5)) == []
    (event,) = asked([again], ledger, after(13))
    assert event.kind == "raised"
    assert identity([event], KIM) != ledger[0].message_id


def test_what_is_computed_no_longer_has_ended() -> None:
    ledger = [told(Event("raised", RUSH, ())), told(Event("raised", GROWING, ()))]
    events = asked([], ledger, after(1))
    assert kinds(events) == ["ended", "ended"]
    assert [event.matter.title for event in events] == [RUSH.title, GROWING.title]
    assert asked([], [*ledger, *(told(event, after(1)) for event in events)], after(30)) == []


def test_what_somebody_expected_or_may_not_see_any_more_ends_in_silence() -> None:
    ledger = [told(Event("raised", RUSH, ()))]
    assert asked([], ledger, after(1), everything=[RUSH]) == []
    held = replace(RUSH, is_held=True)
    assert asked([held], ledger, after(1)) == []
    assert asked([replace(held, severity="critical")], ledger, after(30)) == []


def test_who_lost_one_of_their_teams_is_not_told_of_an_end_there() -> None:
    red, blue = (replace(RUSH, dimension="team", value=name, teams=frozenset({name})) for name in ("Red", "Blue"))
    both, only_red = (Scope(KIM.name, frozenset(names), "executive") for names in (("Red", "Blue"), ("Red",)))
    ledger = [told(event) for event in asked([red, blue], scope=both)]
    over = asked([], ledger, after(1), scope=only_red)
    assert [(event.kind, event.matter.value) for event in over] == [("ended", "Red")]
    assert len(asked([], ledger, after(1), scope=both)) == 2
    whole = [told(Event("raised", RUSH, ()))]
    assert asked([], whole, after(1), scope=only_red) == []


def test_an_incident_told_of_another_day_or_level_is_the_same() -> None:
    ledger = [told(Event("raised", replace(RUSH, dimension="all", value=""), ()))]
    assert asked([RUSH], ledger, after(20)) == []
    earlier = replace(RUSH, since=RUSH.since - timedelta(days=3))
    assert asked([earlier], [told(Event("raised", RUSH, ()))], after(20)) == []
    other = replace(RUSH, value="Access")
    assert kinds(asked([RUSH, other], [told(Event("raised", RUSH, ()))], after(20))) == ["raised"]
    later = replace(RUSH, since=RUSH.since + timedelta(days=30), until=RUSH.until + timedelta(days=30))
    assert "raised" in kinds(asked([later], [told(Event("raised", RUSH, ()))], after(24 * 30)))


def test_a_warning_is_one_for_as_long_as_it_lasts() -> None:
    ledger = [told(Event("raised", GROWING, ()))]
    later = replace(GROWING, since=GROWING.since + timedelta(days=40), until=GROWING.until + timedelta(days=40))
    assert asked([later], ledger, after(24 * 40)) == []


@pytest.mark.parametrize(
    ("hour", "severity", "wakes", "is_told"),
    [  # quiet from 20 to 7 in Berlin, which is 19 to 6 in UTC
        (18, "serious", None, True),
        (19, "serious", None, False),
        (23, "critical", None, False),
        (23, "critical", "critical", True),
        (23, "serious", "critical", False),
        (5, "serious", None, False),
        (6, "serious", None, True),
    ],
)
def test_quiet_hours_span_midnight(hour: int, severity: Any, wakes: Any, is_told: bool) -> None:
    quiet = replace(KIM, quiet=(time(20), time(7)), quiet_except=wakes)
    assert bool(asked([replace(RUSH, severity=severity)], at=NOW.replace(hour=hour), who=quiet)) == is_told


def test_a_digest_goes_once_a_day() -> None:
    daily = replace(KIM, is_digest=True, digest_at=time(8))
    other = replace(RUSH, value="Access")
    (event,) = asked([RUSH], who=daily)
    ledger = [told(event)]
    assert asked([RUSH, other], ledger, after(13), who=daily) == []
    eight = datetime(2026, 11, 21, 8, tzinfo=BERLIN)
    assert asked([RUSH, other], ledger, eight - timedelta(minutes=1), who=daily) == []
    assert kinds(asked([RUSH, other], ledger, eight, who=daily)) == ["raised"]


def test_failures_are_tried_again_later_each_time() -> None:
    state = DeliveryState(KIM.name, None, 0, None, "")
    assert retry_at(state) is None
    waits = [retry_at(replace(state, failures=n, last_failed_at=NOW)) for n in (1, 2, 3, 30)]
    assert [wait - NOW for wait in waits if wait] == [timedelta(minutes=m) for m in (5, 10, 20, 360)]


def test_the_same_news_is_the_same_message_and_other_news_another() -> None:
    event = Event("raised", RUSH, ())
    same = news_of([replace(event, matter=replace(RUSH, says="In other words."))], KIM, "Billing", Settings())
    assert news_of([event], KIM, "Billing", Settings()).message_id == same.message_id
    for other in (replace(event, kind="worse"), replace(event, matter=replace(RUSH, value="Access"))):
        assert news_of([other], KIM, "Billing", Settings()).message_id != same.message_id
    assert news_of([event], replace(KIM, name="ana@example.com"), "Billing", Settings()).message_id != same.message_id
    hostile = news_of(
        [replace(event, matter=replace(RUSH, says="<b>x</b>\n", title="a\nBcc: eve"))], KIM, "Billing", Settings()
    )
    assert "<b>" not in hostile.html


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(SEVERITIES), st.booleans(), st.booleans(), st.booleans(), st.integers(1, 60),
            st.sampled_from([0.5, 3, 12, 24]),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_whatever_happens_each_beginning_is_told_once_before_its_end(days: list[Any]) -> None:
    """Raised, worse any number of times, ended; never two of the first or last in a row, updates never too close."""
    ledger: list[Delivery] = []
    now = NOW
    for severity, is_open, is_there, is_held, size, hours in days:
        now += timedelta(hours=hours)
        matter = replace(RUSH, severity=severity, is_open=is_open, is_held=is_held, size=float(size))
        for event in asked([matter] if is_there else [], ledger, now):
            assert not (ledger and event.kind == "worse") or now - ledger[-1].at >= KIM.cool_down
            ledger.append(told(event, now))
    was_open = False
    for one in ledger:
        assert was_open == (one.kind != "raised")
        was_open = one.kind != "ended"
    assert len({one.message_id for one in ledger}) == len(ledger)


def test_settings_hold_for_all_unless_a_recipient_says_otherwise() -> None:
    rows = [
        {"to": "kim@example.com", "teams": ["Billing"], "mode": "digest", "digest_at": "07:30"},
        {"channel": "support", "quiet": "", "cool_down": "30m"},
    ]
    table = {"least_severity": "critical", "quiet": "20:00-07:00", "quiet_except": "critical", "recipients": rows}
    kim, support = subscribers(replace(Settings(), alerts=table))
    assert (kim.name, kim.teams, kim.least, kim.is_digest, kim.digest_at) == (
        "kim@example.com", ("Billing",), "critical", True, time(7, 30),
    )  # fmt: skip
    assert (kim.quiet, kim.quiet_except, kim.channel) == ((time(20), time(7)), "critical", "")
    assert (support.name, support.channel, support.quiet, support.cool_down) == (
        "channel:support", "support", None, timedelta(minutes=30),
    )  # fmt: skip
    assert subscribers(Settings()) == []


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"recipient": []}, "unknown 'recipient'"),
        ({"recipients": "kim@example.com"}, "must be a list of tables"),
        ({"recipients": ["kim@example.com"]}, "number 1 must be a table"),
        ({"recipients": [{}]}, "either to .* or channel"),
        ({"recipients": [{"to": "a@example.com", "channel": "b"}]}, "either to .* or channel"),
        ({"recipients": [{"to": "a@example.com\nBcc: b@example.com"}]}, "one address"),
        ({"recipients": [{"channel": "https://x"}]}, "a name of a-z"),
        ({"recipients": [{"to": "a@example.com", "team": "x"}]}, "unknown 'team'"),
        ({"recipients": [{"to": "a@example.com", "teams": "x"}]}, "list of names"),
        ({"recipients": [{"to": "a@example.com"}] * 2}, "stands twice"),
        ({"recipients": [{"to": "a@example.com"}], "least_severity": "grave"}, "critical, serious, slight"),
        ({"recipients": [{"to": "a@example.com"}], "mode": "weekly"}, "at_once or digest"),
        ({"recipients": [{"to": "a@example.com"}], "quiet": "20:00"}, "hours such as"),
        ({"recipients": [{"to": "a@example.com"}], "quiet": "20:00-25:00"}, "time of day"),
        ({"recipients": [{"to": "a@example.com"}], "digest_at": 8}, "time of day"),
        ({"recipients": [{"to": "a@example.com"}], "cool_down": "1 day"}, "30m or 12h"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(table: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        subscribers(replace(Settings(), alerts=table))


def test_an_expected_mark_is_a_matter_that_is_held() -> None:
    from journal import AlertMark

    mark = AlertMark(
        entry_id=1, teams=frozenset(), created_by="kim", created_at=NOW, changed_by="kim", changed_at=NOW,
        metric=RUSH.metric, direction="up", dimension="category", value="Billing", since=RUSH.since, until=RUSH.until,
        state="expected", assignee="", muted_until=None, note="campaign",
    )  # fmt: skip
    assert asked([], [told(Event("raised", RUSH, ()))], after(20), everything=[expected(mark)]) == []
