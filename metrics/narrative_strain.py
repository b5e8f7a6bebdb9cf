"""Words for strain: what changed, what is carried, what in the work could change. Never a rank, a grade or a cause."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from metrics.narrative import listed
from metrics.reading import Style

Unit = Literal["share", "seconds", "points", "days", "times", "rate"]

BANDS: Final = {
    "steady": "as usual",
    "watch": "worth an eye",
    "talk": "worth a conversation",
    "unknown": "not enough to tell",
    "off": "not switched on",
}
LOADS: Final = {"usual": "usual", "high": "a lot to carry"}
SHORT: Final = {**BANDS, "watch": "an eye", "talk": "a talk", "unknown": "–", "off": "–", **LOADS, "high": "a lot"}
GROUPS: Final = {
    "steady": "as usual",
    "some strain": "some strain",
    "strain": "strain: ask the managers what would help",
}


@dataclass(frozen=True)
class Told:
    """A signal in words: its name, unit, the sentence's start, and what in the work could change, with the page for it.

    ``worse`` is the direction that may tell of strain.
    """

    title: str
    unit: Unit
    says: str
    worse: Literal["up", "down"]
    helps: str
    page: str = ""


SIGNALS: Final = {
    "csat": Told(
        "Satisfied answers", "share", "of answers satisfied", "down",
        "Read the low answers together: what would have helped, and which tickets could go elsewhere?", "agents",
    ),
    "fcr": Told(
        "Solved the first time", "share", "solved the first time", "down",
        "Fewer kinds of work at once, and time to finish: look at routing for the next two weeks.", "workload",
    ),
    "reopen": Told(
        "Reopened", "share", "of solved tickets reopened", "up",
        "A second pair of eyes on complex tickets, and a clear way to hand them up.", "workload",
    ),
    "aht": Told(
        "Handling time", "seconds", "of handling a ticket, typically", "up",
        "Ask what takes longer: tools, unclear steps, harder tickets? Breaks belong in the roster.", "agents",
    ),
    "effort_points": Told(
        "Effort a week", "points", "effort points a week, over four weeks", "up",
        "Move work to who has room.", "workload",
    ),
    "points_per_hour": Told(
        "Pace", "rate", "effort points a scheduled hour", "up",
        "Share the pace: route less here until it is back at the team's.", "workload",
    ),
    "occupancy": Told(
        "Occupancy", "share", "of available time on contacts", "up",
        "Above 85 % for two weeks; 70 to 80 % is the aim. Plan breathing space in the roster.", "staffing",
    ),
    "utilization": Told(
        "Utilization", "share", "of scheduled time on tickets", "up",
        "Above 85 % for two weeks; 70 to 80 % is the aim, learning included. Plan it in the roster.", "staffing",
    ),
    "after_hours_share": Told(
        "After hours", "share", "of the work of four weeks fell after hours", "up",
        "Ask what runs over, relieve from the late rota, and agree what may wait until morning.", "staffing",
    ),
    "weekend_share": Told(
        "Weekends", "share", "of the work of four weeks fell on weekends", "up",
        "Relief from the weekend rota, and a day off instead.", "staffing",
    ),
    "unbroken_days": Told(
        "Days in a row", "days", "days worked without one off", "up", "A day off this week.", "staffing",
    ),
    "short_rests": Told(
        "Short rests", "times", "with under eleven hours between two working days", "up",
        "No late shift before an early one.", "staffing",
    ),
    "queue_age_days": Told(
        "Age of what waits", "days", "median age of what waits on them", "up",
        "Take the oldest tickets together, or reassign them.", "workload",
    ),
    "hard_contacts": Told(
        "Hard contacts", "rate", "escalations and low answers a week", "up",
        "Rotate hard contacts, and agree on when and to whom to escalate.", "workload",
    ),
    "switches_per_hour": Told(
        "Switches", "rate", "changes between kinds of work an hour", "up",
        "Batch kinds of work: fewer categories at a time.", "workload",
    ),
    "repetitive_share": Told(
        "Repetitive work", "share", "of tickets a machine could answer", "up",
        "Automate what repeats, or rotate it.", "automation",
    ),
}  # fmt: skip

MISSING: Final = {
    "roster": "no roster, so no pace an hour and no rest against a shift",
    "availability": "no availability, so no occupancy",
    "time_entries": "too little logged time, so no utilization",
    "answers": "no satisfaction answers",
    "handling": "no handling time",
}
THANKS: Final = {
    "complex": "solved complex tickets the first time, and they stayed solved",
    "articles": "wrote or reviewed articles",
    "newcomers": "brought newcomers' tickets to an end",
}
CANNOT_SEE: Final = (
    "A helpdesk's records show workload and its traces. They do not show how somebody is, what goes on outside work, "
    "nor control, recognition, fairness or company at work. About half of all flags are chance, even at these "
    "thresholds. It is an occasion for a conversation, never a diagnosis, a rating or a reason for any decision about "
    "a person."
)


def amount(unit: Unit, value: float, style: Style) -> str:
    """Return a value of a signal as it is read."""
    if unit == "share":
        return style.percent(value, 0)
    if unit == "seconds":
        return style.duration(value)
    if unit == "times":
        return "once" if value == 1 else f"{style.number(value)} times"
    return style.number(value, 0 if unit in ("points", "days") else 1)


def drift_reads(row: Mapping[Hashable, Any], style: Style) -> str:
    """Return what a drift signal was beside what was to be expected of that work and person."""
    told = SIGNALS[str(row["signal"])]
    if pd.isna(row["value"]) or pd.isna(row["usual"]):
        return f"{told.title}: not counted in these four weeks"
    now, usual = amount(told.unit, float(row["value"]), style), amount(told.unit, float(row["usual"]), style)
    n = f" (n = {style.number(float(row['n']))})" if pd.notna(row["n"]) else ""
    if now == usual:
        return f"{now} {told.says}{n}, as was to be expected of this work and their own past"
    return f"{now} {told.says}{n}, where {usual} was to be expected of this work and their own past"


def load_reads(row: Mapping[Hashable, Any], style: Style) -> str:
    """Return what a load signal was beside the own usual and the team's."""
    told = SIGNALS[str(row["signal"])]
    beside = [
        f"{word} {amount(told.unit, float(row[name]), style)}"
        for name, word in (("usual", "usually"), ("team_usual", "the team's middle"))
        if pd.notna(row[name]) and told.unit != "times"
    ]
    return f"{amount(told.unit, float(row['value']), style)} {told.says}" + (
        f" ({', '.join(beside)})" if beside else ""
    )


def reasons(signals: pd.DataFrame, band: str, style: Style, most: int = 4) -> list[tuple[str, Told]]:
    """Return what stands out in a person's newest week, in words, each with what in the work could change.

    Where the band is worth an eye, drift that pushes towards it, the largest push first; then load worth looking at,
    in a fixed order.
    """
    drift = signals[(signals["part"] == "drift") & (signals["contribution"] > 0.3) & (band in ("watch", "talk"))]
    drift = drift.sort_values("contribution", ascending=False)
    load = signals[(signals["part"] == "load") & signals["is_high"].astype(bool)]
    order = {name: place for place, name in enumerate(SIGNALS)}
    load = load.sort_values("signal", key=lambda names: names.map(order))
    told = [(drift_reads(row, style), SIGNALS[row["signal"]]) for row in drift.to_dict("records")]
    told += [(load_reads(row, style), SIGNALS[row["signal"]]) for row in load.to_dict("records")]
    return told[:most]


def team_reads(team: Mapping[Hashable, Any]) -> str:
    """Return a team's week: its own drift first, then how many carry a lot, without names."""
    name, members, loaded = str(team["team"]), int(team["members"]), int(team["loaded"])
    drift = {
        "steady": "works as it used to",
        "watch": "changes as a whole: look for a cause that hits everybody before looking at anybody",
        "talk": "has changed as a whole for weeks: look for a cause that hits everybody before looking at anybody",
    }.get(str(team["band"]), "has too short a past to tell")
    carry = {0: "nobody carries", 1: "1 carries"}.get(loaded, f"{loaded} carry")
    return f"{name} {drift}; {carry} a lot ({members} at work)."


def who_reads(people: pd.DataFrame) -> list[str]:
    """Return whom to think of this week, by name and for what; empty where nobody."""
    for_what = (("band", "talk", "Worth a conversation"), ("band", "watch", "Worth an eye"))
    sentences = []
    for column, value, says in (*for_what, ("load_band", "high", "A lot to carry")):
        names = sorted(people.loc[people[column] == value, "agent"], key=str.casefold)
        if names:
            sentences.append(f"{says}: {listed(names)}.")
    return sentences


def move_reads(move: Mapping[Hashable, Any], style: Style) -> str:
    """Return a proposal: which work could go to whom, and what that does to the balance."""
    before, after = (style.percent(float(move[name]), 0) for name in ("balance_before", "balance_after"))
    tickets = style.number(float(move["tickets_a_week"]), 0)
    some = f"About {tickets} {'ticket' if tickets == '1' else 'tickets'} a week of {move['category']}"
    return (
        f"{some} from {move['agent']} to {move['to_agent']}: "
        f"{move['agent']}'s load goes from {before} to {after} of the team's middle."
    )


def thanks_reads(kind: str, agents: Sequence[str]) -> str:
    """Return who is worth a thank-you for something, by name."""
    return f"{listed(agents)} {THANKS[kind]}."


def missing_reads(rows: pd.DataFrame) -> list[str]:
    """Return, a sentence a signal, which teams' source does not bring it."""
    return [
        f"{listed(sorted(teams['team']))}: {MISSING[str(signal)]}."
        for signal, teams in rows.groupby("signal", sort=False)
    ]
