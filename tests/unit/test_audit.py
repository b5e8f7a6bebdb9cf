"""The audit of topics, the process map, articles and customers at risk: by hand, and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from metrics import Question, Scope
from metrics.articles import articles, voted_down
from metrics.at_risk import at_risk, reasons_read, repeated_topics
from metrics.audit import PathRule, audit, candidates, hours_freed, path_rule
from metrics.narrative import listed
from metrics.narrative_audit import reasons, summary_reads
from metrics.process_map import handoff_pairs, process_map
from metrics.published import Build
from metrics.reading import style_of
from metrics.scope import OutOfScope
from metrics.write_up import write_up_flags
from tests.support.asking import build_of
from tests.support.stories import Story, stories, warehouse

ROOT = Path(__file__).resolve().parents[2]
ALL, STYLE, RULE = Scope.everything(), style_of("en-GB", "EUR"), PathRule(0.5, 2.5)


def golden(name: str) -> Build:
    return build_of(warehouse(next(s for s in stories(ROOT / "tests" / "golden") if s.name == name)))


def told(**story: Any) -> Build:
    as_of = {"as_of": datetime(2026, 4, 1, tzinfo=UTC)}
    return build_of(warehouse(Story(Path("told"), as_of | story)))


def test_the_audit_ranks_and_weighs_by_hand() -> None:
    found = audit(Question(("automation_potential",)), ALL, golden("automation_potential"))
    assert found["category"].tolist() == ["password", "outage"]
    assert candidates(found)["category"].tolist() == ["password"]
    password = found.iloc[0]
    assert password["path_tickets"] == 3
    assert password["hours"] == pytest.approx(180 / 3600)
    # Three tickets of 60 s: 1.96 · √(3 · 60²) = 203.7 s to both sides, and nothing is freed below nothing.
    assert password["high"] == pytest.approx((180 + 1.959964 * 10800**0.5) / 3600, rel=1e-5)
    assert password["low"] == 0
    assert found["quadrant"].tolist() == ["automate", "leave"]
    assert hours_freed(found) == pytest.approx((password["hours"], 0, password["high"]))


def test_a_narrowed_audit_and_an_empty_one() -> None:
    build = golden("automation_potential")
    only = audit(Question(("automation_potential",), where=(("category", ("outage",)),)), ALL, build)
    assert only["category"].tolist() == ["outage"]
    assert summary_reads(only, STYLE) == "None of 1 category follows a path: what there is needs judgment."
    none = audit(Question(("automation_potential",), where=(("category", ("nothing",)),)), ALL, build)
    assert none.empty
    assert "known well enough" in summary_reads(none, STYLE)
    with pytest.raises(OutOfScope):
        audit(Question(("automation_potential",)), Scope("kim", frozenset({"story:red"}), "manager"), build)


def test_the_published_rule_is_read() -> None:
    assert path_rule() == RULE


ROW: dict[str, Any] = {
    "is_path": True, "one_touch_share": 0.91, "macro_share": 0.74, "handling_evenness": 0.8, "effort_points": 1.64,
    "predictability": 0.81,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {},
            "91 % solved in one reply, 74 % answered with a macro, handling goes alike and "
            "1.6 effort points on average",
        ),
        (
            {"macro_share": None, "handling_evenness": 0.5},
            "91 % solved in one reply and 1.6 effort points on average",
        ),
        (
            {"is_path": False, "macro_share": 0.0, "handling_evenness": 0.2, "effort_points": 7.4},
            "7.4 effort points on average, no macro answers it and one takes much longer than another",
        ),
        (
            {"is_path": False, "one_touch_share": 0.5, "macro_share": 0.1},
            "only 50 % solved in one reply and a macro answers only 10 %",
        ),
        (
            {"is_path": False, "predictability": 0.49},
            "predictability of 49 % is below the rule's",
        ),
    ],
)
def test_reasons_in_words(change: dict[str, Any], says: str) -> None:
    assert listed(reasons(ROW | change, RULE, STYLE)).replace("\u202f", " ") == says


STATIONS = """
2026-03-02 09:00  requester  created
2026-03-02 09:00  system     team      to=red
2026-03-02 10:00  agent:kim  assigned  to=kim
2026-03-02 10:30  agent:kim  open
2026-03-02 11:00  agent:kim  assigned  to=lee
2026-03-02 12:30  agent:lee  team      to=blue
2026-03-02 14:30  agent:mia  solved
2026-03-02 09:00  requester  created   ticket=T2 is_spam=true
2026-03-02 10:00  agent:kim  solved    ticket=T2
"""
TEAMS = [{"team_id": "red", "name": "Red"}, {"team_id": "blue", "name": "Blue"}]


def test_the_process_map_by_hand() -> None:
    build = told(events=STATIONS, teams=TEAMS)
    arrows = process_map(date(2026, 3, 2), date(2026, 3, 2), ALL, build)
    found = {
        (row["from_status"], row["from_team"], row["to_status"], row["to_team"]): row["total_seconds"]
        for row in arrows.to_dict("records")
    }
    # Routed in the second it came; new with red for an hour and a half, open with red for two (who held it is no
    # station of its own), open with blue for two more. Spam is no ticket.
    assert found == {
        ("new", "no team", "new", "Red"): 0,
        ("new", "Red", "open", "Red"): 5400,
        ("open", "Red", "open", "Blue"): 7200,
        ("open", "Blue", "solved", "Blue"): 7200,
    }
    assert arrows["moves"].tolist() == [1, 1, 1, 1]
    assert arrows["median_seconds"].tolist() == sorted(arrows["median_seconds"], reverse=True)
    pairs = handoff_pairs(arrows)
    assert pairs.to_dict("records") == [{"from_team": "Red", "to_team": "Blue", "moves": 1, "mean_seconds": 7200.0}]
    red = process_map(date(2026, 3, 2), date(2026, 3, 2), Scope("kim", frozenset({"story:red"}), "manager"), build)
    assert set(red["from_team"]) == {"Red"}
    assert process_map(date(2026, 3, 3), date(2026, 3, 9), ALL, build).empty


def test_articles_with_owner_review_and_votes() -> None:
    listed = [
        {"article_id": "A1", "title": "Sign in", "category": "password", "owner_agent_id": "kim", "votes_up": 1,
         "votes_down": 4, "reviewed_on": date(2024, 5, 6)},
        {"article_id": "A2", "title": "Invoices", "category": "billing", "votes_up": 0, "votes_down": 1},
    ]  # fmt: skip
    visits = [
        {"help_session_id": f"H{n}", "session_type": "help_center", "started_at": datetime(2026, 3, n + 1, 9),  # noqa: DTZ001
         "articles_read": 1, "article_id": "A2", "was_helpful": n != 0}
        for n in range(6)
    ]  # fmt: skip
    agents = [{"agent_id": "kim", "name": "Kim", "left_on": date(2026, 1, 31)}]
    found = articles(ALL, told(articles=listed, help_sessions=visits, agents=agents)).set_index("title")
    assert found.loc["Sign in", ["owner", "votes_up", "votes_down", "views"]].tolist() == ["Kim", 1, 4, 0]
    assert bool(found.loc["Sign in", "is_owner_gone"])
    # The visits tell of six votes, the article of one: the visits count.
    assert found.loc["Invoices", ["votes_up", "votes_down", "views"]].tolist() == [5, 1, 6]
    assert voted_down(found.reset_index())["title"].tolist() == ["Sign in"]
    with pytest.raises(OutOfScope):
        articles(Scope("kim", frozenset({"story:red"}), "manager"), told(articles=listed))


def test_what_agents_flag_is_told_with_the_article_there_is_and_its_owner() -> None:
    lines = [("sync", "write-up"), ("sync", "vip"), ("billing", "vip,write-up,no-article"), ("billing", "write-up")]
    events = "\n".join(
        f"2026-03-{2 + n:02d} 09:00 requester created ticket=t{n} category={category} tags={tags}"
        for n, (category, tags) in enumerate([*lines, ("billing", "no-article")])
    )
    listed = [
        {"article_id": "A1", "title": "Invoices", "category": "billing", "owner_agent_id": "kim",
         "reviewed_on": date(2024, 5, 6)},
        {"article_id": "A2", "title": "Old invoices", "category": "billing"},
    ]  # fmt: skip
    visits = [{"help_session_id": "H", "session_type": "help_center", "started_at": datetime(2026, 3, 9, 9),  # noqa: DTZ001
               "articles_read": 1, "article_id": "A1"}]  # fmt: skip
    agents = [{"agent_id": "kim", "name": "Kim", "left_on": date(2026, 1, 31)}]
    build = told(events=events, articles=listed, help_sessions=visits, agents=agents)
    asked = Question(("tickets_created",), where=(("tag", ("write-up", "no-article")),))
    found = write_up_flags(asked, articles(ALL, build), ALL, build)
    # Three tickets about bills, one of them with both tags; one about syncing, where there is nothing to read.
    assert found["category"].tolist() == ["billing", "sync"]
    assert found.iloc[0][["flags", "articles", "article", "owner"]].tolist() == [3, 2, "Invoices", "Kim"]
    assert bool(found.iloc[0]["is_owner_gone"])
    assert found.iloc[1][["flags", "articles", "article"]].tolist() == [1, 0, "no article"]
    none = replace(asked, where=(("tag", ("nothing",)),))
    assert write_up_flags(none, articles(ALL, told(events=events)), ALL, build).empty


REASONS: dict[str, Any] = {
    f"{reason}{part}": 0
    for reason in ("tickets", "same_category", "reopens", "low_answers", "escalations", "breaches")
    for part in ("", "_points")
}


def test_reasons_are_told_weightiest_first_and_only_those_with_points() -> None:
    row = REASONS | {"usual_tickets": 1.5, "tickets": 7, "tickets_points": 3, "low_answers": 2, "low_answers_points": 4}
    row |= {"breaches": 1, "breaches_points": 1, "reopens": 1}
    says = "2 low answers; 7 tickets in 14 days, where about 1.5 are usual; a promise not kept"
    assert reasons_read(row, STYLE) == says
    assert reasons_read(REASONS | {"usual_tickets": 2.0}, STYLE) == ""


def _asking(week_days: list[int], who: str, category: str = "billing") -> str:
    return "\n".join(
        f"2026-03-{day:02d} {9 + n:02d}:00 requester:{who} created ticket={who}{day}x{n} category={category} "
        f"organization_id={who}"
        for n, day in enumerate(week_days)
    )


def test_customers_stand_with_their_worst_week_of_four() -> None:
    # Acme asks four times in the second week of March and never again, Best once in every week.
    events = "\n".join([_asking([9, 9, 10, 11], "acme"), _asking([3, 10, 17, 24], "best")])
    names = [{"organization_id": o, "name": o.title(), "segment": "small"} for o in ("acme", "best")]
    build = told(events=events, organizations=names)
    found = at_risk(Question(("customer_risk",)), date(2026, 3, 23), ALL, build)
    assert found["organization"].tolist() == ["Acme", "Best"]
    acme = found.iloc[0]
    assert acme["points"] > found.iloc[1]["points"] == found.iloc[1]["points_now"]
    assert (acme["week"], acme["points_now"], acme["segment"]) == (date(2026, 3, 16), 0, "small")
    assert "4 tickets in 14 days" in reasons_read(acme, STYLE)
    nobody = at_risk(Question(("customer_risk",), where=(("segment", ("large",)),)), date(2026, 3, 23), ALL, build)
    assert nobody.empty


def test_a_topic_repeats_where_it_is_twice_the_usual_share() -> None:
    events = "\n".join([_asking([2, 3, 4], "acme", "sync"), _asking([5, 6, 9, 10, 11, 12], "best")])
    names = [{"organization_id": o, "name": o.title()} for o in ("acme", "best")]
    span = Question(("tickets_created",), since=date(2026, 3, 1), until=date(2026, 3, 31))
    found = repeated_topics(span, ALL, told(events=events, organizations=names))
    # Sync is 3 of 9 tickets and all of Acme's; billing is 6 of 9 and all of Best's: not twice as much.
    expected = {"organization": "Acme", "category": "sync", "tickets": 3.0, "usual_share": pytest.approx(1 / 3)}
    assert found.to_dict("records") == [expected]
    assert isinstance(found, pd.DataFrame)


def test_without_organizations_nothing_repeats() -> None:
    events = "2026-03-02 09:00 requester created category=billing"
    span = Question(("tickets_created",), since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert repeated_topics(span, ALL, told(events=events)).empty
