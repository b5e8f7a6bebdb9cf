"""Ten figures in straightforward pandas, over published facts read into memory: what engines are held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from metrics.published import Build

Frames = dict[str, pd.DataFrame]
VOID = ("is_merged", "is_spam", "is_test", "is_deleted")
TICKET = (
    *("ticket_key", "channel", "first_team_key", "solving_team_key", "final_team_key", *VOID),
    *("is_bot_only", "is_agent_initiated", "is_solved", "is_solved_now", "is_replied", "has_requester"),
    *("is_multi_contact", "is_first_contact_resolved", "is_reopened", "replies_before_solve"),
    *("human_contacts_in_window", "effort_expected_points", "handling_seconds", "first_solved_at"),
    *("first_reply_calendar_seconds", "full_resolution_calendar_seconds"),
    *("created_local_at", "first_solved_local_at", "last_solved_local_at"),
)
READ = {
    "fct_ticket": TICKET,
    "fct_survey": (
        "ticket_key",
        "team_key",
        "survey_type",
        "is_answered",
        "is_satisfied",
        "answered_at",
        "answered_local_at",
    ),
    "fct_sla_target": ("ticket_key", "team_key", "is_judged", "is_met", "due_local_at"),
    "dim_team": ("team_key", "name"),
}


@dataclass(frozen=True)
class Figure:
    """A metric by hand: whose rows count, when and for which team, and what of them."""

    table: str
    counts: Callable[[pd.DataFrame], pd.Series]
    at: str
    team: str
    amount: str | Callable[[pd.DataFrame], pd.Series]
    kind: Literal["count", "rate", "mean", "median"]
    known_by: tuple[str, int] | None = None  # the column and the days after which a row is final


def _human(rows: pd.DataFrame) -> pd.Series:
    return ~rows["is_bot_only"] & ~rows["is_agent_initiated"]


def _first_contact(rows: pd.DataFrame) -> pd.Series:
    once = (rows["human_contacts_in_window"] != 0) & rows["has_requester"] & ~rows["is_multi_contact"]
    return _human(rows) & rows["is_solved"] & once


FIGURES: dict[str, Figure] = {
    "tickets_created": Figure(
        "fct_ticket", lambda t: t["created_local_at"].notna(), "created_local_at", "first_team_key", "", "count",
    ),
    "fcr": Figure(
        "fct_ticket", _first_contact, "first_solved_local_at", "solving_team_key", "is_first_contact_resolved", "rate",
        ("first_solved_at", 7),
    ),
    "one_touch": Figure(
        "fct_ticket", lambda t: _human(t) & t["is_solved"], "first_solved_local_at", "solving_team_key",
        lambda t: t["replies_before_solve"] == 1, "rate",
    ),
    "reopen_rate": Figure(
        "fct_ticket", lambda t: t["is_solved"], "first_solved_local_at", "solving_team_key", "is_reopened", "rate",
        ("first_solved_at", 14),
    ),
    "csat": Figure(
        "fct_survey", lambda s: _human(s) & (s["survey_type"] == "csat") & s["is_answered"], "answered_local_at",
        "team_key", "is_satisfied", "rate", ("answered_at", 7),
    ),
    "sla_attainment": Figure("fct_sla_target", lambda s: s["is_judged"], "due_local_at", "team_key", "is_met", "rate"),
    "effort_expected": Figure(
        "fct_ticket", lambda t: t["effort_expected_points"].notna(), "created_local_at", "first_team_key",
        "effort_expected_points", "mean",
    ),
    "aht": Figure(
        "fct_ticket", lambda t: t["is_solved"] & t["handling_seconds"].notna(), "first_solved_local_at",
        "solving_team_key", "handling_seconds", "mean",
    ),
    "first_reply_time_replied": Figure(
        "fct_ticket", lambda t: _human(t) & t["is_replied"], "created_local_at", "first_team_key",
        "first_reply_calendar_seconds", "median",
    ),
    "resolution_time_full_solved": Figure(
        "fct_ticket", lambda t: t["is_solved_now"], "last_solved_local_at", "final_team_key",
        "full_resolution_calendar_seconds", "median",
    ),
}  # fmt: skip


def frames_of(build: Build) -> Frames:
    """Read what the figures need into memory, tickets' own columns beside what was told of them."""
    from sqlalchemy import text

    frames = {name: build.read(text(f"select {', '.join(columns)} from {name}")) for name, columns in READ.items()}
    of_ticket = frames["fct_ticket"][["ticket_key", "channel", *VOID, "is_bot_only", "is_agent_initiated"]]
    for name in ("fct_survey", "fct_sla_target"):
        frames[name] = frames[name].merge(of_ticket, on="ticket_key", how="left")
    return frames


def answer(
    name: str, by: Sequence[str], is_weekly: bool, span: tuple[date, date] | None, frames: Frames, build: Build
) -> pd.DataFrame:
    """Return ``value, numerator, denominator`` of a figure by week, team and channel as asked."""
    figure = FIGURES[name]
    rows = frames[figure.table]
    is_void = rows[list(VOID)].fillna(value=False).astype(bool).any(axis=1)
    rows = rows[figure.counts(rows).fillna(value=False).astype(bool) & ~is_void & rows[figure.at].notna()]
    if span:
        first, last = (pd.Timestamp(day) for day in span)
        rows = rows[(rows[figure.at] >= first) & (rows[figure.at] < last + timedelta(days=1))]
    if figure.known_by:
        column, days = figure.known_by
        rows = rows[rows[column] <= build.as_of - timedelta(days=days)]
    amount = pd.Series(1.0, rows.index) if figure.kind == "count" else _amount(figure, rows)
    told = pd.DataFrame({"amount": amount})
    if is_weekly:
        told["period"] = rows[figure.at].dt.to_period("W").dt.start_time
    if "team" in by:
        told["team"] = rows[figure.team].map(frames["dim_team"].set_index("team_key")["name"])
    if "channel" in by:
        told["channel"] = rows["channel"]
    keys = [column for column in ("period", *by) if column in told]
    grouped = told.groupby(keys or (lambda _: 0), dropna=False)["amount"]
    if figure.kind == "median":
        return grouped.agg(value="median", denominator="count").reset_index()
    found = grouped.agg(numerator="sum", denominator="count").reset_index()
    if figure.kind == "count":
        return found.drop(columns="denominator").assign(value=found["numerator"])
    return found.assign(value=found["numerator"] / found["denominator"])


def _amount(figure: Figure, rows: pd.DataFrame) -> pd.Series:
    told = figure.amount(rows) if callable(figure.amount) else rows[figure.amount]
    return told.fillna(0).astype(float) if figure.kind == "rate" else told.astype(float)
