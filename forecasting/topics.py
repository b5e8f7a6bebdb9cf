"""The step ``topics``: what tickets of a category are about, from their subjects alone.

Category by category, as words mean different things in each: subjects become weighted words and pairs of words
(TF-IDF), a few dimensions of meaning (truncated SVD) and groups (k-means), all of scikit-learn, on this machine; no
body text is read and nothing is fetched. The same subjects give the same topics: seeds are fixed, equal subjects count
once with their weight, and arithmetic runs in one thread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from config.settings import Settings
from metrics.kinds import ANY_TICKET
from metrics.outlook_topics import TOPIC
from metrics.published import Build
from metrics.warehouse import fct_ticket

WINDOW_DAYS = 90
MOST_TOPICS = 8  # of a category: what a reader can take in; with no more subjects than that each is its own
TOPIC_SUBJECTS = 5  # different subjects a topic at the least, on average
DIMENSIONS = 60
TERMS = 4
SEED = 20260101
WORD = r"(?u)\b[^\W\d_]{2,}\b"  # numbers of orders and tickets tell nothing apart
NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, eq=False)
class Topics:
    """Which topic each text belongs to (-1: none), and by topic its terms and the text nearest to its middle."""

    of_text: np.ndarray
    terms: list[str]
    examples: list[int]


def compute(build: Build, _: Settings) -> dict[str, pd.DataFrame]:
    """Return the step's tables for a build."""
    return {TOPIC.name: topics_of(subjects(build))}


def subjects(build: Build) -> pd.DataFrame:
    """Return the subjects of the last 90 days by category: ``category, subject, tickets``."""
    t = fct_ticket.c
    kept = [~step.leaves for step in ANY_TICKET]
    since = build.as_of - timedelta(days=WINDOW_DAYS)
    statement = (
        select(t.category, t.subject, func.count().label("tickets"))
        .where(*kept, t.created_at > since, t.category.is_not(None), t.subject.is_not(None))
        .group_by(t.category, t.subject)
        .order_by(t.category, t.subject)
    )
    return build.read(statement)


def topics_of(told: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``topic`` of subjects (``category, subject, tickets``); a category of one subject has none."""
    rows = [row for category, part in with_topics(told).groupby("category") for row in _rows(str(category), part)]
    return pd.DataFrame(rows, columns=TOPIC.names)


def with_topics(told: pd.DataFrame) -> pd.DataFrame:
    """Return the subjects with ``topic_number`` (-1: none), ``terms`` and ``example`` of their topic."""
    plain = told.assign(text=[NUMBERS.sub(" ", str(subject)).casefold().strip() for subject in told["subject"]])
    if plain.empty:
        return plain.assign(topic_number=-1, terms="", example="")
    return pd.concat([_grouped(part) for _, part in plain.groupby("category")])


def _grouped(part: pd.DataFrame) -> pd.DataFrame:
    counted = pd.DataFrame(part.groupby("text", as_index=False)["tickets"].sum())
    counted = counted.sort_values(by="text", ignore_index=True)
    found = clustered(list(counted["text"]), counted["tickets"].to_numpy(float))
    number = pd.Series(found.of_text, index=counted["text"])
    first = part.drop_duplicates("text").set_index("text")["subject"]
    examples = [str(first[counted["text"].iloc[row]]) for row in found.examples]
    of_row = part["text"].map(number).astype(int)
    terms = [found.terms[n] if n >= 0 else "" for n in of_row]
    return part.assign(topic_number=of_row, terms=terms, example=[examples[n] if n >= 0 else "" for n in of_row])


def _rows(category: str, part: pd.DataFrame) -> list[dict[str, object]]:
    """Return the topics of a category, the most frequent first; none where there is only one."""
    known = part[part["topic_number"] >= 0]
    counted = pd.DataFrame(known.groupby(["terms", "example", "topic_number"], as_index=False)["tickets"].sum())
    ordered = counted.sort_values(by=["tickets", "terms", "example"], ascending=[False, True, True], ignore_index=True)
    if len(ordered) < 2:
        return []
    whole = int(part["tickets"].sum())
    return [
        {
            "category": category,
            "topic_number": number,
            "team_keys": "[]",
            "terms": row["terms"],
            "example": row["example"],
            "tickets": int(row["tickets"]),
            "share": float(row["tickets"]) / whole,
        }
        for number, row in enumerate(ordered.to_dict("records"), start=1)
    ]


def clustered(texts: Sequence[str], weights: np.ndarray) -> Topics:
    """Group different texts by their words; ``weights`` is how often each was written."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize
    from threadpoolctl import threadpool_limits

    if len(texts) <= MOST_TOPICS:
        numbers = np.array([nth if text else -1 for nth, text in enumerate(texts)])
        return Topics(numbers, list(texts), list(range(len(texts))))
    with threadpool_limits(limits=1):
        rare = 1 if len(texts) < 2000 else 3
        words = TfidfVectorizer(
            token_pattern=WORD, ngram_range=(1, 2), min_df=rare, max_df=0.5, max_features=20_000, dtype=np.float32
        )
        try:
            weighed = words.fit_transform(texts)
        except ValueError:  # not a word in all of them
            return Topics(np.full(len(texts), -1), [], [])
        known = np.asarray(weighed.sum(axis=1)).ravel() > 0
        size = max(1, min(DIMENSIONS, weighed.shape[1] - 1))
        meaning = normalize(TruncatedSVD(size, random_state=SEED).fit_transform(weighed))
        groups = min(MOST_TOPICS, max(2, int(known.sum()) // TOPIC_SUBJECTS))
        means = KMeans(groups, n_init=3, random_state=SEED, max_iter=60)
        of_known = means.fit_predict(meaning[known], sample_weight=np.sqrt(weights[known]))
    of_text = np.full(len(texts), -1)
    of_text[known] = of_known
    names = words.get_feature_names_out()
    rows = [np.flatnonzero(of_text == group) for group in range(groups)]
    middles = np.array(
        [np.asarray(weighed[row].mean(axis=0)).ravel() if len(row) else np.zeros(len(names)) for row in rows]
    )
    usual = middles.mean(axis=0)
    terms = [_terms(middle * middle / (usual + 1e-9), names) for middle in middles]
    near = [_nearest(meaning, row, means.cluster_centers_[group]) for group, row in enumerate(rows)]
    return Topics(of_text, terms, near)


def _terms(telling: np.ndarray, names: np.ndarray) -> str:
    """Return the words that tell a topic from others; a word within a chosen pair is not named again."""
    chosen: list[str] = []
    for at in np.argsort(-telling, kind="stable"):
        if telling[at] <= 0 or len(chosen) == TERMS:
            break
        name = str(names[at])
        if not any(set(name.split()) & set(other.split()) for other in chosen):
            chosen.append(name)
    return ", ".join(chosen)


def _nearest(meaning: np.ndarray, rows: np.ndarray, centre: np.ndarray) -> int:
    return int(rows[np.argmax(meaning[rows] @ centre)]) if len(rows) else 0
