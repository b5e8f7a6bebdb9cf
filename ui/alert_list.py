"""The page Alerts: what is ahead, incidents with what speaks for them and what was said, and the rules' own record."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from journal import JournalRefused
from journal.alert_marks import MarkState
from metrics import METRICS
from metrics.days import short_day
from metrics.outlook import Outlook
from metrics.reading import day_reads, number
from ui.alert_evidence import what_speaks
from ui.alerts import Alert, alerts_of
from ui.choice import one_of
from ui.notes import journal_of
from ui.page import Page
from ui.tables import table
from ui.text import plain
from ui.weekly_parts import folded

OPEN, QUARTER, YEAR, EXPECTED = "Open", "Last quarter", "Last year", "Expected"
NONE = {
    OPEN: "Nothing deserves attention now.",
    EXPECTED: "Nothing that was planned or marked as expected shows in the past year.",
}
QUARTER_DAYS = 91
MOST_SHOWN = 30
STATES = {
    "new": "new",
    "acknowledged": "seen",
    "assigned": "taken on",
    "muted": "muted",
    "expected": "expected",
    "ended": "ended by itself",
}
COLOURS = {"critical": "red", "serious": "orange", "slight": "gray", "expected": "blue"}
ICONS = {  # told apart without colour too
    "critical": ":material/priority_high: ",
    "expected": ":material/event_available: ",
}


def show(page: Page) -> None:
    """Show the page."""
    found, alerts = alerts_of(page)
    if found.says:
        st.caption(plain(found.says))
    ahead(page, found)
    which = one_of("Show", [OPEN, QUARTER, YEAR, EXPECTED], "alerts_shown")
    since = page.build.local_as_of.date() - timedelta(days=QUARTER_DAYS)
    shown = [one for one in alerts if _is_asked(one, which, since)]
    evidence = found.read("alert_evidence", page.scope)
    bands = found.read("alert_band", page.scope)
    if not shown:
        st.caption(NONE.get(which, "There was no alert in this time."))
    for alert in shown[:MOST_SHOWN]:
        mine = evidence[evidence["incident_id"] == alert.key]
        _incident(page, alert, mine, bands[bands["incident_id"] == alert.key])
    expected_before(page)
    record(page, found)


def _is_asked(alert: Alert, which: str, since: date) -> bool:
    if which == OPEN:
        return bool(alert.row["is_open"]) and alert.state != "expected"
    if which == EXPECTED:
        return alert.state == "expected"
    return which == YEAR or bool(alert.row["last_on"] >= since)


def ahead(page: Page, found: Outlook) -> None:
    """Show what will go wrong unless something is done."""
    for row in found.read("alert_warning", page.scope).sort_values("hours_ahead").to_dict("records"):
        said = str(row["says"])
        st.warning(plain(f"{said[:1].upper()}{said[1:]}"), icon=":material/schedule:")


def _incident(page: Page, alert: Alert, evidence: pd.DataFrame, band: pd.DataFrame) -> None:
    row = alert.row
    with st.container(border=True, key=f"alert_{alert.key}"):
        badge = "expected" if alert.is_planned else str(row["severity"])
        colour, icon = COLOURS.get(badge, "gray"), ICONS.get(badge, "")
        st.markdown(f":{colour}-badge[{icon}{plain(badge)}] **{plain(alert.title)}**")
        st.text(str(row["says"]))
        st.caption(plain(_standing(alert)))
        if not alert.is_planned:
            _said(page, alert)
        with folded("What speaks for it", f"evidence_{alert.key}") as is_open:
            if is_open:
                what_speaks(page, alert, evidence, band)


def _standing(alert: Alert) -> str:
    row, mark = alert.row, None if alert.is_planned else alert.mark
    wait = (row["known_on"] - row["raised_on"]).days
    first = "would have been told on" if alert.is_planned else "first alert"
    said = [f"{STATES.get(alert.state, alert.state)}", f"{first} {day_reads(row['raised_on'])}"]
    if wait > 1:
        said.append(f"final {wait} days later")
    if mark is not None and alert.state == mark.state:
        if mark.state == "assigned":
            said.append(f"by {mark.assignee}")
        if mark.muted_until is not None and mark.state == "muted":
            said.append(f"until {day_reads(mark.muted_until)}")
        said.append(f"said by {mark.changed_by}")
        if mark.note:
            said.append(mark.note)
    return " · ".join(said)


def _said(page: Page, alert: Alert) -> None:
    """Offer what can be said of an alert."""
    with st.container(horizontal=True):
        if alert.state in ("new", "ended") and st.button("Seen", key=f"seen_{alert.key}", icon=":material/visibility:"):
            _mark(page, alert, "acknowledged")
        with st.popover("Take on", icon=":material/assignment_ind:"), st.form(f"take_{alert.key}", border=False):
            who = st.text_input("Who", max_chars=80)
            if st.form_submit_button("Take it on"):
                _mark(page, alert, "assigned", assignee=who)
        with st.popover("Mute", icon=":material/notifications_off:"), st.form(f"mute_{alert.key}", border=False):
            until = st.date_input("Until", value=page.build.local_as_of.date() + timedelta(days=7))
            if st.form_submit_button("Mute it"):
                _mark(page, alert, "muted", muted_until=until)
        with st.popover("Expected", icon=":material/event_available:"), st.form(f"expect_{alert.key}", border=False):
            st.caption("A campaign, a move, a change everybody knew of: such days are neither usual nor news.")
            why = st.text_input("Why", max_chars=120)
            days = st.date_input("Days", (alert.row["began_on"], alert.row["last_on"]))
            if st.form_submit_button("Mark as expected"):
                _mark(page, alert, "expected", note=why, days=days)


def _mark(page: Page, alert: Alert, state: MarkState, days: Any = (), **said: Any) -> None:
    row = alert.row
    since, until = days if len(days) == 2 else (row["began_on"], row["last_on"])
    metric, direction, dimension, value = (str(row[name]) for name in ("metric", "direction", "dimension", "value"))
    about: dict[str, Any] = {"metric": metric, "direction": direction, "dimension": dimension, "value": value, **said}
    try:
        journal_of(page).mark_alert(state, since=since, until=until, teams=json.loads(row["team_keys"]), **about)
    except JournalRefused as refused:
        st.error(plain(str(refused)))
        return
    st.rerun()


def expected_before(page: Page) -> None:
    """List what was marked as expected: the rules leave these days out, so they are no alerts any more."""
    marks = journal_of(page).alert_marks(states=["expected"])
    if not marks:
        return
    with folded("Marked as expected", "alerts_expected") as is_open:
        if not is_open:
            return
        for mark in reversed(marks):
            metric = METRICS.get(mark.metric)
            where = "the whole desk" if mark.dimension == "all" else mark.value
            title = metric.title if metric else mark.metric
            st.text(f"{title}, {where}: {_days(mark.since, mark.until)}. {mark.note}".strip())
            if st.button("No longer", key=f"unmark_{mark.entry_id}", type="tertiary"):
                journal_of(page).delete(mark)
                st.rerun()
        st.caption("The next run of the pipeline takes note of it.")


def _days(since: date, until: date) -> str:
    return short_day(since) if since == until else f"{short_day(since)} to {short_day(until)}"


def record(page: Page, found: Outlook) -> None:
    """Show how often each rule spoke in the past year, and how often nothing explains why."""
    rules = found.read("alert_rule", page.scope)
    if rules.empty:
        return
    style = page.style
    with folded("How often these rules are wrong", "alerts_record") as is_open:
        if not is_open:
            return
        total = float(rules["a_month"].sum())
        st.caption(
            plain(
                f"At most {style.number(total, 1)} a month may have been false: so many incidents of the past year had "
                "no cause anybody wrote down. Real ones are among them."
            )
        )
        shown = [
            {
                "metric": METRICS[row["metric"]].title if row["metric"] in METRICS else row["metric"],
                "series": style.number(row["series"]),
                "incidents": style.number(row["incidents"]),
                "explained": style.number(row["explained"]),
                "detectable": style.percent(row["detectable"], 0) if number(row["detectable"]) is not None else "–",
            }
            for row in rules.to_dict("records")
        ]
        heads = {
            "metric": "Metric",
            "series": "Parts watched",
            "incidents": "Incidents in a year",
            "explained": "Explained",
            "detectable": "A day's change that would alert",
        }
        table(pd.DataFrame(shown), heads, alt="How often each rule spoke")
