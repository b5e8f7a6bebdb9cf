"""Routing on the Automation page: tickets sent to the wrong team, who hands over to whom, and where tickets stand."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from metrics import METRICS
from metrics.process_map import NO_TEAM, handoff_pairs, process_map
from metrics.reading import Style, number
from ui import bars, exports
from ui.automation import Desk
from ui.cards import definition
from ui.pictures import theme_colours
from ui.series import value_reads
from ui.tables import table
from ui.text import plain

MOST_ARROWS = 18
CLOSED = "closed"  # what the system closes after a while waits for nobody
WIDTHS = (1.0, 5.0)


def misroutes(desk: Desk) -> None:
    """Show which teams get what is not theirs."""
    metric = METRICS["misroute_rate"]
    if why_not := desk.why_not(metric, "team"):
        st.caption(plain(why_not))
        return
    answer = desk.page.answer(desk.question("misroute_rate", "team")).dropna(subset="team")
    shown = [
        bars.Bar(value_reads(row["team"]), *(number(row[name]) for name in ("value", "low", "high", "denominator")))
        for row in answer.sort_values("value", ascending=False).to_dict("records")
    ]
    means = definition(metric, desk.page.build)
    st.markdown(f"**{plain(metric.title)}** by the team tickets were sent to first", help=means)
    if not any(bar.value is not None for bar in shown):
        st.caption("No tickets that were with a team, or too few.")
        return
    bars.standing(metric, shown, desk.page.style, "misroutes")


def stations(desk: Desk) -> None:
    """Show how tickets of the 90 days moved between statuses and teams, and how long they stood before each move."""
    if desk.where:
        st.caption("The process map is of all teams' tickets together: clear the filters to see it.")
        return
    page, span = desk.page, desk.span
    arrows = page.made(("process map", span), lambda: process_map(span.since, span.until, page.scope, page.build))
    moved = arrows[arrows["to_status"] != CLOSED]
    if moved.empty:
        st.caption("No ticket of these days has moved yet.")
        return
    st.markdown("**Where tickets stand**: arrows carry the usual wait before the move, wider where more time is spent")
    st.graphviz_chart(map_dot(moved.head(MOST_ARROWS), page.style, theme_colours(_mode())), width="stretch")
    st.caption(
        f"The {min(MOST_ARROWS, len(moved))} moves that most time is spent before, of {len(moved)}; all of them, and "
        "what the system closes, are in the export. Times are calendar time."
    )
    table(_readable(moved.head(MOST_ARROWS), page.style), MOVES, alt="Moves between statuses and teams")
    exports.buttons("process-map", "Moves", lambda: arrows)
    pairs = handoff_pairs(arrows)
    st.markdown("**Who hands over to whom**")
    shown = {"from_team": "From", "to_team": "To", "moves": "Handoffs", "stood": "Stood before, mean"}
    told = pairs.assign(stood=[page.style.duration(seconds) for seconds in pairs["mean_seconds"]])
    table(told, shown, alt="Handoffs between teams", empty="No team handed a ticket to another.")


def _mode() -> str:
    return str(st.context.theme.type or "light")


MOVES = {"from_read": "From", "to_read": "To", "moves": "Moves", "usual": "Usual wait", "total": "Time in all"}


def _readable(arrows: pd.DataFrame, style: Style) -> pd.DataFrame:
    return arrows.assign(
        from_read=arrows["from_status"] + " · " + arrows["from_team"],
        to_read=arrows["to_status"] + " · " + arrows["to_team"],
        usual=[style.duration(seconds) for seconds in arrows["median_seconds"]],
        total=[f"{style.number(seconds / 86400)} days" for seconds in arrows["total_seconds"]],
    )


def map_dot(arrows: pd.DataFrame, style: Style, colours: dict[str, str]) -> str:
    """Return arrows as a graph in DOT; names are data: quoted, and never read as markup."""
    ink, line, paper = colours["textColor"], colours["chartCategoricalColors"][0], colours["secondaryBackgroundColor"]
    most = float(arrows["total_seconds"].max()) or 1.0
    drawn = [
        "digraph {",
        '  graph [rankdir=LR, bgcolor="transparent", nodesep=0.25, ranksep=0.6];',
        f'  node [shape=box, style="rounded,filled", fillcolor="{paper}", color="{line}", fontcolor="{ink}", '
        'fontname="sans-serif", fontsize=11, margin="0.12,0.06"];',
        f'  edge [color="{line}", fontcolor="{ink}", fontname="sans-serif", fontsize=10, arrowsize=0.7];',
    ]
    for row in arrows.to_dict("records"):
        width = WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * float(row["total_seconds"]) / most
        wait = style.duration(row["median_seconds"])
        drawn.append(
            f"  {_station(row['from_status'], row['from_team'])} -> {_station(row['to_status'], row['to_team'])} "
            f'[label="{_quoted(wait)}", penwidth={width:.1f}];'
        )
    return "\n".join([*drawn, "}"])


def _station(status: str, team: str) -> str:
    name = status if team == NO_TEAM else f"{status} · {team}"
    return f'"{_quoted(name)}"'


def _quoted(text: str) -> str:
    """Return text that ends no string of DOT; an HTML entity in it stays text."""
    cleaned = " ".join(str(text).split())
    return cleaned.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
