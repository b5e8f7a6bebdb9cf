"""Who is let in, as whom, for how long: the access file, tokens, proxies, secrets, and sign-ins that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.access import GRANTED, Access, Grant, NoAccess, load_access
from config.errors import BadSetting
from config.settings import ROOT, Settings
from config.sign_in import SignIn, refuse_weak, sign_in_of
from journal import open_journal
from journal.opening import journal_engine, journal_url
from ui import grants
from ui.identity import by_header, by_token

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
US = "deskpulse"
OIDC = SignIn("oidc")
PROXY = SignIn("proxy", proxies=("10.0.0.5", "fd00::/126"), header="X-User", groups_header="X-Groups")
SECRET = "k9Q-vT2mZ_7rLx4Wb8Nc1Hy6Jf3Gd5Ps0AuE"
AUTH = {
    "cookie_secret": SECRET,
    "client_id": US,
    "client_secret": "8fJ2kLw0QzX7vN4b",
    "server_metadata_url": "https://id.acme.test/.well-known/openid-configuration",
    "redirect_uri": "https://desk.acme.test/oauth2callback",
}


def access(tmp_path: Path, told: str) -> Access:
    file = tmp_path / "access.toml"
    file.write_text(told, encoding="utf-8")
    return load_access(file)


# The access file


def test_without_a_file_or_with_an_empty_one_nobody_sees_anything(tmp_path: Path) -> None:
    for nobody in (load_access(tmp_path / "none.toml"), access(tmp_path, "")):
        with pytest.raises(NoAccess, match="nothing has been granted"):
            nobody.of("mia@example.com", ["admins", "all", ""])


def test_the_example_grants_nothing_and_shows_every_role(tmp_path: Path) -> None:
    example = (ROOT / "config" / "access.example.toml").read_text(encoding="utf-8")
    shown = access(tmp_path, example)
    assert shown == Access({})
    written = access(tmp_path, example.replace('# "', '"'))
    granted = {grant.role for grant in written.people.values()} | {grant.role for _, grant in written.groups}
    assert granted == {*GRANTED, ""} - {"wellbeing", "admin"}
    assert all(role in example for role in GRANTED)


def test_a_persons_own_entry_goes_before_groups_and_capitals_do_not_matter(tmp_path: Path) -> None:
    told = access(
        tmp_path,
        """
        [people]
        "Mia@Example.com" = { role = "manager", teams = ["Billing"] }
        "leo@example.com" = { is_disabled = true }
        [groups]
        leads = { role = "manager", teams = ["Accounts"] }
        more = { role = "manager", teams = ["Sales"] }
        analysts = { role = "analyst", teams = "all" }
        """,
    )
    assert told.of("mia@example.COM ", ["analysts"]) == Grant("manager", ("Billing",))
    assert told.of("ann@example.com", ["analysts", "more", "leads"]) == Grant("manager", ("Accounts", "Sales"))
    assert told.of("ann@example.com", {"analysts"}) == Grant("analyst", None)
    with pytest.raises(NoAccess, match="taken away"):
        told.of("leo@example.com", ["leads"])
    with pytest.raises(NoAccess, match="nothing has been granted"):
        told.of("ann@example.com", ["Leads"])  # groups are told as the provider writes them


def test_a_change_of_the_file_holds_at_once(tmp_path: Path) -> None:
    assert access(tmp_path, '[people]\nmia = { role = "manager", teams = ["A"] }').of("mia").role == "manager"
    assert access(tmp_path, '[people]\nmia = { role = "analyst", teams = ["A"] }').of("mia").role == "analyst"
    (tmp_path / "access.toml").unlink()
    with pytest.raises(NoAccess):
        load_access(tmp_path / "access.toml").of("mia")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('{ role = "manager" }', "without it nothing is granted"),
        ('{ role = "manager", teams = [] }', "without it nothing is granted"),
        ('{ role = "manager", teams = "Billing" }', "without it nothing is granted"),
        ('{ role = "local", teams = "all" }', "role must be one of"),
        ('{ role = "", teams = "all" }', "role must be one of"),
        ('{ role = "root", teams = "all" }', "role must be one of"),
        ('{ teams = "all" }', "role must be one of"),
        ('{ role = "agent", teams = "all", agent = "a:1" }', "leave teams out"),
        ('{ role = "agent", agent = 7 }', "agent must be"),
        ('{ role = "analyst", teams = "all", admin = true }', "unknown 'admin'"),
        ('{ role = "analyst", teams = "all", is_disabled = "no" }', "true or false"),
        ('"manager"', "must be a table"),
    ],
)
def test_what_is_written_wrongly_grants_nothing_and_says_so(tmp_path: Path, entry: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        access(tmp_path, f"[people]\nmia = {entry}")


def test_other_faults_of_the_file_are_one_line(tmp_path: Path) -> None:
    for told, says in (
        ("people = 3", "must be a table"),
        ("[roles]", "unknown table 'roles'"),
        ("[people", "not valid TOML"),
        ('[people]\nMia = { role = "analyst", teams = "all" }\nmia = { is_disabled = true }', "twice"),
        ("[groups]\nall = { is_disabled = true }", "single persons"),
    ):
        with pytest.raises(BadSetting, match=says):
            access(tmp_path, told)


# Tokens


def claims(**other: Any) -> dict[str, Any]:
    told = {
        "is_logged_in": True, "provider": "default", "iss": "https://id.acme.test", "sub": "17", "aud": US,
        "iat": NOW.timestamp(), "nonce": "n", "email": "mia@example.com", "email_verified": True, "groups": ["leads"],
    }  # fmt: skip
    return {name: value for name, value in {**told, **other}.items() if value is not ...}


def test_a_token_names_somebody_their_groups_and_since_when() -> None:
    who = by_token(claims(), US, OIDC, NOW + timedelta(hours=3))
    assert (who.name, who.groups, who.since) == ("mia@example.com", frozenset({"leads"}), NOW)
    assert by_token(claims(aud=[US], groups="leads"), US, OIDC, NOW) == who
    assert by_token(claims(groups=...), US, OIDC, NOW).groups == frozenset()
    sessions = {
        by_token(claims(**one), US, OIDC, NOW).session
        for one in ({}, {"iat": NOW.timestamp() - 1}, {"sub": "18"}, {"nonce": "m"})
    }
    assert len(sessions) == 4
    by_oid = by_token(claims(oid="f00", email_verified=...), US, replace(OIDC, name_claim="oid"), NOW)
    assert by_oid.name == "f00"


@pytest.mark.parametrize(
    "other",
    [
        {"aud": "another"}, {"aud": [US, "another"]}, {"aud": []}, {"aud": ...}, {"aud": None},
        {"aud": "another", "azp": US},  # Authlib takes this one
        {"iss": ...}, {"sub": ""}, {"sub": 17}, {"provider": "other"}, {"provider": ...},
        {"iat": ...}, {"iat": "now"}, {"iat": True}, {"iat": 1e300}, {"iat": float("nan")},
        {"iat": (NOW + timedelta(minutes=5)).timestamp()},
        {"email": ...}, {"email": ""}, {"email": ["mia@example.com"]},
        {"email": "mia@example.com\n"}, {"email": "m" * 300},
        {"email_verified": False}, {"email_verified": ...}, {"email_verified": "true"}, {"email_verified": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_lacks_anything_names_nobody(other: dict[str, Any]) -> None:
    with pytest.raises(NoAccess):
        by_token(claims(**other), US, OIDC, NOW)


def test_without_our_own_name_no_token_is_for_us() -> None:
    with pytest.raises(NoAccess):
        by_token(claims(aud=""), "", OIDC, NOW)


# Proxies


def test_a_proxy_names_somebody_from_its_own_address_only() -> None:
    headers = {"x-user": ["Mia@example.com"], "x-groups": ["leads, analysts,"]}
    for peer in ("10.0.0.5", "fd00::1"):
        who = by_header(headers, peer, "tab", NOW, PROXY)
        assert (who.name, who.groups) == ("Mia@example.com", frozenset({"leads", "analysts"}))
    for peer in ("10.0.0.6", "127.0.0.1", "", None, "proxy", "10.0.0.5, 10.0.0.6", "fd00::5"):
        with pytest.raises(NoAccess, match="through its proxy"):
            by_header(headers, peer, "tab", NOW, PROXY)


@pytest.mark.parametrize("told", [[], [""], [" "], ["mia", "eva"], ["mia\x00"], ["m" * 300]], ids=str)
def test_a_name_that_is_missing_or_comes_twice_is_nobodys(told: list[str]) -> None:
    with pytest.raises(NoAccess, match="did not say who"):
        by_header({"x-user": told}, "10.0.0.5", "tab", NOW, PROXY)


def test_groups_that_come_twice_are_none() -> None:
    who = by_header({"x-user": ["mia"], "x-groups": ["leads", "admins"]}, "10.0.0.5", "tab", NOW, PROXY)
    assert who.groups == frozenset()


@pytest.mark.parametrize(
    "told", ["' or 1=1 --", "mia'; drop table sign_in; --", "mia' or role='admin", '"; delete from note; --']
)
def test_sql_in_a_header_is_somebodys_odd_name_and_nothing_else(told: str, tmp_path: Path) -> None:
    headers = {"x-user": [told], "x-groups": [f"leads' --,{told}"]}
    who = by_header(headers, "10.0.0.5", told, NOW, PROXY)
    allowed = access(
        tmp_path,
        '[people]\n"mia" = { role = "analyst", teams = "all" }\n'
        '[groups]\n"leads" = { role = "analyst", teams = "all" }\n',
    )
    with pytest.raises(NoAccess, match="nothing has been granted"):
        allowed.of(who.name, who.groups)
    journal = open_journal(Settings(home=tmp_path), who.name, None, lambda: NOW)
    journal.note("before", metric="fcr")
    assert journal.still_signed_in(who.session, who.since, idle=timedelta(hours=1), longest=timedelta(hours=8)) == ""
    journal.sign_out(who.session, who.since)
    others = open_journal(Settings(home=tmp_path), "mia", None, lambda: NOW)
    assert [(note.created_by, note.text) for note in others.notes(metric="fcr")] == [(told, "before")]
    assert others.still_signed_in("another", NOW, idle=timedelta(hours=1), longest=timedelta(hours=8)) == ""


# Settings


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"mode": "open"}, "must be local, oidc or proxy"),
        ({"modus": "oidc"}, "is not known"),
        ({"mode": "proxy"}, "proxies must name"),
        ({"mode": "proxy", "proxies": ["10.0.0.5"]}, "header must name"),
        ({"mode": "proxy", "proxies": ["0.0.0.0/0"], "header": "X-User"}, "name the proxies"),
        ({"mode": "proxy", "proxies": ["proxy.acme"], "header": "X-User"}, "networks such as"),
        ({"mode": "proxy", "proxies": "10.0.0.5", "header": "X-User"}, "list of addresses"),
        ({"mode": "proxy", "proxies": ["10.0.0.5"], "header": "X User\n"}, "header must name"),
        ({"mode": "oidc", "idle_minutes": 0}, "whole number"),
        ({"mode": "oidc", "session_hours": True}, "whole number"),
        ({"mode": "oidc", "name_claim": ""}, "name_claim"),
    ],
    ids=str,
)
def test_settings_that_would_let_the_wrong_ones_in_are_refused(told: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        sign_in_of(told)


def test_the_usual_settings_are_local_an_hour_and_half_a_day() -> None:
    usual = sign_in_of({})
    assert (usual.mode, usual.idle, usual.longest) == ("local", timedelta(hours=1), timedelta(hours=12))


@pytest.mark.parametrize(
    "weak",
    [
        "", "xxx", "changeme", "deskpulse", "a" * 64, "0123456789abcdef0123456789abcdef",
        "x" * 20 + "yzabcdefghijklmnop",
        "please-change-this-secret-key-to-something-long", "\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h",
        "correcthorsebatterystaplePassword",
        SECRET[:31],
    ],
)  # fmt: skip
def test_a_weak_cookie_secret_stops_the_server_and_is_not_repeated(weak: str) -> None:
    with pytest.raises(BadSetting, match="cookie_secret") as refused:
        refuse_weak("oidc", {**AUTH, "cookie_secret": weak}, "")
    assert not weak or weak not in str(refused.value)
    if weak:
        with pytest.raises(BadSetting, match="STREAMLIT_SERVER_COOKIE_SECRET"):
            refuse_weak("local", None, weak)


@pytest.mark.parametrize(
    "other",
    [
        {"client_secret": ""}, {"client_secret": "short"}, {"client_secret": "client-secret-example"},
        {"client_id": ""},
        {"redirect_uri": "http://desk.acme.test/oauth2callback"}, {"redirect_uri": "desk.acme.test"},
        {"server_metadata_url": "http://id.acme.test/x"}, {"expose_tokens": ["id"]}, {"google": {"client_id": "x"}},
    ],
    ids=str,
)  # fmt: skip
def test_secrets_that_are_missing_or_travel_in_the_clear_stop_the_server(other: dict[str, Any]) -> None:
    refuse_weak("oidc", AUTH, SECRET)
    with pytest.raises(BadSetting):
        refuse_weak("oidc", {**AUTH, **other}, "")
    with pytest.raises(BadSetting):  # the routes of sign-in are there in any mode
        refuse_weak("local", {**AUTH, **other}, "")
    with pytest.raises(BadSetting):
        refuse_weak("oidc", None, "")


# Sign-ins that end


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def still(home: Settings, after: timedelta, is_click: bool = True, session: str = "s") -> str:
    book = open_journal(home, "mia", None, lambda: NOW + after)
    return book.still_signed_in(session, NOW, idle=timedelta(hours=1), longest=timedelta(hours=3), is_click=is_click)


def test_clicks_keep_a_sign_in_alive_until_it_is_too_old(home: Settings) -> None:
    minutes = [0, 50, 100, 150, 179]
    assert [still(home, timedelta(minutes=m)) for m in minutes] == [""] * 5
    assert still(home, timedelta(minutes=181)) == "age"
    assert still(home, timedelta(minutes=10)) == "age"  # whatever the clock says then


def test_without_clicks_a_sign_in_ends_also_where_the_page_runs_by_itself(home: Settings) -> None:
    assert still(home, timedelta(0)) == ""
    assert [still(home, timedelta(minutes=m), is_click=False) for m in (20, 40, 60)] == ["", "", ""]
    assert still(home, timedelta(minutes=61)) == "idle"
    assert still(home, timedelta(minutes=61), session="another") == "idle"  # a cookie found an hour later


def test_a_sign_in_that_was_left_stays_left(home: Settings) -> None:
    assert still(home, timedelta(0)) == ""
    open_journal(home, "mia", None, lambda: NOW + timedelta(minutes=5)).sign_out("s", NOW)
    assert still(home, timedelta(minutes=6)) == "out"
    assert still(home, timedelta(minutes=6), session="next") == ""


def test_signing_in_and_out_stands_in_the_access_log(home: Settings) -> None:
    still(home, timedelta(0))
    still(home, timedelta(minutes=61))
    looks = open_journal(home, "x", None).looks_at("")
    assert [(look.viewer, look.what, look.at) for look in looks] == [
        ("mia", "sign-in ended: idle", NOW + timedelta(minutes=61)), ("mia", "signed in", NOW),
    ]  # fmt: skip


def test_the_access_log_can_only_be_added_to(home: Settings) -> None:
    journal = open_journal(home, "mia", None, lambda: datetime.now(UTC))
    journal.log_looks("signals", ["desk:b:3"], role="manager", purpose="early talks\nforged: line")
    engine = journal_engine(journal_url(home))
    for statement in (
        "update look set viewer = 'eva'", "delete from look", "insert or replace into look select * from look",
        "drop trigger look_is_kept", "drop table look", "alter table look rename to seen",
        "create trigger t after insert on look begin select 1; end", "pragma writable_schema = on",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(statement))
    assert [(look.viewer, look.purpose) for look in journal.looks_at("desk:b:3")] == [
        ("mia", "early talks\nforged: line")
    ]


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        ("http://localhost:8501/", "", ""),
        ("http://localhost:8501/nonsense", "", "nonsense"),
        ("https://desk.example/pulse/", "pulse", ""),
        ("https://desk.example/pulse/week%20ly/x", "/pulse/", "week ly/x"),
        ("https://desk.example/pulses", "pulse", "pulses"),
        ("", "", ""),
    ],
)
def test_an_address_that_leads_nowhere_is_known_by_its_path(url: str, base: str, path: str) -> None:
    assert grants.unknown_path(url, base) == path
