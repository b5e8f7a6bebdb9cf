"""Help without us on the Automation page: deflection between its bounds, tiers, what the bot did."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from metrics import METRICS, Question
from metrics.narrative_bot import handover_reads
from metrics.reading import number
from metrics.rows import rows
from ui import bars, drill, exports
from ui.automation import Desk
from ui.cards import definition
from ui.series import series_of
from ui.spans import span_named, starts
from ui.text import plain
from ui.trends import Trend, trend

WEEKS = "Last 26 weeks"
DEFLECTION = ("deflection_rate_low", "deflection_rate_identified", "deflection_rate")
TIERS = ("tier_mix_self_service", "tier_mix_automation", "tier_mix_people")
BOT = ("bot_resolution_rate", "bot_resolution_rate_assumed", "bot_handover_rate")


def deflection(desk: Desk) -> None:
    """How many tickets help made unnecessary: never known exactly, so between a low and a high reading."""
    if _have_none("deflection_rate", desk, "No help sessions are known: the source hands over none."):
        return
    _trends(DEFLECTION, desk, "deflection")
    st.caption(
        "Confirmed is the least it can be, silence taken for help the most. Anonymous visits cannot be followed."
    )


def _have_none(name: str, desk: Desk, empty: str) -> bool:
    """Say why there is nothing to show of a metric, where that is so."""
    metric = METRICS[name]
    if why_not := desk.why_not(metric):
        st.caption(plain(why_not))
        return True
    answer = desk.page.answer(desk.question(name))
    counted = 0.0 if answer.empty else float(answer["denominator"].fillna(answer["numerator"]).fillna(0).sum())
    hits = 0.0 if answer.empty else float(answer["numerator"].fillna(0).sum())
    if not counted or (name == "deflection_rate" and not hits):
        st.caption(plain(empty))
        return True
    return False


def _trends(names: tuple[str, ...], desk: Desk, key: str) -> None:
    style = desk.page.style
    span = span_named(WEEKS, desk.span.since, desk.page.build.local_as_of)
    for name, column in zip(names, st.columns(len(names)), strict=True):
        with column:
            metric = METRICS[name]
            answer = desk.page.answer(desk.question(name))
            value = None if answer.empty else number(answer["value"].iloc[0])
            low, high = (None if answer.empty else number(answer[bound].iloc[0]) for bound in ("low", "high"))
            st.metric(plain(metric.title), style.value(metric, value), help=definition(metric, desk.page.build))
            sure = style.interval(metric, low, high)
            st.caption(plain(f"90 days{f', 95 % interval {sure}' if sure else ''}; the line is 26 weeks"))
            weekly = desk.page.answer(
                Question((name,), (), "week", since=span.since, until=span.until, where=desk.where)
            )
            lines = series_of(metric, weekly, (), starts(span, "week"))
            trend(Trend(metric, "week", lines), style, f"{key}_{name}", small=True)


def tiers(desk: Desk) -> None:
    """Who settles what, and whether automation covers less than it did: rules decay."""
    if _have_none("tier_mix", desk, "Nothing was resolved in these days."):
        return
    _trends(TIERS, desk, "tiers")


def bot(desk: Desk) -> None:
    """What the bot settled, what it only seems to have, what it handed over and what that took."""
    if _have_none("bot_resolution_rate", desk, "No bot has had a part in any conversation of these days."):
        return
    _trends(BOT, desk, "bot")
    answer = desk.page.answer(desk.question("bot_handover_rate", "bot_outcome")).dropna(subset="bot_outcome")
    style, metric = desk.page.style, METRICS["tier_mix"]
    counts = sorted((float(row["denominator"]), str(row["bot_outcome"])) for row in answer.to_dict("records"))[::-1]
    bars.standing(metric, [bars.Bar(name.capitalize(), count) for count, name in counts], style, "bot_outcomes")
    if not desk.why_not(METRICS["aht"], "bot_involved"):
        _handovers(desk)
    question = desk.question("bot_handover_rate")
    exports.buttons(
        "bot-conversations",
        "Conversations",
        lambda: rows(question, desk.page.scope, desk.page.build, drill.EXPORTED_ROWS),
    )


def _handovers(desk: Desk) -> None:
    page, style = desk.page, desk.page.style
    asked = desk.question("aht")
    begun = replace(asked, where=(*asked.where, ("bot_involved", ("True",))))
    handled = page.made(("begun", begun), lambda: rows(begun, page.scope, page.build, None))
    by_part = page.answer(desk.question("aht", "bot_involved"))
    others = by_part[by_part["bot_involved"].astype(str) == "False"]["value"]
    otherwise = number(others.iloc[0]) if len(others) else None
    st.text(handover_reads(handled, otherwise, page.house.settings.loaded_rate_per_hour, style))
