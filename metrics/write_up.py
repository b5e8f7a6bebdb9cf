"""What agents flag to be written up: tickets they tagged so, by topic, with the article there is and who owns it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from metrics.asking import ask
from metrics.published import Build
from metrics.question import Question
from metrics.scope import Scope

NO_ARTICLE = "no article"
COLUMNS = ("category", "flags", "articles", "article", "owner", "is_owner_gone", "reviewed_on")


def write_up_flags(question: Question, listed: pd.DataFrame, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the categories of the flagged tickets ``question`` asks for, most flags first, with ``COLUMNS``.

    ``listed`` are the articles (``metrics.articles``). Each category tells how many it has, and the title, owner and
    last review of the one most read. A ticket with two such tags is one flag. Raises what ``ask`` does.
    """
    asked = replace(question, metrics=("tickets_created",), by=("category",), grain=None)
    counted = ask(asked, scope, build).dropna(subset=["category", "value"])
    counted = counted[counted["value"] > 0]
    of_category = listed.dropna(subset=["category"]).groupby("category")["title"].size()
    most_read = listed.sort_values(["views", "title"], ascending=[False, True]).drop_duplicates("category")
    told = pd.DataFrame({"category": counted["category"], "flags": counted["value"].astype(int)})
    told = told.merge(most_read.drop(columns="title").assign(article=most_read["title"]), on="category", how="left")
    told = told.assign(
        articles=told["category"].map(of_category).fillna(0).astype(int),
        article=told["article"].fillna(NO_ARTICLE),
        is_owner_gone=told["is_owner_gone"].eq(True),
    )
    return told.sort_values(["flags", "category"], ascending=[False, True], ignore_index=True)[list(COLUMNS)]
