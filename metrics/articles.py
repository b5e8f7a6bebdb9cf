"""Help articles: who owns them, when they were last looked at, and whether they help."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlalchemy import and_, case, func, select

from config.weights import load_knowledge_gap
from metrics.audit import WINDOW_DAYS
from metrics.published import Build
from metrics.query import Statement
from metrics.scope import OutOfScope, Scope
from metrics.warehouse import dim_agent, dim_article, fct_help_session

COLUMNS = (
    "title", "category", "owner", "is_owner_gone", "reviewed_on", "views", "votes_up", "votes_down", "helpful_share",
)  # fmt: skip


def articles_statement(build: Build) -> Statement:
    """Return the statement of every article with its owner and what was read of it in the audit's 90 days."""
    a, v, o = dim_article.c, fct_help_session.c, dim_agent.c
    visits = (
        select(
            v.source,
            v.article_id,
            func.count().label("views"),
            func.sum(case((v.was_helpful.is_(True), 1), else_=0)).label("voted_up"),
            func.sum(case((v.was_helpful.is_(False), 1), else_=0)).label("voted_down"),
        )
        .where(v.article_id.is_not(None), v.started_at > build.as_of - timedelta(days=WINDOW_DAYS))
        .group_by(v.source, v.article_id)
        .subquery("visits")
    )
    visited = a.article_key == visits.c.source.concat(":").concat(visits.c.article_id)
    return (
        select(
            a.title,
            a.category,
            o.name.label("owner"),
            o.left_on,
            a.reviewed_on,
            func.coalesce(visits.c.views, 0).label("views"),
            a.votes_up,
            a.votes_down,
            func.coalesce(visits.c.voted_up, 0).label("voted_up"),
            func.coalesce(visits.c.voted_down, 0).label("voted_down"),
        )
        .select_from(
            dim_article.outerjoin(visits, visited).outerjoin(
                dim_agent, and_(o.agent_key == a.owner_agent_key, o.is_current)
            )
        )
        .order_by(a.title, a.article_key)
    )


def articles(scope: Scope, build: Build) -> pd.DataFrame:
    """Return every article with ``COLUMNS``; votes are the article's own or those of visits, whichever are more.

    Raises ``OutOfScope`` for who sees some teams only: articles belong to no team.
    """
    scope.refuse_nobody()
    if scope.teams is not None:
        raise OutOfScope("help articles belong to no team; your view is limited to your teams")
    found = build.read(articles_statement(build))
    own = found["votes_up"].fillna(0) + found["votes_down"].fillna(0)
    of_visits = found["voted_up"] + found["voted_down"]
    up = found["votes_up"].fillna(0).where(own >= of_visits, found["voted_up"]).astype(int)
    down = found["votes_down"].fillna(0).where(own >= of_visits, found["voted_down"]).astype(int)
    today = pd.Timestamp(build.local_as_of.date())
    gone = pd.to_datetime(found["left_on"]) <= today
    share = up / (up + down).where(up + down > 0)
    told = found.assign(votes_up=up, votes_down=down, helpful_share=share, is_owner_gone=gone)
    return pd.DataFrame(told[list(COLUMNS)])


def voted_down(found: pd.DataFrame) -> pd.DataFrame:
    """Return the articles with votes enough of which too few say they helped, the most read first."""
    rule = load_knowledge_gap()
    votes = found["votes_up"] + found["votes_down"]
    poor = (votes >= rule["article_votes_from"]) & (found["helpful_share"] < rule["article_helpful_from"])
    return found.loc[poor].sort_values(["views", "title"], ascending=[False, True], ignore_index=True)
