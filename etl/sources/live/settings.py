"""``[sources.NAME]`` of a live source: its settings checked, its secrets taken from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.addresses import Network
from config.errors import BadSetting
from etl.sources.live.kinds import Connector, LiveSource
from etl.sources.live.privacy import pseudonyms


def variable(source: str, secret: str) -> str:
    """Return the environment variable that holds a secret of a source."""
    return f"DESKPULSE_{re.sub(r'[^A-Z0-9]', '_', source.upper())}_{secret.upper()}"


def live_source(
    name: str,
    options: Mapping[str, Any],
    connector: Connector,
    environ: Mapping[str, str],
    networks: tuple[Network, ...] = (),
) -> LiveSource:
    """Return the source as configured, which may lie in ``networks``.

    Raises ``BadSetting`` naming the first thing that is missing or unknown.
    """
    where = f"[sources.{name}]"
    known = {"kind", *(option.name for option in connector.settings)}
    for option in options:
        if option not in known:
            raise BadSetting(f"{where} knows no {option!r}; known are {', '.join(sorted(known))}")
    for told in connector.settings:
        value = options.get(told.name)
        if told.required and value in (None, ""):
            raise BadSetting(f"{where} needs {told.name}: {told.says}")
        if value is not None and type(value) is not type(told.example):
            raise BadSetting(f"{where} {told.name} should look like {told.example!r}, not {value!r}")
    secrets = {secret.name: environ.get(variable(name, secret.name), "") for secret in connector.secrets}
    for secret in connector.secrets:
        if not secrets[secret.name]:
            raise BadSetting(f"{where} needs the environment variable {variable(name, secret.name)}: {secret.says}")
    return LiveSource(name, connector.kind, dict(options), secrets, pseudonyms(environ), networks)


def template(name: str, connector: Connector) -> str:
    """Return a commented ``[sources.NAME]`` to fill in."""
    lines = [f"# {connector.title} (docs/connect-{connector.kind.replace('_', '-')}.md). Secrets come by environment:"]
    lines += [f"#   {variable(name, secret.name)}  {secret.says}" for secret in connector.secrets]
    lines += ["#   DESKPULSE_PSEUDONYM_KEY  requesters are stored under a hash with this key; keep it", ""]
    lines += [f"[sources.{name}]", f'kind = "{connector.kind}"']
    for option in connector.settings:
        mark = "" if option.required else "# "
        lines += [f"# {option.says}", f"{mark}{option.name} = {_toml(option.example)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return str(value)
