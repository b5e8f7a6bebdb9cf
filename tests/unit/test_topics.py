"""Topics of subjects: the same every time, near what was meant, named by their words."""

from __future__ import annotations

import pandas as pd
import pytest

from forecasting.topics import topics_of, with_topics
from metrics.outlook_topics import TOPIC
from tests.support.subjects import written


@pytest.fixture(scope="module")
def subjects() -> pd.DataFrame:
    return written(4000)


def test_topics_are_near_what_was_meant_and_the_same_again(subjects: pd.DataFrame) -> None:
    from sklearn.metrics import adjusted_rand_score  # a second to import, for other tests to be spared

    found = with_topics(subjects)
    named = found["category"] + found["topic_number"].astype(str)
    assert adjusted_rand_score(found["meant"], named) > 0.75
    assert with_topics(subjects).equals(found)
    shuffled = with_topics(subjects.sample(frac=1, random_state=3)).sort_values("subject", ignore_index=True)
    same = found.sort_values("subject", ignore_index=True)
    assert shuffled["terms"].tolist() == same["terms"].tolist()


def test_the_table_counts_tickets_and_shares_of_a_category(subjects: pd.DataFrame) -> None:
    table = topics_of(subjects.assign(tickets=2))
    assert list(table.columns) == TOPIC.names
    assert table.groupby("category")["tickets"].sum().sum() <= 8000
    assert (table.groupby("category")["share"].sum() <= 1 + 1e-9).all()
    assert (table.groupby("category")["topic_number"].max() <= 8).all()
    assert table["terms"].str.len().min() > 0
    first = table[table["topic_number"] == 1].set_index("category")["tickets"]
    assert (first == table.groupby("category")["tickets"].max()).all()


def told(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["category", "subject", "tickets"])


def test_a_few_subjects_are_topics_of_their_own_whatever_their_numbers() -> None:
    table = topics_of(told(("a", "Order 12 late", 3), ("a", "Order 99 late", 4), ("a", "Where is it?", 2)))
    assert table["tickets"].tolist() == [7, 2]
    assert table["example"].tolist() == ["Order 12 late", "Where is it?"]
    assert table["share"].tolist() == [7 / 9, 2 / 9]
    assert table["team_keys"].tolist() == ["[]", "[]"]


def test_subjects_that_tell_nothing_apart_have_no_topics() -> None:
    assert topics_of(told()).empty
    assert topics_of(told(("a", "The same", 100))).empty
    assert topics_of(told(*(("a", f"{n * 7919}", 1) for n in range(50)))).empty
