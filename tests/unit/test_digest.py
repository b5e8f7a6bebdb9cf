"""The weekly digest: who may receive what, what is in it, how it is written down, and when nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config.errors import BadSetting
from config.settings import Settings
from metrics.scope import Scope
from reports import __main__ as command
from reports import addresses
from reports.chats import CHATS
from reports.deliver import Attachment, MailServer, NotDelivered, Picture, mail_server, message
from reports.digest import Line, Section, digest_for
from reports.html import html, inline
from reports.pdf import pdf
from reports.preview import as_reader, sent_reads, visible
from reports.recipients import Recipient, recipients, scope_of
from reports.sent import note_sent
from reports.text import summary, text
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui.filters import Chosen
from ui.periods import Period

WEEK = date(2026, 3, 23)
RED = Recipient("kim@example.com", "manager", ("Red",))
BOSS = Recipient("boss@example.com", "executive")
SETTINGS = Settings()


@pytest.fixture(scope="module")
def build():
    return build_of(warehouse(busy_month(tickets=200)))


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return replace(SETTINGS, home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def digest(build, settings):
    made = digest_for(RED, WEEK, build, settings)
    assert made is not None
    return made


def test_a_manager_s_digest_holds_their_teams_only(build, settings, digest):
    boss = digest_for(BOSS, WEEK, build, settings)
    assert scope_of(RED, build) == Scope("kim@example.com", frozenset({"story:red"}), "manager")
    created = {line.title: line.value for line in digest.lines}["Tickets created"]
    everybody = digest_for(Recipient("a@example.com", "analyst"), WEEK, build, settings)
    assert int(created) < int({line.title: line.value for line in everybody.lines}["Tickets created"])
    assert "Deflection rate" not in created
    assert boss is not None
    assert "Deflection rate" in [line.title for line in boss.lines]
    assert [section.title for section in boss.sections] == ["To decide"]
    for told in (html(digest), text(digest)):
        assert "Green" not in told
        assert "Blue" not in told


def test_links_lead_to_the_same_filters(digest):
    assert digest.link == "http://localhost:8501/weekly-review?week=23+March+2026&team=Red"


def test_nothing_happened_nothing_to_say(build, settings, monkeypatch):
    assert digest_for(RED, date(2030, 1, 7), build, settings) is None
    monkeypatch.setattr("reports.digest._alerts", lambda *_: Section("Open alerts", ("Something is up.",)))
    for long_gone_or_to_come in (date(1990, 1, 1), date(2030, 1, 7)):  # what is open now is no news of then
        assert digest_for(RED, long_gone_or_to_come, build, settings) is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"to": "kim", "role": "analyst"}, "to must be one address"),
        ({"to": "a@b.example\nBcc: c@d.example", "role": "analyst"}, "to must be one address"),
        ({"to": "a@b.example", "role": "king"}, "role must be executive, manager or analyst, not 'king'"),
        ({"to": "a@b.example", "role": "manager"}, "name them in teams"),
        ({"to": "a@b.example", "role": "analyst", "team": ["Red"]}, "unknown 'team'"),
        ("a@b.example", "must be a table"),
    ],
)
def test_recipients_that_cannot_be_are_refused_in_one_line(row: Any, says: str) -> None:
    with pytest.raises(BadSetting) as refused:
        recipients(replace(SETTINGS, digest={"recipients": [row]}))
    assert says in str(refused.value)


def test_an_unknown_team_is_refused_with_those_there_are(build):
    with pytest.raises(BadSetting, match="no team 'Rot'; known are"):
        scope_of(Recipient("kim@example.com", "manager", ("Rot",)), build)


@pytest.mark.parametrize(
    ("mail", "says"),
    [
        ({}, "host is missing; without a mail server use --dry-run"),
        ({"host": "h", "sender": "s@example.com", "security": "ssl"}, "security must be starttls, tls or none"),
        ({"host": "h", "sender": "s@example.com", "port": 0}, "port must be a number"),
        ({"host": "h", "sender": "s@example.com", "password": "x"}, "unknown 'password'"),
    ],
)
def test_a_mail_server_that_cannot_be_is_refused(mail: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting, match="mail") as refused:
        mail_server(replace(SETTINGS, mail=mail))
    assert says in str(refused.value)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_html_is_what_mail_clients_understand(digest) -> None:
    page = Tags(html(digest))
    names = [tag for tag, _ in page.tags]
    assert not {"style", "script", "link", "div", "form", "iframe"} & set(names)
    assert not [attributes for _, attributes in page.tags if "class" in attributes]
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert [picture["src"] for picture in pictures] == [f"cid:{chart.name}@deskpulse" for chart in digest.charts]
    assert all(picture["alt"] for picture in pictures)
    assert len(html(digest)) < 100_000  # Gmail cuts what is longer
    assert "data:image/png;base64," in html(digest, inline)


HOSTILE = '<img src=x onerror="alert(1)"> & "b"'


def test_what_people_wrote_is_never_markup(digest) -> None:
    line = Line(HOSTILE, "1", "+1 %", "worse", HOSTILE)
    said = Section(HOSTILE, (HOSTILE,), f"http://desk/{HOSTILE}")
    hostile = replace(digest, part=HOSTILE, title=HOSTILE, sentence=HOSTILE, lines=(line,), sections=(said,))
    page = Tags(html(hostile))
    assert [attributes for tag, attributes in page.tags if "onerror" in attributes] == []
    assert len([tag for tag, _ in page.tags if tag == "img"]) == len(digest.charts)
    assert HOSTILE in page.said
    assert pdf(hostile).startswith(b"%PDF")


def test_the_text_says_all_the_html_says(digest) -> None:
    told = text(digest)
    for line in digest.lines:
        assert f"{line.title}: {line.value}" in told
    for section in digest.sections:
        assert section.title in told
    assert digest.link in told
    assert summary(digest).splitlines()[0] == digest.sentence


def test_the_same_digest_is_the_same_document(digest) -> None:
    assert pdf(digest) == pdf(digest)
    assert len(pdf(digest)) > 5000


def test_a_mail_has_text_html_pictures_and_pdf() -> None:
    mail = message(
        "desk@example.com", "kim@example.com", "A\nb", "text", "<p>html</p>", [Picture("p", b"png")],
        [Attachment("week.pdf", b"%PDF")],
    )  # fmt: skip
    assert mail["Subject"] == "A b"
    assert mail["Auto-Submitted"] == "auto-generated"
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png", "application/pdf"]
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<p@deskpulse>"
    assert mail.get_body(("plain",)).get_content().strip() == "text"


def test_every_link_leads_to_a_page_its_reader_may_open(build, settings):
    import dashboard
    from ui.grants import may_open
    from ui.names import page_path

    titles = {page_path(title): title for pages in dashboard.PAGES.values() for _, title, _ in pages}
    for recipient in (RED, BOSS, Recipient("ana@example.com", "analyst", ("Red", "Violet"))):
        made = digest_for(recipient, WEEK, build, settings)
        assert made is not None
        said = [addresses.alerts(settings, recipient), addresses.staffing(settings, recipient)]
        for link in [made.link, *said, *(section.link for section in made.sections)]:
            assert may_open(scope_of(recipient, build), titles[urlsplit(link).path.strip("/")])


def test_links_carry_week_and_teams(settings):
    several = Recipient("ana@example.com", "analyst", ("Red", "Blue & Co"))
    asked = parse_qs(urlsplit(addresses.review(settings, several, WEEK)).query)
    assert asked == {"headline_by": ["Week"], "week": ["23 March 2026"], "team": ["Red", "Blue & Co"]}
    assert addresses.staffing(settings, RED).endswith("?forecast_by=Team&forecast_team=Red&staff_team=Red")
    assert addresses.review(replace(settings, dashboard_url=""), RED, WEEK) == ""


def test_a_preview_is_for_who_sees_the_recipient_s_teams(build):
    violet, both = (
        Recipient("lee@example.com", "manager", ("Violet",)),
        Recipient("a@b.example", "analyst", ("Red", "Violet")),
    )
    known = [BOSS, RED, violet, both]
    assert visible(known, Scope.everything(), build) == known
    assert visible(known, scope_of(RED, build), build) == [RED]
    assert visible(known, scope_of(both, build), build) == [RED, violet, both]
    assert visible(known, Scope("nobody", frozenset(), "manager"), build) == []
    made_up = as_reader("executive", Chosen(Period("week", WEEK)), scope_of(RED, build), build)
    assert made_up.teams == ("Red",)


def test_what_was_sent_is_told(settings):
    assert sent_reads(settings, RED.to, WEEK) == "not sent"
    note_sent(settings.home / "digests.jsonl", RED.to, WEEK, "b1")
    assert sent_reads(settings, RED.to, WEEK).startswith("sent ")
    assert sent_reads(settings, BOSS.to, WEEK) == "not sent"


def test_a_chat_is_told_once_whoever_else_is_and_after_it_was_away(build, tmp_path, monkeypatch):
    told = replace(
        SETTINGS,
        home=tmp_path,
        digest={"recipients": [{"to": BOSS.to, "role": BOSS.role}, {"to": "ceo@example.com", "role": BOSS.role}]},
    )
    mailed: list[str] = []

    told_chats: list[str] = []
    is_away = True

    def tell(address: str, name: str, *_: object) -> None:
        if is_away and name == "chat number 1":
            raise NotDelivered("chat number 1 could not be reached")
        told_chats.append(address)

    first, second = "https://chat.example/hook", "https://other.example/hook"
    monkeypatch.setenv(CHATS, f"{first} {second} {first}")
    monkeypatch.setattr(command, "load_settings", lambda: told)
    monkeypatch.setattr(command, "current_build", lambda _: build)
    monkeypatch.setattr(command, "mail_server", lambda _: MailServer("mail.example", 25, "desk@example.com"))
    monkeypatch.setattr(command, "send", lambda mail, _: mailed.append(mail["To"]))
    monkeypatch.setattr(command, "tell_chat", tell)
    for _ in range(2):
        with pytest.raises(NotDelivered, match="chat number 1"):
            command.main(["weekly", "--week", WEEK.isoformat()])
    assert told_chats == [second]
    is_away = False
    for _ in range(2):
        command.main(["weekly", "--week", WEEK.isoformat()])
    assert told_chats == [second, first]
    assert mailed == [BOSS.to, "ceo@example.com"]
    command.main(["weekly", "--week", WEEK.isoformat(), "--again"])
    assert told_chats == [second, first, first, second]
    assert "chat.example" not in (tmp_path / "digests.jsonl").read_text(encoding="utf-8")
