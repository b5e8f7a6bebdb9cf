"""The command line of what is sent: ``python -m reports weekly | notify``."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path

from config import logs
from config.cli import Parser, day, guarded, tell, writing_to
from config.errors import BadInput, BadSetting
from config.repeating import again_and_again, span
from config.settings import Settings, load_settings
from metrics.published import Build, current_build
from metrics.scope import Scope
from reports.chats import Chat, chats_of, tell_chat
from reports.deliver import Attachment, NotDelivered, Picture, mail_server, message, send
from reports.digest import Digest, digest_for
from reports.granted import WHOLE_DESK
from reports.html import html, inline
from reports.notify import Outcome, failures_read, notify
from reports.pdf import pdf
from reports.recipients import ROLES, Recipient, recipients
from reports.sent import note_sent, sending, was_sent
from reports.text import summary, text
from ui.periods import last_full_week


def parser() -> Parser:
    """Return the parser of every command and option."""
    top = Parser(prog="python -m reports", description="What leaves the house by itself.")
    commands = top.add_subparsers(dest="command", required=True)
    weekly = commands.add_parser("weekly", help="the digest of the last full week, to everybody who is to receive it")
    weekly.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="only to this recipient")
    weekly.add_argument("--role", choices=ROLES, help="with --dry-run: as this reader, whoever is configured")
    weekly.add_argument(
        "--team", action="append", default=[], metavar="NAME", help="with --role: may see this team only"
    )
    weekly.add_argument("--week", metavar="DAY", help="the week that holds this day (default: the last full one)")
    weekly.add_argument("--dry-run", type=Path, metavar="DIR", help="write HTML, text and PDF there; send nothing")
    weekly.add_argument("--again", action="store_true", help="also to those who have received it already")
    weekly.add_argument("--every", metavar="1h", help="look again and again: so long after each beginning (s, m or h)")
    news = commands.add_parser("notify", help="alerts, to everybody who is to be told and has not been")
    news.add_argument("--dry-run", action="store_true", help="print what would be told, send and write nothing")
    news.add_argument("--every", metavar="5m", help="look again and again: so long after each beginning (s, m or h)")
    return top


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; bad input is one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    logs.set_up(load_settings().log_format)
    run = {"weekly": _weekly, "notify": _notify}[options.command]
    if options.every:
        again_and_again(lambda: run(options), span(options.every), tell)
    else:
        run(options)


def _notify(options: argparse.Namespace) -> None:
    outcomes = notify(load_settings(), datetime.now(UTC), is_dry=options.dry_run)
    if not outcomes:
        raise BadSetting("nobody is to be told of alerts: add recipients to [alerts], each with to or channel")
    for one in outcomes:
        print(f"{one.recipient}: {_went(one, options.dry_run)}")
        if options.dry_run and one.news is not None:
            print(f"\n{one.news.text}")
    if says := failures_read(outcomes):
        raise NotDelivered(says)


def _went(one: Outcome, is_dry: bool) -> str:
    if one.outcome == "told":
        return f"would be told: {one.says}" if is_dry else f"told: {one.says}"
    return one.says


def _weekly(options: argparse.Namespace) -> None:
    settings = load_settings()
    build = current_build(settings)
    asked = day(options.week, "--week") or last_full_week(build.local_as_of)
    week = asked - timedelta(days=asked.weekday())
    if options.dry_run:
        chosen = _chosen(options, settings)
        with writing_to(options.dry_run, "--dry-run"):
            _write(options.dry_run, chosen, week, build, settings, bool(options.role))
    elif options.role:
        raise BadInput("--role is for looking: give --dry-run DIR; who receives what stands in [[digest.recipients]]")
    else:
        _send(_chosen(options, settings), week, build, settings, options.again)


def _chosen(options: argparse.Namespace, settings: Settings) -> list[Recipient]:
    """Return the recipients asked for. Raises ``BadInput`` and ``BadSetting``."""
    if options.role:
        return [Recipient(f"{options.role}@example.com", options.role, tuple(options.team))]
    if options.team:
        raise BadInput("--team needs --role: the teams of a recipient stand in [[digest.recipients]]")
    known = recipients(settings)
    if not known:
        raise BadSetting("nobody is to receive the digest: add [[digest.recipients]] with to, role and teams")
    strangers = sorted(set(options.to) - {one.to for one in known})
    if strangers:
        raise BadInput(f"--to {strangers[0]}: not among [[digest.recipients]]")
    return [one for one in known if not options.to or one.to in options.to]


def _send(chosen: Sequence[Recipient], week: date, build: Build, settings: Settings, again: bool) -> None:
    server = mail_server(settings)
    with sending(settings) as sent:
        for recipient in chosen:
            if was_sent(sent, recipient.to, week) and not again:
                print(f"{recipient.to}: has received the week of {week} already")
                continue
            digest = digest_for(recipient, week, build, settings)
            if digest is None:
                print(f"{recipient.to}: nothing happened in the week of {week}, nothing sent")
                continue
            pictures = [Picture(chart.name, chart.picture) for chart in digest.charts]
            attachments = [Attachment(f"{_name(digest)}.pdf", pdf(digest))]
            subject = f"Deskpulse: {digest.title}"
            send(
                message(server.sender, recipient.to, subject, text(digest), html(digest), pictures, attachments), server
            )
            note_sent(sent, recipient.to, week, build.build_id)
            print(f"{recipient.to}: sent")
        chats = [chat for chat in chats_of(os.environ) if again or not was_sent(sent, chat.name, week)]
        told = _for_chats(chosen, week, build, settings) if chats else None
        if told is not None:
            _to_chats(chats, told, sent, build, settings)


def _for_chats(chosen: Sequence[Recipient], week: date, build: Build, settings: Settings) -> Digest | None:
    """Return what the whole desk's executives are told: a chat has no scope of its own. None where nobody is told."""
    asked = (digest_for(one, week, build, settings) for one in chosen if one.role == "executive")
    return next((digest for digest in asked if digest is not None and digest.part == WHOLE_DESK), None)


def _to_chats(chats: Sequence[Chat], digest: Digest, sent: Path, build: Build, settings: Settings) -> None:
    """Tell each chat, whatever becomes of the others, and note which were told. Raises ``NotDelivered``."""
    failed = []
    for chat in chats:
        try:
            title, said = f"Deskpulse: {digest.title}", summary(digest)
            tell_chat(chat.address, chat.reads, title, said, {"title": title, "message": said}, settings.networks)
            note_sent(sent, chat.name, digest.week, build.build_id)
        except (BadSetting, NotDelivered) as error:
            failed.append(error)
    if failed:
        raise failed[0]


def _write(
    folder: Path, chosen: Sequence[Recipient], week: date, build: Build, settings: Settings, is_made_up: bool
) -> None:
    """Write every digest as it would be sent, or as a made-up reader's would be, and a page that leads to them."""
    links, made_up_by = [], Scope.everything() if is_made_up else None
    for recipient in chosen:
        digest = digest_for(recipient, week, build, settings, made_up_by)
        if digest is None:
            print(f"{recipient.to}: nothing happened in the week of {week} that they may see")
            continue
        name = _name(digest)
        (folder / f"{name}.html").write_text(html(digest, inline), encoding="utf-8")
        (folder / f"{name}.txt").write_text(text(digest), encoding="utf-8")
        (folder / f"{name}.pdf").write_bytes(pdf(digest))
        for chart in digest.charts:
            (folder / f"{name}-{chart.name}.png").write_bytes(chart.picture)
        links.append(_preview(recipient, name))
        print(f"{recipient.to}: {folder / name}.html, .txt, .pdf")
    page = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Digests</title>{"".join(links)}</html>\n'
    (folder / "index.html").write_text(page, encoding="utf-8")


def _preview(recipient: Recipient, name: str) -> str:
    links = " · ".join(f'<a href="{name}.{kind}">{kind}</a>' for kind in ("html", "txt", "pdf"))
    frame = f'<iframe src="{name}.html" title="{escape(recipient.to)}" width="700" height="1200" sandbox></iframe>'
    return f"<h2>{escape(recipient.to)} ({recipient.role})</h2><p>{links}</p>{frame}"


def _name(digest: Digest) -> str:
    who = re.sub(r"[^a-z0-9]+", "-", digest.recipient.to.lower()).strip("-")
    return f"weekly-{digest.week:%G-W%V}-{who}"


if __name__ == "__main__":
    sys.exit(guarded(main))
