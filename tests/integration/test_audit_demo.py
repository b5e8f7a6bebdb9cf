"""What was planted in the demo is what the audit of topics and customers finds: one seed; more in benchmarks.audit."""

from __future__ import annotations

from typing import Any

import pytest

from config.settings import Settings
from metrics.published import current_build
from tests.support.planted_topics import Found, judged

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(year_desk: tuple[Settings, dict[str, Any]]) -> Found:
    settings, truth = year_desk
    return judged(current_build(settings), truth)


def test_the_planted_categories_are_the_candidates(found: Found) -> None:
    assert set(found.ranked) == found.automatable


def test_the_hours_they_would_free_are_near_the_truth(found: Found) -> None:
    assert found.true_hours > 20
    assert abs(found.off_by) < 0.15


def test_the_topic_without_an_article_is_a_gap(found: Found) -> None:
    assert found.topic_without_article in found.gaps


def test_customers_about_to_leave_are_in_the_top_decile(found: Found) -> None:
    assert found.list_length >= 50
    assert max(found.risk_places) < 0.1
