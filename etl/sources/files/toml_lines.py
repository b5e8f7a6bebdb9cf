"""Where in a TOML file a key stands, so that a message can name file, key and line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.errors import BadInput

_SECTION = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")


@dataclass(frozen=True)
class TomlFile:
    """A parsed TOML file that remembers the line of each ``(section, key)``; section "" is the top."""

    path: Path
    values: dict[str, Any]
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def error(self, section: str, key: str, says: str) -> BadInput:
        """Return a ``BadInput`` naming file, line, section and key."""
        line = self.lines.get((section, key)) or self.lines.get((section, ""))
        where = f"{self.path}:{line}" if line else str(self.path)
        what = " ".join(part for part in (f"[{section}]" if section else "", key) if part)
        return BadInput(f"{where}: {what}: {says}" if what else f"{where}: {says}")


def read_toml(path: Path) -> TomlFile:
    """Read ``path``; raises ``BadInput`` when there is no such file or it is not TOML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such mapping file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not a readable text file ({error})") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise BadInput(f"{path}{':' + line.group(1) if line else ''}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise BadInput(f"{path}: lists or tables lie too deep in one another; no mapping needs that") from error
    return TomlFile(path, values, _lines(text))


def _lines(text: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _SECTION.match(line):
            section = match.group(1).strip("\"'")
            found.setdefault((section, ""), number)
        elif match := _KEY.match(line):
            key = next(group for group in match.groups() if group is not None)
            found.setdefault((section, key), number)
    return found
