"""The demo helpdesk: its form, its consistency, and that what it says is planted is really there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from etl.demo import write_demo
from etl.import_format import EVENT_TYPES, TABLES

UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOW = pd.Timestamp(UNTIL).tz_localize(None)
WRITTEN = [name for name in TABLES if name != "snapshots"]


class Demo:
    def __init__(self, out: Path, **arguments: Any) -> None:
        self.out = out
        self.returned = write_demo(out, until=UNTIL, **arguments)
        self.truth = json.loads((out / "truth.json").read_text())
        self.db = duckdb.connect()
        for name in WRITTEN:
            self.db.execute(f"create view {name} as select * from '{out / name}.parquet'")

    def ask(self, sql: str) -> pd.DataFrame:
        return self.db.sql(sql).df()

    def number(self, sql: str) -> float:
        return float(self.db.sql(sql).fetchall()[0][0])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("small"), tickets=2000)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """160 days at natural volume, with clean events, first solves and human contacts as tables."""
    demo = Demo(tmp_path_factory.mktemp("season"), days=160)
    demo.db.execute(f"""
        create table clean as select distinct * from events
            where occurred_at <= '{NOW}' and event_type in {EVENT_TYPES};
        create table solves as select ticket_id, min(occurred_at) as first_solved,
            arg_min(actor_id, occurred_at) as solver from clean
            where event_type = 'status' and to_value = 'solved' group by all;
        create table contacts_had as select ticket_id, count(*) as contacts, count(distinct actor_id) as people
            from clean where actor_type = 'agent'
                and (event_type in ('call', 'chat') or (event_type = 'message' and is_public)) group by all;
        create table reopened as select distinct ticket_id from clean join solves using (ticket_id)
            where event_type = 'status' and to_value = 'open' and occurred_at > first_solved;
        create table resolved as
            select t.ticket_id, category, first_solved as solved_at, solver, contacts,
                contacts = 1 and t.ticket_id not in (from reopened) and not exists (
                    select 1 from tickets f where f.requester_id = t.requester_id and f.category = t.category
                        and f.created_at > first_solved and f.created_at <= first_solved + interval 7 day) as fcr
            from tickets t join solves using (ticket_id) join contacts_had using (ticket_id)
            where first_solved < '{NOW - timedelta(days=7)}' and initiated_by = 'requester';
    """)
    return demo


def test_some_say_thanks_for_what_was_solved_and_nobody_has_to_answer(season: Demo) -> None:
    back = season.ask(f"""
        with came_back as (
            select ticket_id, min(occurred_at) as opened from clean join solves using (ticket_id)
            where event_type = 'status' and to_value = 'open' and occurred_at > first_solved group by all
        )
        select ticket_id, bool_or(actor_type = 'agent' and occurred_at > opened) as is_worked
        from came_back join clean using (ticket_id) where opened < '{NOW - timedelta(days=1)}' group by all""")
    thanked = int((~back["is_worked"]).sum())
    assert abs(thanked - season.truth["thanks"]["tickets"]) <= 0.05 * thanked + 5
    assert 0.1 <= thanked / len(back) <= 0.3


def since(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).tz_localize(None)


def test_same_arguments_same_files(small: Demo, tmp_path: Path) -> None:
    again = Demo(tmp_path / "again", tickets=2000)
    other = Demo(tmp_path / "other", tickets=2000, seed=2)
    for name in WRITTEN:
        assert pq.read_table(small.out / f"{name}.parquet").equals(pq.read_table(again.out / f"{name}.parquet")), name
    assert small.truth == again.truth == again.returned
    assert not pq.read_table(small.out / "events.parquet").equals(pq.read_table(other.out / "events.parquet"))


def test_every_table_has_the_schema_of_the_format(small: Demo) -> None:
    for name in WRITTEN:
        assert pq.read_schema(small.out / f"{name}.parquet").equals(TABLES[name].arrow_schema()), name
        assert pq.read_metadata(small.out / f"{name}.parquet").num_rows == small.truth["rows"][name] > 0


def test_required_and_vocabulary_hold_but_for_the_planted_bad_rows(small: Demo) -> None:
    bad = small.truth["dirt"]["quarantine"]
    for name in WRITTEN:
        for column in TABLES[name].columns:
            wrong = f"{column.name} is null" if column.required else "false"
            if column.values:
                wrong += f" or {column.name} not in ({', '.join(map(repr, column.values))})"
            allowed = {"created_at": 1, "occurred_at": 1, "event_type": 2}.get(column.name, 0) if name in bad else 0
            assert small.number(f"select count(*) from {name} where {wrong}") == allowed, (name, column.name)
    assert len(bad["tickets"]) + len(bad["events"]) == 4


def test_keys_are_unique_but_for_versions_and_doubled_events(small: Demo) -> None:
    for name in WRITTEN:
        table = TABLES[name]
        key = ", ".join([*table.key, *([table.version] if table.version else [])])
        doubled = small.number(f"select count(*) - count(distinct ({key})) from {name}")
        expected = small.truth["dirt"]["duplicate_event_rows"] if name == "events" else 0
        assert doubled == expected, name


def test_number_of_tickets_is_the_one_asked_for(small: Demo) -> None:
    assert small.number("select count(*) from tickets where created_at is not null") == 2000


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("events", "ticket_id", "tickets"),
        ("surveys", "ticket_id", "tickets"),
        ("sla_targets", "ticket_id", "tickets"),
        ("time_entries", "ticket_id", "tickets"),
        ("help_sessions", "ticket_id", "tickets"),
        ("contacts", "ticket_id", "tickets"),
        ("tickets", "merged_into_ticket_id", "tickets.ticket_id"),
        ("tickets", "requester_id", "requesters"),
        ("tickets", "organization_id", "organizations"),
        ("tickets", "agent_id", "agents"),
        ("rosters", "agent_id", "agents"),
        ("help_sessions", "article_id", "articles"),
    ],
)
def test_references_exist(season: Demo, table: str, column: str, target: str) -> None:
    other, _, key = target.partition(".")
    known = f"select {key or column} from {other}"
    assert season.number(f"select count({column}) from {table} where {column} not in ({known})") == 0
    assert season.number(f"select count({column}) from {table}") > 0


def test_nothing_happens_after_now_but_the_planted_stamp(season: Demo) -> None:
    late = season.ask(f"select ticket_id, event_id, occurred_at from events where occurred_at > '{NOW}'")
    planted = season.truth["dirt"]["future_event"]
    assert late[["ticket_id", "event_id"]].drop_duplicates().to_numpy().tolist() == [
        [planted["ticket_id"], planted["event_id"]]
    ]
    assert late.occurred_at.iloc[0] > NOW + timedelta(days=300)
    for table, column in (("tickets", "created_at"), ("surveys", "updated_at"), ("time_entries", "started_at")):
        assert season.number(f"select count(*) from {table} where {column} > '{NOW}'") == 0, table


def test_plans_reach_four_weeks_ahead(small: Demo) -> None:
    last = pd.Timestamp(small.db.sql("select max(ends_at) from rosters").fetchall()[0][0])
    assert timedelta(days=26) < last - NOW < timedelta(days=30)


def test_timelines_are_in_order_and_begin_with_created(season: Demo) -> None:
    planted = season.truth["dirt"]["future_event"]["ticket_id"]
    assert season.number("select count(*) from clean where position = 1 and event_type <> 'created'") == 0
    backwards = f"""
        select count(*) from (select *, lag(occurred_at) over (partition by ticket_id order by position) as before
            from clean where ticket_id <> '{planted}') where occurred_at < before"""
    assert season.number(backwards) == 0
    unborn = (
        "select count(*) from tickets where created_at is not null and ticket_id not in (select ticket_id from events)"
    )
    assert season.number(unborn) == 0


def test_status_of_a_ticket_is_its_last_status_event(season: Demo) -> None:
    differing = """
        select count(*) from tickets join (select ticket_id, arg_max(to_value, position) as last from clean
            where event_type = 'status' group by all) using (ticket_id) where status <> last"""
    assert season.number(differing) == 0


def test_events_are_six_to_nine_for_a_ticket(season: Demo) -> None:
    assert 6 <= season.truth["rows"]["events"] / season.truth["rows"]["tickets"] <= 9


def test_agents_act_in_their_rostered_time(season: Demo) -> None:
    outside = season.number("""
        with acts as (select actor_id, occurred_at from clean where actor_type = 'agent' using sample 9000
            (reservoir, 1))
        select avg(case when exists (select 1 from rosters r where r.agent_id = actor_id and activity <> 'leave'
            and occurred_at between starts_at - interval 40 minute and ends_at + interval 5 minute) then 0 else 1 end)
        from acts""")
    assert outside < 0.03  # overtime exists, but little of it
    gone = "select count(*) from clean join agents on agent_id = actor_id where occurred_at::date > left_on + 1"
    assert season.number(gone) == 0


def test_dirt_is_as_counted(season: Demo) -> None:
    dirt = season.truth["dirt"]
    for where, name in (
        ("is_spam", "spam_tickets"),
        ("is_test", "test_tickets"),
        ("is_deleted", "deleted_tickets"),
        ("merged_into_ticket_id is not null", "merged_tickets"),
        ("requester_id is null and created_at is not null", "tickets_without_requester"),
    ):
        assert season.number(f"select count(*) from tickets where {where}") == dirt[name] > 0, name
    merges = season.number("select count(*) from clean where event_type = 'merged'")
    assert 0.9 * dirt["merged_tickets"] <= merges <= dirt["merged_tickets"]


def test_rates_are_those_of_an_ordinary_desk(season: Demo) -> None:
    assert 0.60 <= season.number("select avg(fcr::int) from resolved") <= 0.76
    assert 0.04 <= season.number("select avg((ticket_id in (from reopened))::int) from resolved") <= 0.09
    csat = "select avg((score >= 4)::int) from surveys where survey_type = 'csat' and answered_at is not null"
    assert 0.78 <= season.number(csat) <= 0.89
    assert 0.18 <= season.number("select avg((answered_at is not null)::int) from surveys") <= 0.27
    loads = season.ask("""
        select t.team_id, count(*) / 22.9 as weekly, any_value(a.agents) as agents from tickets t
        join (select team_id, count(distinct agent_id) as agents from agents where left_on is null group by 1) a
            on a.team_id = t.team_id group by 1""")
    assert len(loads) == 4
    assert (loads.weekly / loads.agents).between(40, 80).all()


def test_quality_drop_is_there_and_nowhere_in_the_calendar(season: Demo) -> None:
    drop = season.truth["quality_drop"]
    rates = season.ask(f"""
        select solved_at >= '{since(drop["begins"])}' as later, category = '{drop["category"]}' as dropped,
            avg(fcr::int) as fcr, count(*) as n, count(*) / count(distinct solved_at::date) as daily
        from resolved group by all""").set_index(["dropped", "later"])
    fall = rates.fcr[(True, True)] - rates.fcr[(True, False)]
    assert -0.27 <= fall <= -0.14
    assert abs(rates.fcr[(False, True)] - rates.fcr[(False, False)]) < 0.04
    assert rates.daily[(True, True)] >= 30
    assert season.number(f"select count(*) from calendar_events where category = '{drop['category']}'") == 0
    talk = season.ask(f"""
        select started_at >= '{since(drop["begins"])}' as later, median(seconds) as seconds from time_entries
        join tickets using (ticket_id) where activity = 'talk' and category = '{drop["category"]}' group by 1
        order by 1""")
    assert talk.seconds[1] < 0.75 * talk.seconds[0]


def test_outage_is_a_day_of_one_category(season: Demo) -> None:
    outage = season.truth["outage"]
    daily = season.ask(f"""
        select created_at::date as day, count(*) as n from tickets where category = '{outage["category"]}'
        group by 1 order by n desc""")
    assert str(daily.day[0])[:10] == outage["day"]
    assert daily.n[0] > 2 * daily.n[1]


def test_the_intervention_that_worked_did_and_the_other_did_not(season: Demo) -> None:
    def talk_ratio(what: str) -> float:
        planted = season.truth[what]
        seconds = season.ask(f"""
            select started_at >= '{since(planted["begins"])}' as later, exp(avg(ln(seconds))) as seconds
            from time_entries join tickets using (ticket_id)
            where activity = 'talk' and seconds > 0 and category = '{planted["category"]}' group by 1 order by 1""")
        return float(seconds.seconds[1] / seconds.seconds[0])

    assert talk_ratio("intervention_worked") < 0.88
    assert 0.89 < talk_ratio("intervention_without_effect") < 1.12


def test_sliders_slide_in_different_teams(season: Demo) -> None:
    sliders = season.truth["sliders"]
    assert len({s["team_id"] for s in sliders}) == 2
    for slider in sliders:
        begins = since(slider["begins"])
        assert timedelta(weeks=8) <= NOW - begins <= timedelta(weeks=10)
        full = begins + timedelta(days=slider["ramp_days"])
        own = season.ask(f"""
            select case when solved_at < '{begins}' then 'before' when solved_at > '{full}' then 'after' end as spell,
                avg(fcr::int) as fcr from resolved where solver = '{slider["agent_id"]}' group by 1""").set_index(
            "spell"
        )
        assert own.fcr["after"] < own.fcr["before"] - 0.03, slider


def test_sliders_work_past_their_roster(season: Demo) -> None:
    outside = season.ask(f"""
        with acts as (select actor_id, occurred_at from clean
            where actor_type = 'agent' and actor_id <> 'agent-bot' and occurred_at > '{NOW - timedelta(days=28)}')
        select actor_id, avg(case when exists (select 1 from rosters r where r.agent_id = actor_id
            and activity <> 'leave' and occurred_at between starts_at and ends_at + interval 2 minute)
            then 0 else 1 end) as share from acts group by 1 order by share desc""")
    assert set(outside.actor_id[:2]) == {s["agent_id"] for s in season.truth["sliders"]}
    assert outside.share[1] > 0.06
    assert outside.share[2:].median() < 0.02


def test_the_busy_one_has_more_to_do(season: Demo) -> None:
    busy = season.truth["busy"]
    share = season.ask(f"""
        select occurred_at >= '{since(busy["begins"])}' as later, avg((actor_id = '{busy["agent_id"]}')::int) as share
        from clean where event_type = 'message' and is_public and actor_id in
            (select agent_id from agents where team_id = 'team-front') group by 1 order by 1""").share
    assert share[1] > 1.12 * share[0]


def test_one_category_rests_on_one_person(season: Demo) -> None:
    silo = season.truth["silo"]
    shares = season.ask("""
        select category, max(solved) / sum(solved) as share from (
            select category, solver, count(*) as solved from tickets join solves using (ticket_id)
            where solver is not null group by all) group by category
    """).set_index("category")["share"]
    assert shares.idxmax() == silo["category"]
    assert shares.max() > 0.55
    assert shares.drop(silo["category"]).max() < 0.4


def test_organizations_about_to_leave_write_more_and_like_it_less(season: Demo) -> None:
    leaving = season.truth["leaving"]
    inside = "organization_id in (" + ", ".join(f"'{o}'" for o in leaving["organizations"]) + ")"
    recent = f"created_at >= '{since(leaving['begins'])}'"
    assert season.number(f"select count(*) from tickets where {inside} and {recent}") >= 9
    back = "select avg((ticket_id in (from reopened))::int) from tickets where "
    assert season.number(f"{back} {inside} and {recent}") > 2 * season.number(f"{back} not {inside} and {recent}")


def test_one_topic_has_no_article_and_is_looked_for(season: Demo) -> None:
    topic = season.truth["topic_without_article"]
    assert season.number(f"select count(*) from articles where category = '{topic}'") == 0
    assert season.number(f"select sum(searches) from help_sessions where category = '{topic}'") > 0
    assert season.number(f"select count(*) from help_sessions where category = '{topic}' and articles_read > 0") == 0
