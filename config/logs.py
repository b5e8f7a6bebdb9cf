"""What processes tell those who watch over them: as JSON, a line an event, where the setting ``log_format`` says so.

A line holds names of pages, sources, steps and builds, counts and seconds: nothing of persons. Of an error it holds the
sentence without the values it quotes; of a bug the kind and the place, as its message may quote anything.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

from config.errors import BadSetting, DeskpulseError

LOGGER: Final = "deskpulse"
MASK: Final = "…"
# Whatever a sentence quotes, and addresses: values of files and names of people are among them.
ADDRESS = re.compile(r"[^\s@'\"]+@[^\s@'\"]+")
QUOTED = re.compile(r"(?<!\w)'[^']*'|\"[^\"]*\"|(?<!\w)`[^`]*`|[^\s@]+@[^\s@]+")
log = logging.getLogger(LOGGER)


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        fields = getattr(record, "fields", None)
        line["event"] = record.msg if fields is not None else masked(record.getMessage())
        line |= fields or {}
        if record.exc_info and record.exc_info[1]:
            line |= told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(log_format: str) -> None:
    """Have every logger of this process write JSON lines to standard error, or leave them as they are."""
    if log_format != "json":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.NOTSET)  # who was served from which address is nobody's business
    log.setLevel(logging.INFO)


def is_json() -> bool:
    """Tell whether this process writes JSON lines."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.root.handlers)


def event(name: str, **fields: object) -> None:
    """Tell of something that happened; as text nothing is written."""
    log.info(name, extra={"fields": fields})


def failed(name: str, error: BaseException, **fields: object) -> None:
    """Tell of something that went wrong."""
    log.error(name, extra={"fields": {**fields, **told(error)}})


def told(error: BaseException) -> dict[str, object]:
    """Return what a line says of an error: its kind, and its sentence or, of a bug, where it was raised."""
    kind = type(error).__name__
    if isinstance(error, BadSetting):
        return {"error": kind, "says": ADDRESS.sub(MASK, str(error))}  # what is written in the settings is mended there
    if isinstance(error, DeskpulseError):
        return {"error": kind, "says": masked(str(error))}
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": kind, "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]}


def masked(sentence: str) -> str:
    """Return a sentence without quoted values and addresses, on one line."""
    return QUOTED.sub(MASK, " ".join(sentence.split()))
