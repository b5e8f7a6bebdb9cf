"""Who is let in, what they see who are not, and in the sidebar who is looking."""

from __future__ import annotations

from typing import Final

import streamlit as st
from sqlalchemy import select

from config.access import GRANTED, NoAccess, Role
from config.errors import DeskpulseError, NothingPublished
from metrics import Scope
from metrics.published import Build
from metrics.teams import team_keys
from metrics.warehouse import dim_agent
from ui import access
from ui.text import plain

LOCAL_MODE: Final = "Local mode: no sign-in, everything visible, reachable from this machine only."
ROLES: Final[dict[Role, str]] = {
    "local": "Everything",
    "executive": "Executive",
    "manager": "Manager",
    "analyst": "Analyst",
    "wellbeing": "Wellbeing",
    "agent": "Agent",
    "admin": "Admin",
}
CARD_WIDTH: Final = 420


def let_in() -> access.Viewer | None:
    """Return who is looking; where nobody may, show why and what to do, and return None."""
    try:
        return access.viewer()
    except access.NoSignIn as ended:
        asked_for(str(ended))
    except NoAccess as why:
        refused(str(why))
    except DeskpulseError as error:
        st.error(plain(str(error)), icon=":material/error:")
    return None


def asked_for(why: str) -> None:
    """Show the sign-in screen and nothing else; ``why`` says what ended the sign-in before, if one did."""
    with _card():
        st.title("Deskpulse", anchor=False)
        if why:
            st.info(plain(why), icon=":material/logout:")
        if access.house().sign_in.mode == "oidc":
            st.text("Sign in to see your desk.")
            if st.button("Sign in", type="primary", icon=":material/login:", width="stretch"):
                st.login()
        elif access.house().sign_in.mode == "proxy":
            st.text("Load this page again to go on.")


def refused(why: str) -> None:
    """Tell somebody who is signed in that they may see nothing, and what to do."""
    with _card():
        st.title("Nothing to see yet", anchor=False)
        st.text(f"{why[:1].upper()}{why[1:]}.")
        st.caption("Whoever looks after Deskpulse here grants access. A change holds at your next click.")
        st.button("Look again", icon=":material/refresh:", width="stretch")
        is_oidc = access.house().sign_in.mode == "oidc"
        if is_oidc and st.button("Sign out", icon=":material/logout:", width="stretch", type="tertiary"):
            st.logout()


def _card() -> st.delta_generator.DeltaGenerator:
    centred = st.container(horizontal_alignment="center")
    return centred.container(border=True, width=CARD_WIDTH, gap="medium", key="sign_in")


def foot(viewer: access.Viewer) -> None:
    """Say in the sidebar who is looking, and offer to sign out; in local mode, to look with another role's eyes."""
    with st.sidebar:
        if viewer.identity is None:
            st.caption(LOCAL_MODE)
            _seen_as()
            return
        st.text(f"{viewer.identity.name} · {ROLES[viewer.scope.role]}")
        if access.house().sign_in.mode == "oidc" and st.button("Sign out", icon=":material/logout:", type="tertiary"):
            access.sign_out(viewer.identity)


def _seen_as() -> None:
    role: Role = st.selectbox("See it as", list(ROLES), key="seen_as_role", format_func=ROLES.__getitem__)
    try:
        tried = _tried(role, access.published())
    except NothingPublished:
        return
    if st.session_state.get(access.SEEN_AS) != tried:
        st.session_state[access.SEEN_AS] = tried
        st.rerun()


def _tried(role: Role, build: Build) -> Scope | None:
    """Return the scope of a role tried on in local mode; None for everything."""
    if role == "local":
        return None
    if role == "agent":
        people = _people(build)
        who = st.selectbox("Whose eyes", list(people), key="seen_as_agent")
        return Scope("local", frozenset(), "agent", people.get(who or "", ""))
    teams = team_keys(build)
    chosen = st.multiselect("Teams", list(teams), key="seen_as_teams", placeholder="All teams")
    return Scope("local", frozenset[str]().union(*(teams[name] for name in chosen)) if chosen else None, role)


def _people(build: Build) -> dict[str, str]:
    """Return the keys of those who are agents now, by name; two of a name are told apart by their key."""
    asked = select(dim_agent.c.agent_key, dim_agent.c.name).where(dim_agent.c.is_current).order_by(dim_agent.c.name)
    rows = build.read(asked).dropna().to_dict("records")
    twice = {row["name"] for row in rows if sum(other["name"] == row["name"] for other in rows) > 1}
    return {
        f"{row['name']} ({row['agent_key']})" if row["name"] in twice else row["name"]: row["agent_key"] for row in rows
    }


assert set(ROLES) == {"local", *GRANTED}
