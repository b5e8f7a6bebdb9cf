"""Knowledge on the Automation page: topics no article helps with, what agents flag to be written up, poor articles."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from config.weights import load_write_up_tags
from metrics import METRICS
from metrics.articles import articles, voted_down
from metrics.reading import day_reads
from metrics.rows import rows
from metrics.write_up import write_up_flags
from ui import drill, exports
from ui.automation import Desk
from ui.cards import definition
from ui.tables import table
from ui.text import plain

REVIEW_AFTER_DAYS = 365
OWNED = {"owner_read": "Owner", "reviewed_read": "Last review"}


def knowledge(desk: Desk) -> None:
    """Topics people ask us about where no article helps, what agents flag, and articles that are voted down."""
    if why_not := desk.why_not(METRICS["knowledge_gap"], "category"):
        st.caption(plain(why_not))
        return
    page = desk.page
    listed = page.made("articles", lambda: articles(page.scope, page.build))
    tags = load_write_up_tags()
    asked = replace(desk.question("tickets_created"), where=(*desk.where, ("tag", tags)))
    flags = page.made(("write up", asked), lambda: write_up_flags(asked, listed, page.scope, page.build))
    if listed.empty:
        st.caption("No articles are known: the source hands over none, so no gap can be told.")
    else:
        _gaps(desk, flags)
    st.markdown("**Flagged by agents to be written up**")
    shown = {"category": "Category", "flags": "Flagged tickets in 90 days", "articles": "Articles",
             "article": "Most read", **OWNED}  # fmt: skip
    named = f"is tagged {' or '.join(tags)}" if tags else "has a tag: config/knowledge_gap.toml names none"
    nobody = f"No ticket of these days {named}, by which agents say that an article is missing."
    table(_owned(flags, desk), shown, alt="Topics agents flagged to be written up", empty=nobody)
    if len(flags):
        st.caption("By the category a ticket came in with; the owner is that of the article most read.")
        limit = drill.EXPORTED_ROWS
        exports.buttons("write-up-flags", "Flagged tickets", lambda: rows(asked, page.scope, page.build, limit))
    if not listed.empty:
        _poor(desk, listed)


def _gaps(desk: Desk, flags: pd.DataFrame) -> None:
    page, question = desk.page, desk.question("knowledge_gap")
    gaps = page.made(("gaps", question), lambda: rows(question, page.scope, page.build, None))
    gaps = gaps.sort_values("tickets", ascending=False, ignore_index=True)
    flagged = gaps["category"].map(flags.set_index("category")["flags"]).fillna(0).astype(int)
    st.markdown("**Topics with tickets and no helpful article**", help=definition(METRICS["knowledge_gap"], page.build))
    shown = {"category": "Category", "tickets": "Tickets in 90 days", "flags": "Flagged by agents",
             "knowledge": "What there is", "articles": "Articles", "article_views": "Views", "votes_up": "Helped",
             "votes_down": "Did not"}  # fmt: skip
    everywhere = "Every category with many tickets has an article that helps."
    table(gaps.assign(flags=flagged), shown, alt="Knowledge gaps", empty=everywhere)


def _poor(desk: Desk, listed: pd.DataFrame) -> None:
    st.markdown("**Articles read and voted down**")
    poor = _owned(voted_down(_in_part(listed, desk)), desk)
    headings = {"title": "Article", "category": "Category", "views": "Views in 90 days", "votes_up": "Helped",
                "votes_down": "Did not", **OWNED}  # fmt: skip
    table(poor, headings, alt="Articles voted down", empty="No article has more votes against it than for it.")
    stale = _owned(_in_part(listed, desk), desk)
    count = int(stale["is_due"].sum())
    st.caption(plain(f"{count} of {len(stale)} articles have no owner here any more, or no review within a year."))
    exports.buttons("articles", "All articles", lambda: stale.drop(columns=["owner_read", "reviewed_read"]))


def _in_part(listed: pd.DataFrame, desk: Desk) -> pd.DataFrame:
    chosen = dict(desk.where).get("category")
    return listed[listed["category"].isin(chosen)] if chosen else listed


def _owned(listed: pd.DataFrame, desk: Desk) -> pd.DataFrame:
    today = pd.Timestamp(desk.page.build.local_as_of.date())
    reviewed = pd.to_datetime(listed["reviewed_on"])
    gone = listed["is_owner_gone"].astype(bool) | listed["owner"].isna()
    due = gone | reviewed.isna() | ((today - reviewed).dt.days > REVIEW_AFTER_DAYS)
    return listed.assign(
        is_due=due,
        owner_read=[
            "nobody" if pd.isna(owner) else f"{owner}{' (has left)' if is_gone else ''}"
            for owner, is_gone in zip(listed["owner"], listed["is_owner_gone"], strict=True)
        ],
        reviewed_read=["never" if pd.isna(day) else day_reads(day.date()) for day in reviewed],
    )
