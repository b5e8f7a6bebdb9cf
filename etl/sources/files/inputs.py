"""Which files a run reads: folders and files of the import format, or the files a mapping is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from config.errors import BadInput
from etl.import_format import TABLES
from etl.sources.files.readers import FORMATS


@dataclass(frozen=True)
class Input:
    """A file to read: its path, its name in counts and quarantine, and the table it holds."""

    path: Path
    label: str
    table: str


def stem(path: Path) -> str:
    """Return the name before every suffix of a data file: ``tickets`` for ``tickets.csv.gz``."""
    name = path.name
    while Path(name).suffix.lower() in FORMATS:
        name = Path(name).stem
    return name


def mapped_inputs(paths: Sequence[Path], table: str) -> list[Input]:
    """Return the files under ``paths`` that a mapping reads, a folder's in the order of their names.

    Raises ``BadInput`` for what is missing, and for a file that is there in two forms.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(
                p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in FORMATS and p.suffix.lower() != ".txt"
            )
            twice = [name for name, count in Counter(stem(p) for p in found).items() if count > 1]
            if twice:
                raise BadInput(f"{path}: holds {twice[0]!r} more than once; give the one file to read")
            if not found:
                raise BadInput(f"{path}: holds no CSV, Parquet, JSONL or XLSX file")
            files += found
        else:
            files.append(_existing(path))
    return _labelled([(p, table) for p in files])


def format_inputs(paths: Sequence[Path], progress: Callable[[str], None]) -> list[Input]:
    """Return the tables found in ``paths``: folders in the import format, or files named as a table.

    Raises ``BadInput`` where nothing tells what tickets there were, and for files that look misnamed.
    """
    files: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            files += _folder(path, progress)
        elif stem(_existing(path)) in TABLES:
            files.append((path, stem(path)))
        else:
            raise BadInput(
                f"{path}: no table of the import format; give a folder of them, or a --mapping that says what it holds"
            )
    if not {"tickets", "snapshots", "contacts"} & {table for _, table in files}:
        raise BadInput(
            f"{paths[0] if paths else 'input'}: holds no tickets file (tickets.csv, .parquet, .jsonl or .xlsx)"
        )
    return _labelled(files)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder")
    return path


def _folder(folder: Path, progress: Callable[[str], None]) -> list[tuple[Path, str]]:
    found: dict[str, Path] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in FORMATS):
        table = stem(path)
        if table not in TABLES:
            near = get_close_matches(table.lower(), TABLES, n=1, cutoff=0.75)
            if near:
                raise BadInput(f"{path}: no table is called {table!r}; did you mean {near[0]!r}?")
            progress(f"{path.name}: left alone, no table is called {table!r}")
        elif table in found:
            raise BadInput(f"{folder}: holds both {found[table].name} and {path.name}; keep one")
        else:
            found[table] = path
    return [(found[table], table) for table in TABLES if table in found]


def _labelled(files: list[tuple[Path, str]]) -> list[Input]:
    """Name each file shortly and stably, so that reading it again from elsewhere is reading the same file."""
    names = Counter(path.name for path, _ in files)
    longer = Counter(f"{path.parent.name}/{path.name}" for path, _ in files)
    inputs = []
    for path, table in files:
        label = path.name
        if names[label] > 1:
            label = f"{path.parent.name}/{path.name}" if longer[f"{path.parent.name}/{path.name}"] == 1 else str(path)
        inputs.append(Input(path, label, table))
    return inputs
