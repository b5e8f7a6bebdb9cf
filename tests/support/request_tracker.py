"""A real Request Tracker 5 from Debian's packages, on a database and a clock of its own, filled through REST 2."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
LIBRARY = "/usr/share/request-tracker5/lib"
FRESH = Path("/var/lib/dbconfig-common/sqlite3/request-tracker5/rtdb")
CLOCKS = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
MISSING = not (SERVER.exists() and FRESH.exists() and CLOCKS and os.access(FRESH, os.R_OK))
ROOT_PASSWORD = "password"  # what Debian's package begins with
_TOKEN = """
require RT; RT::LoadConfig(); RT::Init(); require RT::AuthToken;
my $user = RT::User->new(RT->SystemUser); $user->Load('root');
my ($ok, $says, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => 'deskpulse');
die $says unless $ok;
my $field = RT::CustomField->new(RT->SystemUser);
my %kind = (Type => 'Freeform', MaxValues => 1, LookupType => 'RT::Queue-RT::Ticket');
($ok, $says) = $field->Create(Name => 'Topic', %kind);
die $says unless $ok;
$field->AddToObject(RT::Queue->new(RT->SystemUser));
my $group = RT::Group->new(RT->SystemUser); $group->LoadSystemInternalGroup('Privileged');
$group->PrincipalObj->GrantRight(Right => 'SuperUser', Object => RT->System);
$group = RT::Group->new(RT->SystemUser); $group->LoadSystemInternalGroup('Everyone');
my @asking = qw(ShowTicket ReplyToTicket CreateTicket SeeQueue);
$group->PrincipalObj->GrantRight(Right => $_, Object => RT->System) for @asking;
print $token;
"""


@dataclass
class Tracker:
    """A running RT."""

    url: str
    token: str
    folder: Path

    def at(self, instant: datetime) -> None:
        """Set its clock."""
        (self.folder / "clock").write_text(f"{instant:%Y-%m-%d %H:%M:%S}\n")

    def ask(self, method: str, path: str, told: Any = None, as_user: str = "root") -> Any:
        """Do something through REST 2; raises ``HTTPError``."""
        answer = requests.request(
            method, f"{self.url}/REST/2.0/{path}", json=told, auth=(as_user, ROOT_PASSWORD), timeout=60
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def user(self, name: str, **more: Any) -> None:
        """Add a user, privileged where so told."""
        self.ask("POST", "user", {"Name": name, "Password": ROOT_PASSWORD, **more})

    def ticket(self, requestor: str, queue: str = "General", **more: Any) -> int:
        """Open a ticket as its requestor."""
        told = {"Queue": queue, "Subject": "A matter", "Requestor": requestor, "Content": "what somebody wrote"}
        return int(self.ask("POST", "ticket", {**told, "ContentType": "text/plain", **more}, requestor)["id"])

    def change(self, number: int, by: str = "root", **values: Any) -> None:
        """Change a ticket's values; raises ``AssertionError`` for what RT refuses."""
        says = self.ask("PUT", f"ticket/{number}", values, by)
        assert not [one for one in says if "not " in one or "denied" in one.lower()], says

    def say(self, number: int, by: str, public: bool = True, minutes: int = 0) -> None:
        """Correspond on a ticket, or comment."""
        told = {"Content": "what somebody wrote", "ContentType": "text/plain", "TimeTaken": minutes}
        self.ask("POST", f"ticket/{number}/{'correspond' if public else 'comment'}", told, by)


@contextmanager
def tracker(folder: Path, instant: datetime) -> Iterator[Tracker]:
    """Run an RT in an empty folder until the block ends."""
    folder.mkdir(parents=True)
    shutil.copy(FRESH, folder / "rtdb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "DatabaseType": "SQLite", "DatabaseName": folder / "rtdb", "WebPath": "", "WebDomain": "127.0.0.1",
        "WebPort": port, "WebBaseURL": f"http://127.0.0.1:{port}", "rtname": "example", "Organization": "example",
        "Timezone": "UTC", "LogToSTDERR": "error", "MailCommand": "testfile", "MasonDataDir": folder / "mason",
    }  # fmt: skip
    lines = [f"Set(${name}, '{value}');" for name, value in settings.items()]
    (folder / "RT_SiteConfig.pm").write_text("\n".join([*lines, "Set($LogToSyslog, undef);", "1;"]))
    environment = {
        **os.environ, "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR": str(folder / "none"),
        "TZ": "UTC",
    }  # fmt: skip
    token = subprocess.run(
        ["perl", f"-I{LIBRARY}", "-e", _TOKEN], env=environment, check=True, capture_output=True, text=True, timeout=120
    ).stdout
    clock = {
        "LD_PRELOAD": str(CLOCKS[0]), "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    running = Tracker(f"http://127.0.0.1:{port}", token, folder)
    running.at(instant)
    command = [str(SERVER), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, env={**environment, **clock}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(running, process)
        yield running
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def _wait(running: Tracker, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, (running.folder / "log").read_text()[-2000:]
        try:
            running.ask("GET", "rt")
            return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError("RT did not start")
