"""Bytes to UTF-8: byte order marks, UTF-16, an encoding the mapping names, NUL bytes."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.errors import BadInput
from etl.sources.files.containers import open_packed
from etl.sources.files.limits import LIMITS, Limits, check_is_text

NUL_MARK = "␀"  # stands for a NUL byte until the row is quarantined
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(start: bytes, stated: str, label: str) -> str:
    """Return the encoding of a file that begins with ``start``: its byte order mark, or what was stated, or UTF-8.

    Raises ``BadInput`` for an empty file and for UTF-16 without a mark.
    """
    if not start:
        raise BadInput(f"{label}: the file is empty; export it again")
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if not stated and start.count(0) * 3 > len(start):
        says = 'looks like UTF-16 without a byte order mark; say encoding = "utf-16-le" under [file] in a mapping'
        raise BadInput(f"{label}: {says}")
    return stated or "utf-8"


class Utf8Stream(io.RawIOBase):
    """A file's text as UTF-8 bytes, whatever it was written in.

    After reading: ``nuls`` NUL bytes were replaced by ``NUL_MARK``, ``quotes`` quotation marks were seen.
    """

    def __init__(self, raw: IO[bytes], encoding: str, label: str) -> None:
        self._raw, self._encoding, self._label = raw, encoding, label
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready, self._done = b"", False
        self.nuls = self.quotes = 0

    def readable(self) -> bool:
        """Tell pyarrow that it may read."""
        return True

    def _advance(self) -> None:
        data = self._raw.read(_CHUNK)
        self._done = not data
        try:
            text = self._decoder.decode(data, final=self._done)
        except UnicodeDecodeError as error:
            raise BadInput(f"{self._label}: {_advice(self._encoding, error)}") from error
        if "\0" in text:
            self.nuls += text.count("\0")
            text = text.replace("\0", NUL_MARK)
        self._ready = text.encode("utf-8", "replace")
        self.quotes += self._ready.count(b'"')

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes of UTF-8; raises ``BadInput`` where the text is not in its encoding."""
        parts: list[bytes] = []
        left = size if size >= 0 else 1 << 62
        while left > 0:
            if not self._ready:
                if self._done:
                    break
                self._advance()
                continue
            part, self._ready = self._ready[:left], self._ready[left:]
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _advice(encoding: str, error: UnicodeDecodeError) -> str:
    found = f"byte 0x{error.object[error.start]:02x}" if error.start < len(error.object) else "its end"
    if encoding.startswith("utf-8"):
        return f'{found} is not UTF-8; save it as UTF-8, or say encoding = "cp1252" under [file] in a mapping'
    return f"{found} is not {encoding}; correct encoding under [file] in the mapping"


@contextmanager
def open_text(path: Path, label: str, encoding: str = "", limits: Limits = LIMITS) -> Iterator[Utf8Stream]:
    """Open ``path``, unpacked if need be, as UTF-8. Raises ``BadInput`` when it cannot be read."""
    with open_packed(path, limits) as probe:
        start = probe.read(4096)
    check_is_text(label, start)
    with open_packed(path, limits) as raw:
        yield Utf8Stream(raw, encoding_of(start, encoding, label), label)
