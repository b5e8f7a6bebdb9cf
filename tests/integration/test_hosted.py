"""Freshdesk, Intercom and Jira Service Management: the week worked out by hand, through each one's interface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import select

from config.errors import BadSetting, RunRefused, SourceFailed
from config.settings import Settings
from etl.connecting import check
from etl.fakes import freshdesk
from etl.fakes.server import Answer, served
from etl.import_format import TABLES
from etl.pipeline import FileSource, run
from etl.sources.freshdesk import asking, streams
from etl.sources.live.kinds import Reading
from metrics import Question, Scope, ask
from metrics.published import current_build
from metrics.warehouse import fct_ticket
from tests.support.live import BOB, FAKES, KEY, KIM, SETTINGS, at, handed, hosted, live, read, source, without_ceremony

Figure = tuple[float | None, float | None]
IS_DELETED = 1 + [c.name for c in TABLES["tickets"].columns if c.name != "url"].index("is_deleted")
# Seven tickets less the merged (3) and the deleted one (5); 6 came back. 1 was reopened of 1 and 2 that were solved, so
# that of these two only 2 was settled at the first contact; the last answer to the survey is good, and the first reply
# came after 20 of the 30 minutes promised.
EXPECTED: dict[str, Figure] = {
    "tickets_created": (5, None),
    "reopens": (1, None),
    "reopen_rate": (1, 2),
    "fcr": (1, 2),
    "csat": (1, 1),
    "sla_attainment": (1, 1),
    "backlog": (3, None),
}
OTHERWISE: dict[str, dict[str, Figure]] = {
    # Intercom merges no conversations, so 3 stays a sixth ticket, closed by Lee without a reply: one more that could
    # have come back, and none that was settled at a contact. How long its targets are it does not tell.
    "intercom": {"tickets_created": (6, None), "reopen_rate": (1, 3), "sla_attainment": (0, 0)},
}


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


def _figures(home: Path, names: Any) -> dict[str, Figure]:
    answer = ask(Question(tuple(names)), Scope.everything(), current_build(replace(Settings(), home=home)))
    told = answer.astype(object).where(answer.notna(), None).to_dict("records")
    return {row["metric"]: (row["numerator"], row["denominator"]) for row in told}


@pytest.mark.parametrize("kind", FAKES)
def test_the_week_comes_to_what_was_worked_out_by_hand(kind: str, tmp_path: Path) -> None:
    settings = replace(Settings(), home=tmp_path)
    with served(hosted(kind)) as at_work:
        result = run([source(at_work.url, kind)], settings, at(30, "12:00"), lambda _: None)
    assert not [check for check in result.checks if not check.passed and not check.is_warning]
    expected = EXPECTED | OTHERWISE.get(kind, {})
    assert _figures(tmp_path, expected) == expected
    waits = current_build(settings).read(
        select(fct_ticket.c.subject, fct_ticket.c.first_reply_calendar_seconds)
        .where(fct_ticket.c.is_replied)
        .order_by(fct_ticket.c.subject)
    )
    replied = [tuple(row) for row in waits.to_numpy().tolist()]
    assert replied == [("Subject 1", 1200), ("Subject 2", 3600), ("Subject 4", 7200)]
    if kind != "jira":  # the helpdesk's own figure of ticket 1, in hours of a day that has no closed ones
        told = {row[2]: row[3] for row in handed(tmp_path)["vendor_figures"] if row[1] == "1"}
        assert 20.0 in (told.get("first_reply_minutes_calendar"), told.get("first_reply_minutes_business"))
        days = (told.get("full_resolution_minutes_calendar"), told.get("full_resolution_minutes_business"))
        assert (3 * 24 + 6) * 60.0 in days
        assert told.get("reopens") == (1.0 if kind == "intercom" else None)
    held = (tmp_path / "extract.duckdb").read_bytes()
    assert not [word for word in (b"somebody wrote", b"ana@example", b"Ana", b"030 123", b"Bob") if word in held]
    assert b"Kim" in held  # agents are called by name


@pytest.mark.parametrize("kind", FAKES)
def test_a_second_run_loads_only_what_changed(kind: str, tmp_path: Path) -> None:
    fake = hosted(kind)
    with served(fake) as at_work:
        given = source(at_work.url, kind)
        read(tmp_path, given)
        second = read(tmp_path, given, at(5, "12:10"))
        asked = len(at_work.asked)
        fake.act(6, at(5, "12:15"), KIM, comment=True, status="solved")
        fake.now = at(6, "13:00")
        third = read(tmp_path, given, at(6, "13:00"))
        assert len(at_work.asked) - asked < 45
    assert sum(c.loaded for c in second) == 0
    loaded = Counter[str]()
    for count in third:
        loaded.update({count.table: count.loaded} if count.loaded else {})
    changes = loaded.pop("changes")
    assert changes == 2  # the answer and the status
    assert loaded["tickets"] == 1
    loaded.pop("vendor_figures", None)  # of a ticket that was answered and solved
    assert set(loaded) <= {"tickets", "stats", "exports"}  # what is told of a version, and the new day's export
    [ticket] = [row for row in handed(tmp_path)["tickets"] if "Subject 6" in row]
    assert "solved" in ticket


@pytest.mark.parametrize("kind", FAKES)
def test_read_in_parts_as_at_once(kind: str, tmp_path: Path) -> None:
    with served(hosted(kind)) as whole:
        read(tmp_path / "clean", source(whole.url, kind))
    parts = hosted(kind, at(1, "10:30"))
    with served(parts) as growing:
        given = source(growing.url, kind)
        read(tmp_path / "parts", given, at(1, "10:32"))
        before = at(1, "10:30")
        for day in (2, 3, 5):
            live(parts, at(day, "12:00"), before)
            before = at(day, "12:00")
            read(tmp_path / "parts", given, at(day, "12:02"))
    told, clean = handed(tmp_path / "parts"), handed(tmp_path / "clean")
    assert told.pop("surveys")[-1:] == clean.pop("surveys")[-1:]  # in between, the first answer was known as well
    assert told == clean


@pytest.mark.parametrize("kind", FAKES)
def test_check_says_what_can_be_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(hosted(kind)) as at_work:
        sources = {"desk": {"kind": kind, "url": at_work.url, **SETTINGS[kind]}}
        settings = replace(Settings(), home=tmp_path, sources=sources, allowed_networks=("127.0.0.1",))
        environ = {"DESKPULSE_PSEUDONYM_KEY": KEY, "DESKPULSE_DESK_TOKEN": "token"}
        found = check(settings, "desk", at(5, "12:00"), environ)
        assert [finding.what for finding in found]
        assert not [finding for finding in found if not finding.ok]
        (refused,) = check(settings, "desk", at(5, "12:00"), {**environ, "DESKPULSE_DESK_TOKEN": "wrong"})
        assert "does not accept the credentials" in refused.says


@pytest.mark.parametrize("kind", ["zendesk", "freshdesk"])
def test_a_ticket_that_was_archived_and_is_listed_no_more_stays(kind: str, tmp_path: Path) -> None:
    fake = hosted(kind)
    with served(fake) as at_work:
        given = source(at_work.url, kind)
        read(tmp_path, given)
        before = handed(tmp_path)
        del fake.tickets[2]  # closed, and moved to where no listing looks
        fake.now = at(40, "12:00")
        read(tmp_path, given, at(40, "12:00"))
    after = handed(tmp_path)
    assert [row for row in after["tickets"] if row[1] == "2"] == [row for row in before["tickets"] if row[1] == "2"]
    assert after["events"] == before["events"]


def test_an_issue_that_is_no_longer_listed_was_deleted(tmp_path: Path) -> None:
    fake = hosted("jira")
    with served(fake) as at_work:
        given = source(at_work.url, "jira")
        read(tmp_path, given)
        fake.delete(6, at(5, "12:05"))
        read(tmp_path, given, at(5, "12:10"))
        gone = [row for row in handed(tmp_path)["tickets"] if True in row[1:]]
        assert [row[1] for row in gone] == ["6"]
        fake.restore(6, at(5, "12:15"))
        read(tmp_path, given, at(5, "12:20"))
    assert not [row for row in handed(tmp_path)["tickets"] if True in row[1:]]


def test_a_project_that_is_read_later_brings_its_past(tmp_path: Path) -> None:
    fake = hosted("jira")
    with served(fake) as at_work:
        everything, some = source(at_work.url, "jira"), source(at_work.url, "jira", projects=["P31"])
        read(tmp_path / "clean", everything)
        read(tmp_path / "later", some)
        assert "4" not in {row[1] for row in handed(tmp_path / "later")["tickets"]}  # of P32, and touched long ago
        at_work.faults.append(lambda path, _: Answer({}, 400) if "/issue/4/changelog" in path else None)
        with pytest.raises(SourceFailed, match="answered 400"):
            read(tmp_path / "later", everything, at(5, "12:05"))
        at_work.faults.clear()
        loaded = Counter({count.table: count.loaded for count in read(tmp_path / "later", everything, at(5, "12:10"))})
        assert loaded["tickets"] == 1
        assert handed(tmp_path / "later") == handed(tmp_path / "clean")
        read(tmp_path / "later", some, at(5, "12:20"))
        fake.act(4, at(5, "12:25"), BOB, comment=True)  # while nobody looks there
        fake.act(1, at(5, "12:30"), BOB, comment=True)
        read(tmp_path / "later", some, at(5, "12:45"))
        read(tmp_path / "later", everything, at(5, "13:00"))
        read(tmp_path / "clean", everything, at(5, "13:00"))
        assert sum(count.loaded for count in read(tmp_path / "later", everything, at(5, "13:10"))) == 0
    assert handed(tmp_path / "later") == handed(tmp_path / "clean")


def test_an_earlier_day_to_begin_on_is_refused_until_everything_is_read_again(tmp_path: Path) -> None:
    with served(hosted("jira")) as at_work:
        given, whole = source(at_work.url, "jira", since="2026-03-04"), source(at_work.url, "jira")
        read(tmp_path / "some", given)
        before = handed(tmp_path / "some")
        for other, says in (
            (whole, "at the beginning"),
            (source(at_work.url, "jira", since="20260302"), "on 2026-03-0"),
        ):
            with pytest.raises(BadSetting, match=f"since: nothing from before 2026-03-04 .* {says}.* --full-refresh"):
                read(tmp_path / "some", other, at(5, "12:10"))
        assert handed(tmp_path / "some") == before
        read(tmp_path / "some", whole, at(5, "12:20"), full_refresh=True)
        read(tmp_path / "some", given, at(5, "12:30"))  # a later one leaves nothing out
    assert (len(before["tickets"]), len(handed(tmp_path / "some")["tickets"])) == (4, 6)


def test_deleted_conversations_are_missed_once_a_week(tmp_path: Path) -> None:
    fake, news, miscounted = hosted("intercom"), list[str](), 0
    honest = fake.posted

    def posted(path: str, told: Any, headers: Any) -> Any:
        answer = honest(path, told, headers)
        if "conversations" in path and "total_count" in answer.body:
            answer.body["total_count"] += miscounted
        return answer

    fake.posted = posted
    for number in range(100, 140):  # more than may always be gone: those touched of late are not all there are
        fake.ticket(number, BOB, at(4, "10:00"))
    with served(fake) as at_work:
        given = source(at_work.url, "intercom")
        read(tmp_path, given)
        fake.delete(6, at(5, "12:05"))
        fake.ticket(60, BOB, at(6, "10:00"))
        read(tmp_path, given, at(7, "12:00"))
        assert _deleted(tmp_path) == []  # a week has not passed: until then Intercom tells nobody
        miscounted = 1  # one more than is listed: something changed while the list was read
        read(tmp_path, given, at(13, "12:00"), progress=news.append)
        assert _deleted(tmp_path) == []
        assert "/conversations/search: 46 of 47 conversations were listed; none counts as deleted by it" in news
        miscounted = 0
        read(tmp_path, source(at_work.url, "intercom", deleted_days=0), at(13, "12:10"))
        assert _deleted(tmp_path) == []
        read(tmp_path, given, at(13, "12:20"))
        assert _deleted(tmp_path) == ["6"]
        fake.ticket(61, BOB, at(13, "12:30"))  # no list has it yet
        read(tmp_path, given, at(13, "12:40"))
        assert _deleted(tmp_path) == ["6"]
        assert {"60", "61"} <= {row[1] for row in handed(tmp_path)["tickets"]}


def _deleted(home: Path) -> list[str]:
    return [str(row[1]) for row in handed(home)["tickets"] if row[IS_DELETED]]


@pytest.mark.parametrize("kind", ["zendesk", *FAKES])
def test_the_settings_say_which_line_a_team_is(kind: str, tmp_path: Path) -> None:
    with served(hosted(kind)) as at_work:
        read(tmp_path, source(at_work.url, kind, tiers={"Sales": 2}, triage=["Care"]))
        told = {row[2]: row[3:5] for row in handed(tmp_path)["teams"]}
        assert told == {"Care": (None, True), "Sales": (2, None)}
        with pytest.raises(BadSetting, match=r"tiers: 'Sales' should be a line such as 2, not 'second'"):
            read(tmp_path, source(at_work.url, kind, tiers={"Sales": "second"}), at(5, "12:10"))


def test_a_desk_last_read_before_there_were_new_tables_and_columns_is_handed_over(tmp_path: Path) -> None:
    with served(hosted("zendesk")) as at_work:
        read(tmp_path, source(at_work.url))
    before = handed(tmp_path)
    with duckdb.connect(str(tmp_path / "extract.duckdb")) as connection:
        connection.execute("drop table zendesk_metric_sets; alter table zendesk_groups drop column tier")
    after = handed(tmp_path)
    assert after.pop("vendor_figures") == []
    assert after == {name: rows for name, rows in before.items() if name != "vendor_figures"}


def test_an_agent_who_changed_teams_was_in_the_old_one_before(tmp_path: Path) -> None:
    fake = hosted("freshdesk")
    with served(fake) as at_work:
        given = source(at_work.url, "freshdesk")
        read(tmp_path, given)
        fake.person(KIM, "agent", "Kim", at(6, "09:00"), default_group_id=32)
        read(tmp_path, given, at(7, "09:00"))
    spells = [(str(row[2]), row[4]) for row in handed(tmp_path)["agents"] if row[1] == str(KIM)]
    assert spells == [("1900-01-01", "31"), ("2026-03-09", "32")]  # Freshdesk does not tell since when


def test_without_activities_a_freshdesk_tells_its_history_by_instants_and_versions(tmp_path: Path) -> None:
    fake = hosted("freshdesk", at(3, "12:00"))
    fake.has_activities = False
    with served(fake) as at_work:
        given = source(at_work.url, "freshdesk")
        read(tmp_path, given, at(3, "12:02"))
        live(fake, at(5, "12:00"), at(3, "12:00"))
        run([given], replace(Settings(), home=tmp_path), at(30, "12:00"), lambda _: None)
    # Solved on Monday and reopened on Thursday are instants Freshdesk keeps; ticket 2 was closed on Friday.
    assert _figures(tmp_path, ("reopens", "reopen_rate")) == {"reopens": (1, None), "reopen_rate": (1, 2)}


def test_a_freshdesk_of_more_pages_than_it_gives_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = hosted("freshdesk")
    monkeypatch.setattr(asking, "PAGE_ROWS", 3)
    monkeypatch.setattr(freshdesk, "MOST_PAGES", 4)
    for number in range(100, 109):
        fake.ticket(number, BOB, at(4, "10:00"))
    with served(fake) as at_work:
        api = streams.client(Reading(source(at_work.url, "freshdesk"), fake.now, lambda _: None))
        met = [row["id"] for rows, _ in streams._by_time(api, "", "2026-01-01T00:00:00Z") for row in rows]
        assert set(met) == {1, 2, 3, 4, 6, 7, *range(100, 109)}
        for number in range(109, 120):  # more of one second than may be listed
            fake.ticket(number, BOB, at(4, "10:00"))
        monkeypatch.setattr(streams, "LAST_PAGE", 4)
        with pytest.raises(SourceFailed, match="share the second"):
            list(streams._by_time(api, "", "2026-01-01T00:00:00Z"))


def test_other_listings_of_a_freshdesk_go_beyond_the_pages_of_tickets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = hosted("freshdesk")
    monkeypatch.setattr(asking, "PAGE_ROWS", 3)
    monkeypatch.setattr(freshdesk, "MOST_PAGES", 4)
    for number in range(200, 220):
        fake.person(number, "end-user", f"P{number}", at(-1, "08:00"))
        fake.rate(number, 1, at(4, "09:00"), "good")
        fake.log(number, 1, KIM, at(number - 1200, "09:00"), minutes=75)  # years ago
    fake.log(230, 1, KIM, at(400, "09:00"), minutes=75)  # dated ahead by mistake
    with served(fake) as at_work:
        given = source(at_work.url, "freshdesk")
        counts = {count.table: count.loaded for count in read(tmp_path, given)}
        spans = [asked for asked in at_work.asked if "time_entries" in asked]
        assert sum(c.loaded for c in read(tmp_path, given, at(5, "12:10"))) == 0
        fake.log(220, 1, KIM, at(-20, "09:00"), minutes=5)  # logged late
        again = {count.table: count.loaded for count in read(tmp_path, given, at(5, "12:20")) if count.loaded}
    assert (counts["requesters"], counts["surveys"], counts["time_entries"]) == (22, 21, 21)
    assert {row[5] for row in handed(tmp_path)["time_entries"]} == {75 * 60, 5 * 60}
    assert any("executed_before" in asked for asked in spans)  # by spans, not all of them by number
    assert again == {"time_entries": 1}


def test_a_freshdesk_that_gives_no_more_pages_is_told_and_not_taken_for_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = hosted("freshdesk")
    monkeypatch.setattr(asking, "PAGE_ROWS", 3)
    fake.deepest = 4
    for number in range(200, 220):
        fake.person(number, "end-user", f"P{number}", at(-1, "08:00"))
    with served(fake) as at_work:
        given = source(at_work.url, "freshdesk")
        with pytest.raises(SourceFailed, match="contacts: no more than 4 pages are given, and there are more; what co"):
            read(tmp_path, given)
        fake.deepest = None
        read(tmp_path, given)
    assert len(handed(tmp_path)["requesters"]) == 22


def test_a_day_of_activities_in_several_files_was_read_when_all_were(tmp_path: Path) -> None:
    with served(hosted("freshdesk")) as at_work:
        read(tmp_path / "one", source(at_work.url, "freshdesk"))
    fake = hosted("freshdesk")
    fake.files_a_day = 3
    with served(fake) as at_work:
        given = source(at_work.url, "freshdesk")
        at_work.faults.append(lambda path, _: Answer({}, 404) if path.endswith("2026-03-03.1") else None)
        with pytest.raises(SourceFailed, match="answered 404"):
            read(tmp_path / "several", given)
        at_work.faults.clear()
        read(tmp_path / "several", given)
        assert sum(count.loaded for count in read(tmp_path / "several", given, at(5, "12:10"))) == 0
    assert handed(tmp_path / "several") == handed(tmp_path / "one")


def test_a_helpdesk_that_falls_silent_is_not_published_and_files_that_do_are_warned_of(tmp_path: Path) -> None:
    fake = hosted("intercom")
    for week in range(8):
        for number in range(20):
            fake.ticket(1000 + 20 * week + number, BOB, at(7 * week, "15:00") + timedelta(minutes=number))
    settings = replace(Settings(), home=tmp_path)
    with served(fake) as at_work:
        given = source(at_work.url, "intercom")
        fresh = run([given], settings, at(54, "12:00"), lambda _: None)  # the last ticket came five days ago
        with pytest.raises(RunRefused, match="brought some in the last one"):
            run([given], settings, at(57, "12:00"), lambda _: None)
    assert current_build(settings).build_id == fresh.build_id
    rows = "".join(
        f"{week}-{number},{(at(7 * week, '15:00') + timedelta(minutes=number)).isoformat()}\n"
        for week in range(8)
        for number in range(20)
    )
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "tickets.csv").write_text(f"ticket_id,created_at\n{rows}")
    told = run(
        [FileSource("f", (tmp_path / "files",))],
        replace(Settings(), home=tmp_path / "f"),
        at(57, "12:00"),
        lambda _: None,
    )
    assert [check.name for check in told.checks if not check.passed] == ["warn_files_not_silent"]
