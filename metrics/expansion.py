"""Expansion hints: organizations that ask about what their plan lacks, as their tickets and plans tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from config.plan_features import PlanFeature
from metrics.published import Build
from metrics.question import Question
from metrics.rows import rows
from metrics.scope import Scope

DAYS = 90
WHO = ["organization", "segment", "plan", "feature"]
COLUMNS = (*WHO, "tickets", "last_asked_on")


def expansion_tickets(question: Question, features: Sequence[PlanFeature], scope: Scope, build: Build) -> pd.DataFrame:
    """Return the tickets in which organizations asked about a ``feature`` their plan lacks, newest first.

    ``question`` says which days and part of the desk. Columns: those of the rows of ``tickets_created``, and
    ``organization, segment, plan, feature``. A ticket about two features stands twice; one whose organization, plan or
    category is not known never does. Raises what ``rows`` does.
    """
    found = [_asking(question, feature, scope, build) for feature in features]
    kept = [tickets for tickets in found if len(tickets)]
    if not kept:
        return found[0].head(0) if found else pd.DataFrame(columns=[*WHO, "at"])
    return pd.concat(kept).sort_values("at", ascending=False, kind="stable", ignore_index=True)


def _asking(question: Question, feature: PlanFeature, scope: Scope, build: Build) -> pd.DataFrame:
    about = (("category", feature.categories), ("plan", feature.lacking))
    asked = replace(question, metrics=("tickets_created",), by=("organization", "segment", "plan"), grain=None,
                    where=(*question.where, *about))  # fmt: skip
    found = rows(asked, scope, build, None).dropna(subset=["organization"])
    if feature.words:
        words = "|".join(re.escape(word) for word in feature.words)
        found = found[found["subject"].fillna("").str.contains(rf"\b(?:{words})\b", case=False)]
    return found.assign(feature=feature.name)


def expansion_hints(tickets: pd.DataFrame) -> pd.DataFrame:
    """Return who asks for what, most tickets first, with ``COLUMNS``; of ``expansion_tickets``."""
    told = tickets.groupby(WHO, as_index=False, dropna=False).agg(tickets=("at", "size"), last_asked_on=("at", "max"))
    told = told.assign(last_asked_on=pd.to_datetime(told["last_asked_on"]).dt.date)
    ordered = told.sort_values(["tickets", "organization", "feature"], ascending=[False, True, True], ignore_index=True)
    return ordered[list(COLUMNS)]


def asks_for(hints: pd.DataFrame) -> pd.Series:
    """Return by organization what it asks for that its plan lacks, with how many tickets: ``Sync (3); API (1)``."""
    told = hints["feature"] + " (" + hints["tickets"].astype(str) + ")"
    return told.groupby(hints["organization"], sort=False).agg("; ".join)
