"""The digest as it would reach somebody, on a page: what would go to whom, within what the viewer may see."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from typing import Final, get_args

import pandas as pd
import streamlit as st

from config.settings import Settings
from metrics.published import Build
from metrics.reading import instant_reads
from metrics.scope import Scope
from metrics.teams import team_keys
from reports.digest import Digest, digest_for
from reports.html import html, inline
from reports.pdf import pdf
from reports.recipients import Recipient, Role, recipients, scope_of
from reports.sent import DIGESTS, sent_at
from reports.text import summary, text
from ui.choice import one_of
from ui.filters import Chosen
from ui.page import Page
from ui.tables import table

HEIGHT: Final = 900
LOOKS: Final = ["Mail", "Plain text", "Chat"]
# A page within the page: it may show its own pictures and nothing else, and its links open beside it.
HEAD: Final = (
    '<head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; style-src '
    '\'unsafe-inline\'"><base target="_blank">'
)


def visible(known: Sequence[Recipient], scope: Scope, build: Build) -> list[Recipient]:
    """Return the recipients whose digest holds nothing the viewer may not see: of their teams, or of some of them."""
    if scope.teams is None:
        return list(known)
    return [one for one in known if (teams := scope_of(one, build).teams) is not None and teams <= scope.teams]


def as_reader(role: Role, chosen: Chosen, scope: Scope, build: Build) -> Recipient:
    """Return a made-up reader of the viewer's own part of the desk, narrowed to the teams that are filtered for."""
    own = [] if scope.teams is None else [name for name, keys in team_keys(build).items() if keys & scope.teams]
    return Recipient(f"{role}@example.com", role, dict(chosen.where).get("team", tuple(own)))


def show(page: Page, chosen: Chosen) -> None:
    """Show who receives a digest, and the one that is picked."""
    settings, week = page.house.settings, chosen.period.first
    known = visible(recipients(settings), page.scope, page.build)
    told = pd.DataFrame([_line(one, settings, week) for one in known])
    headings = {"to": "To", "role": "Reads as", "teams": "Teams", "state": "This week"}
    table(
        told,
        headings,
        alt="Who receives the weekly digest",
        empty="Nobody receives a digest of your teams yet; [digest] in deskpulse.toml says who does.",
    )
    roles = [role for role in get_args(Role) if role != "manager" or chosen.where or page.scope.teams is not None]
    options = [one.to for one in known] + [f"as {_article(role)} {role}" for role in roles]
    picked = st.selectbox("Digest of", options, key="digest_of", bind="query-params")
    recipient = next((one for one in known if one.to == picked), None)
    if recipient is None:
        role = next((role for role in roles if picked and picked.endswith(role)), roles[0])
        recipient = as_reader(role, chosen, page.scope, page.build)
    made_up_by = None if recipient in known else page.scope
    asked = ("digest", recipient, made_up_by, week, page.goals.key)
    digest = page.made(asked, lambda: digest_for(recipient, week, page.build, settings, made_up_by))
    if digest is None:
        st.info("Nothing would be sent: in that week nothing happened that this reader may see, and no alert is open.")
    else:
        _shown(digest)


def _article(role: str) -> str:
    return "an" if role[0] in "aeiou" else "a"


def _line(recipient: Recipient, settings: Settings, week: date) -> dict[str, str]:
    return {
        "to": recipient.to,
        "role": recipient.role,
        "teams": ", ".join(recipient.teams) or "the whole desk",
        "state": sent_reads(settings, recipient.to, week),
    }


def sent_reads(settings: Settings, to: str, week: date) -> str:
    """Return whether and when somebody received the digest of a week, as far as this machine sent it."""
    at = sent_at(settings.home / f"{DIGESTS}.jsonl", to, week)
    return f"sent {instant_reads(at)} UTC" if at else "not sent"


def _shown(digest: Digest) -> None:
    look = one_of("Shown as", LOOKS, "digest_look")
    name = f"digest-{digest.week:%G-W%V}-{digest.recipient.role}"
    if look == "Mail":
        page = html(digest, inline).replace("<head>", HEAD, 1).encode()
        st.iframe(f"data:text/html;base64,{b64encode(page).decode()}", height=HEIGHT, alt=digest.title)
    else:
        st.code(text(digest) if look == "Plain text" else summary(digest), language=None, wrap_lines=True)
    st.download_button(
        "As PDF", lambda: pdf(digest), f"{name}.pdf", "application/pdf", on_click="ignore", icon=":material/download:"
    )
