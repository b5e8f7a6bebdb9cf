"""An OpenID Connect provider of the tests' own: npm's certified ``oidc-provider`` on a free loopback port."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "openid"
CLIENT_ID = "deskpulse-test"


def is_there() -> bool:
    """Tell whether it is installed (``tests/services.sh``)."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "oidc-provider").is_dir()


@dataclass
class IdentityProvider:
    """A running provider; anybody may sign in there as anybody."""

    address: str
    redirect_uri: str
    client_secret: str

    def tell(self, token: str = "none", groups: Mapping[str, Sequence[str]] | None = None) -> None:
        """Say how the next tokens are spoiled, and who is in which groups."""
        body = json.dumps({"token": token, "groups": groups or {}}).encode()
        urllib.request.urlopen(f"{self.address}/test", body, timeout=10)

    def secrets_toml(self) -> str:
        """Return the secrets of an installation that signs in here."""
        return f"""
[auth]
redirect_uri = "{self.redirect_uri}"
cookie_secret = "{secrets.token_urlsafe(48)}"
client_id = "{CLIENT_ID}"
client_secret = "{self.client_secret}"
server_metadata_url = "{self.address}/.well-known/openid-configuration"

[auth.client_kwargs]
prompt = "login"
"""


@contextmanager
def running_provider(redirect_uri: str, log: Path) -> Iterator[IdentityProvider]:
    """Run a provider for one client; stop that process and no other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    secret = secrets.token_urlsafe(24)
    command = ["node", str(FOLDER / "provider.js"), str(port), redirect_uri, CLIENT_ID, secret]
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env={"PATH": os.environ["PATH"]})
    try:
        for _ in range(100):
            if "ready" in log.read_text():
                break
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        yield IdentityProvider(f"http://127.0.0.1:{port}", redirect_uri, secret)
    finally:
        server.terminate()
        server.wait(10)
