"""Opening a file that may be packed: plain, ``.gz``, or ``.zip`` with one file in it.

An archive is never unpacked to disk, only streamed, and is refused when it unpacks to more than any
helpdesk export does.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, cast

from config.errors import BadInput
from etl.sources.files.limits import LIMITS, Limits

# What zipfile raises for an archive somebody cut, glued or invented; a wrong offset is an OSError to it.
BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, struct.error)


class _Limited:
    """A stream that stops when more comes out of it than ``packed`` bytes can honestly hold."""

    def __init__(self, stream: IO[bytes], packed: int, label: str, limits: Limits) -> None:
        self._stream, self._packed, self._label, self._limits, self._total = stream, max(packed, 1), label, limits, 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except (EOFError, zlib.error, *BROKEN_ZIP) as error:
            raise BadInput(f"{self._label}: the archive is damaged ({error}); pack or download it again") from error
        self._total += len(data)
        self._limits.check_unpacked(self._label, self._packed, self._total)
        return data


def inner_suffix(path: Path) -> str:
    """Return the suffix of what the file holds: ``.csv`` for ``a.csv``, ``a.csv.gz`` and a zip of one CSV."""
    if path.suffix.lower() == ".gz":
        return Path(path.stem).suffix.lower()
    if path.suffix.lower() == ".zip":
        with _archive(path) as archive:
            return PurePosixPath(_only_member(path, archive).filename).suffix.lower()
    return path.suffix.lower()


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN_ZIP as error:
        raise BadInput(f"{path.name}: not a readable zip archive ({error})") from error
    with archive:
        yield archive


def _opened(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except BROKEN_ZIP as error:
        raise BadInput(f"{path.name}: the archive is damaged ({error}); pack or download it again") from error


def _only_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise BadInput(
                f"{path.name}: holds {member.filename!r}, a path that leads out of the archive; pack it anew"
            )
        if member.flag_bits & 1:
            raise BadInput(f"{path.name}: is protected by a password; unpack it first")
    if len(members) != 1:
        raise BadInput(
            f"{path.name}: holds {len(members)} files; a zip must hold exactly one, unpack it and give the folder"
        )
    return members[0]


@contextmanager
def open_packed(path: Path, limits: Limits = LIMITS) -> Iterator[IO[bytes]]:
    """Open what ``path`` holds as a stream of bytes, at most as many as ``limits`` allow.

    Raises ``BadInput`` for a damaged archive, several files in a zip, traversal names and bombs.
    """
    try:
        if path.suffix.lower() == ".zip":
            with _archive(path) as archive:
                member = _only_member(path, archive)
                limits.check_unpacked(path.name, member.compress_size, member.file_size)
                with _opened(path, archive, member) as stream:
                    yield cast(IO[bytes], _Limited(stream, member.compress_size, path.name, limits))
        elif path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as packed:
                yield cast(IO[bytes], _Limited(cast(IO[bytes], packed), path.stat().st_size, path.name, limits))
        else:
            with path.open("rb") as plain:
                yield plain
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from error


def check_workbook(path: Path, limits: Limits = LIMITS) -> None:
    """Raise ``BadInput`` when an ``.xlsx`` is no zip, or one that unpacks to too much."""
    with _archive(path) as archive:
        limits.check_unpacked(path.name, path.stat().st_size, sum(m.file_size for m in archive.infolist()))
