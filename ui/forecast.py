"""How much is coming: history, centre and bands, how sure that is, what events do, and the backlog to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import pandas as pd
import streamlit as st

from metrics import Question
from metrics.narrative_ahead import ahead_reads, growth_reads, keeping_up_reads
from metrics.outlook import Outlook, outlook, under_way
from metrics.reading import NOTHING, day_reads, number
from ui import exports
from ui.choice import one_of
from ui.fan import Fan, fan
from ui.page import Page
from ui.tables import table
from ui.text import plain
from ui.trend_data import Marker

PARTS: Final = {"The whole desk": "all", "Channel": "channel", "Category": "category", "Team": "team"}
SHOWN_WEEKS: Final = 13
REST: Final = "(rest)"
COLUMNS: Final = ["dimension", "value", "ds", "yhat", "lo50", "hi50", "lo80", "hi80", "q80", "model"]


@dataclass(frozen=True, eq=False)
class Ahead:
    """What was forecast, as this viewer may see it."""

    page: Page

    @cached_property
    def volume(self) -> Outlook:
        """The step that looks at volume."""
        return outlook("volume", self.page.house.settings)

    @cached_property
    def staffing(self) -> Outlook:
        """The step that looks at people and the backlog."""
        return outlook("staffing", self.page.house.settings)

    def rows(self, name: str) -> pd.DataFrame:
        """Return the rows of a table of either step; empty where it has not run."""
        step = self.staffing if name.startswith(("staffing", "backlog")) else self.volume
        asked = ("outlook", name, step.build_id, step.computed_at)
        return self.page.made(asked, lambda: step.read(name, self.page.scope))

    def choose(self) -> tuple[str, str]:
        """Let the reader choose a part of the desk; ends the page with a sentence where nothing was forecast."""
        known = self.rows("forecast")
        if known.empty:
            waiting(self.page, self.volume.says or "You see no part of the desk that is forecast on its own.")
            st.stop()
        told = [name for name, part in PARTS.items() if (known["dimension"] == part).any()]
        dimension = PARTS[one_of("Forecast by", told, "forecast_by")]
        values = list(known.loc[(known["dimension"] == dimension) & (known["value"] != REST), "value"].unique())
        if dimension == "all" or not values:
            return dimension, ""
        picked = st.selectbox(dimension.capitalize(), values, key=f"forecast_{dimension}", bind="query-params")
        return dimension, picked if picked in values else values[0]


def waiting(page: Page, says: str) -> None:
    """Say that something has not been computed yet, or is being computed now."""
    if under_way(page.house.settings):
        st.info("Forecasts are being computed; the first time takes a minute.", icon=":material/hourglass_top:")
        st.button("Look again", icon=":material/refresh:")
    else:
        st.info(plain(says), icon=":material/info:")


def freshness(ahead: Ahead) -> None:
    """Say where what is shown was computed for another build than the page's, or failed."""
    for step in (ahead.volume, ahead.staffing):
        if step.says and step.build_id:
            st.caption(plain(step.says))
        elif step.build_id and step.build_id != ahead.page.build.build_id:
            st.caption(
                plain(f"The {step.step} shown was computed for build {step.build_id}; a newer one is published.")
            )


def of(rows: pd.DataFrame, part: tuple[str, str]) -> pd.DataFrame:
    """Return the rows about a part of the desk."""
    return rows[(rows["dimension"] == part[0]) & (rows["value"] == part[1])]


def accuracy(ahead: Ahead, part: tuple[str, str]) -> None:
    """Show how such forecasts went: error, skill over repeating last week, coverage, and what chance alone leaves."""
    style, told = ahead.page.style, of(ahead.rows("forecast_backtest"), part)
    if told.empty:
        return
    row = told.iloc[0]

    def share(name: str) -> str:
        value = number(row[name])
        return NOTHING if value is None else style.percent(value)

    ratio = number(row["ratio_to_naive"])
    skill = NOTHING if ratio is None else style.percent(1 - ratio, 0)
    shown = {
        "Off by": (share("wape"), "Sum of absolute errors ÷ tickets (WAPE), over past forecasts of four weeks"),
        "Skill": (skill, "How much smaller the error is than that of repeating last week"),
        "80 % band held": (share("coverage80"), "Days of past forecasts inside the band: near 80 % is honest"),
        "Chance alone leaves": (
            share("noise_floor"),
            "The error even a perfect forecast would have",
        ),
    }
    for column, (label, (value, why)) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(label, value, help=why)
    st.caption(plain(str(row["says"])))


def chart(ahead: Ahead, part: tuple[str, str]) -> None:
    """Draw the last weeks, the days ahead with their bands, and the events between, with what they did."""
    rows = of(ahead.rows("forecast"), part).sort_values("ds")
    style = ahead.page.style
    drawn = Fan(_past(ahead, part), rows.rename(columns={"yhat": "centre"}).to_dict("records"), _markers(ahead, part))
    says = ahead_reads(rows, style)
    st.markdown(plain(says))
    fan(drawn, style, f"Tickets a day, then expected with 50 % and 80 % bands. {says}", "fan")
    exports.buttons("forecast", "Forecast", lambda: ahead.rows("forecast")[COLUMNS])


def _past(ahead: Ahead, part: tuple[str, str]) -> list[tuple[date, float]]:
    until = ahead.page.build.local_as_of.date() - timedelta(days=1)
    since = until - timedelta(days=7 * SHOWN_WEEKS - 1)
    where = () if part[0] == "all" else ((part[0], (part[1],)),)
    answer = ahead.page.answer(Question(("tickets_created",), grain="day", since=since, until=until, where=where))
    counts = dict(zip(pd.to_datetime(answer["period"]).dt.date, answer["value"], strict=True))
    return [(day, float(counts.get(day, 0.0))) for day in pd.date_range(since, until).date]


def _markers(ahead: Ahead, part: tuple[str, str]) -> list[Marker]:
    """Return the events within the chart, with what they did, or what their kind lets expect of those ahead."""
    since = ahead.page.build.local_as_of.date() - timedelta(days=7 * SHOWN_WEEKS)
    events = _events(ahead, part)
    shown = events[events["first_day"].notna() & (events["first_day"] >= since)].sort_values("first_day")
    style, found = ahead.page.style, []
    for row in shown.to_dict("records"):
        about = "" if row["events"] else "about "
        effect = f"{about}{style.signed(row['effect'] * 100, 0)}{style.percent_gap}%"
        last = row["first_day"] + timedelta(days=int(row["days"]) - 1)
        found.append(Marker(row["first_day"], last, f"{row['title']} {effect}"))
    return found


def _events(ahead: Ahead, part: tuple[str, str]) -> pd.DataFrame:
    rows = of(ahead.rows("calendar_effect"), part)
    days = pd.to_datetime(rows["first_day"]).dt.date
    return rows.assign(first_day=days.where(rows["first_day"].notna(), None))


def effects(ahead: Ahead, part: tuple[str, str]) -> None:
    """Show what events did to the volume of their days, each with its 95 % interval, and what their kinds do."""
    rows = _events(ahead, part)
    style = ahead.page.style
    named = rows[(rows["title"] != "") & (rows["kind"] != "holiday")].sort_values("first_day", ascending=False)
    shown = pd.DataFrame(
        {
            "title": named["title"],
            "kind": named["kind"],
            "first_day": [day_reads(day) for day in named["first_day"]],
            "days": named["days"],
            "effect": [f"{style.signed(effect * 100, 0)}{style.percent_gap}%" for effect in named["effect"]],
            "interval": [
                f"{style.signed(low * 100, 0)} to {style.signed(high * 100, 0)}{style.percent_gap}%"
                for low, high in zip(named["low"], named["high"], strict=True)
            ],
        }
    )
    headings = {
        "title": "What",
        "kind": "Kind",
        "first_day": "From",
        "days": "Days",
        "effect": "Volume",
        "interval": "95 %",
    }
    table(
        shown, headings, alt="Effects of events on volume", empty="The calendar names no release, campaign or outage."
    )
    for says in rows.loc[rows["title"] == "", "says"]:
        st.text(f"{says}.")


def growth(ahead: Ahead, part: tuple[str, str]) -> None:
    """Say how the part of the desk grows by the year; by channel, category or team, all of them beside each other."""
    rows, style = ahead.rows("volume_growth"), ahead.page.style
    beside = rows[rows["dimension"] == part[0]].sort_values("growth", ascending=False)
    if beside.empty:
        st.caption(
            "Growth is told of what is known for a year and a half and more: before, it cannot be told from season."
        )
        return

    def share(value: float) -> str:
        return f"{style.signed(value * 100, 0)}{style.percent_gap}%"

    if part[0] == "all":
        row = beside.iloc[0]
        st.text(growth_reads(float(row["growth"]), float(row["low"]), float(row["high"]), style))
        return
    shown = pd.DataFrame(
        {
            "value": beside["value"],
            "growth": beside["growth"].map(share),
            "interval": [
                f"{share(low)} to {share(high)}" for low, high in zip(beside["low"], beside["high"], strict=True)
            ],
        }
    )
    headings = {"value": part[0].capitalize(), "growth": "Growth a year", "interval": "95 %"}
    table(shown, headings, alt=f"Growth a year by {part[0]}")
    st.caption("Season, holidays and events apart.")


def backlog(ahead: Ahead, part: tuple[str, str]) -> None:
    """Draw the backlog of the last weeks and of those ahead: arrivals and roster beside what is usual."""
    rows = of(ahead.rows("backlog_ahead"), part).sort_values("ds")
    if rows.empty:
        st.caption("The backlog is projected for the desk and its teams.")
        return
    style, until = ahead.page.style, ahead.page.build.local_as_of.date() - timedelta(days=1)
    where = () if part[0] == "all" else ((part[0], (part[1],)),)
    since = until - timedelta(days=7 * SHOWN_WEEKS - 1)
    answer = ahead.page.answer(Question(("backlog",), grain="day", since=since, until=until, where=where))
    days = zip(pd.to_datetime(answer["period"]).dt.date, answer["value"].astype(float), strict=True)
    says = keeping_up_reads(rows, style)
    st.markdown(plain(says))
    drawn = Fan(list(days), rows.rename(columns={"still_open": "centre"}).to_dict("records"))
    fan(drawn, style, f"Open tickets at the end of each day, then expected with bands. {says}", "fan_backlog")
    told = of(ahead.rows("backlog_backtest"), part)
    st.caption(plain(" ".join(told["says"])))
