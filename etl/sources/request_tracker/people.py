"""Who is who in RT: privileged users are agents, ``RT_System`` is a program, everybody else asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused
from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record, text

SYSTEM = "RT_System"
NOBODY = "Nobody"
ROOM = "/REST/2.0"


class People:
    """The users of an RT, asked for once a run."""

    def __init__(self, api: Client, source: LiveSource) -> None:
        self._api, self._source = api, source
        self._bots = set(source.option("bots", []))
        self._logins: dict[str, str] = {}  # by number
        self.agents: dict[str, Record] = {}

    def read(self) -> list[Record]:
        """Ask for every privileged user. Raises ``SourceFailed`` where the token may not see them."""
        where = [{"field": "Domain", "value": "SystemInternal"}, {"field": "Name", "value": "Privileged"}]
        groups = listed(self._api, f"{ROOM}/groups", {"fields": "Name"}, where)
        number = next((str(group["id"]) for group in groups if group.get("Name") == "Privileged"), None)
        if number is None:
            raise SourceFailed(
                f"{self._source.name}: the token may not see who is privileged; grant SeeGroup and AdminUsers"
            )
        members = listed(self._api, f"{ROOM}/group/{number}/members", {"recursively": 1})
        for member in members:
            if member.get("type") == "user":
                user = self._user(str(member["id"]))
                if user is not None:
                    self.agents[str(user["Name"])] = user
        return list(self.agents.values())

    def row(self, user: Record) -> dict[str, Any]:
        """Return an agent as a row."""
        return {
            "login": text(user["Name"]),
            "name": text(user.get("RealName")) or text(user["Name"]),
            "is_disabled": str(user.get("Disabled", "0")) == "1",
            "is_bot": user["Name"] in self._bots,
        }

    def actor(self, login: str) -> tuple[str, str | None]:
        """Return what somebody is, and as whom to store them."""
        if login == SYSTEM:
            return "system", None
        if login in self.agents:
            return ("bot" if login in self._bots else "agent"), login
        return "requester", self._source.pseudonyms.of(login)

    def owner(self, number: str | None) -> str:
        """Return the login behind a user's number, empty for nobody."""
        if not number:
            return ""
        if number not in self._logins:
            user = self._user(number)
            self._logins[number] = str(user["Name"]) if user else f"user {number}"
        login = self._logins[number]
        return "" if login == NOBODY else login

    def _user(self, number: str) -> Record | None:
        try:
            user: Record = self._api.get(f"{ROOM}/user/{quote(number, safe='')}")
        except Refused as error:
            if error.status == 404:
                return None
            raise
        self._logins[number] = str(user["Name"])
        return user


def listed(
    api: Client, path: str, parameters: dict[str, Any], where: list[dict[str, str]] | None = None
) -> list[Record]:
    """Return everything a listing holds, page after page."""
    rows: list[Record] = []
    page = 1
    while True:
        told = {**parameters, "per_page": 100, "page": page}
        answer = api.get(path, told) if where is None else api.post(path, where, told)
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
            raise SourceFailed(f"{path}: the answer holds no list 'items'")
        rows += answer["items"]
        if not answer["items"] or page >= int(answer.get("pages", page)):
            return rows
        page += 1
