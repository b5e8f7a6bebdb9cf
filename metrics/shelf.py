"""A folder of finished files, the newest few kept, and a link to the one that holds.

A file is finished under its own name; ``current.duckdb`` is a symbolic link swapped in one step. Replacing a file in
place would leave readers on the old one for ever; writing beside readers would fail their reads.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

CURRENT = "current.duckdb"
KEPT = 5
SUFFIX = ".duckdb"
UNFINISHED = ".unfinished"


def published_path(folder: Path) -> Path | None:
    """Return the file that holds now, or None."""
    link = folder / CURRENT
    return link.resolve() if link.exists() else None


def finished(folder: Path) -> list[Path]:
    """Return the files that could hold, newest first; names begin with the time they were made."""
    found = [path for path in folder.glob(f"*{SUFFIX}") if path.name != CURRENT]
    return sorted(found, key=lambda path: path.name, reverse=True)


def publish(folder: Path, file: Path, kept: int = KEPT) -> None:
    """Point readers at a finished file, then forget all but the newest few."""
    staged = folder / f".{CURRENT}.{os.getpid()}"
    staged.unlink(missing_ok=True)
    staged.symlink_to(file.name)
    staged.replace(folder / CURRENT)
    published = published_path(folder)
    for old in finished(folder)[kept:]:
        if old != published:
            old.unlink()


def clear_unfinished(folder: Path) -> None:
    """Remove what a killed run left behind."""
    for pattern in (f"*{UNFINISHED}*", f".{CURRENT}.*"):
        for leftover in folder.glob(pattern):
            if leftover.is_dir():  # what had no room in memory
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
