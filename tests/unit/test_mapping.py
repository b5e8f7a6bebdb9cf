"""The mapping file: what it may say, and how it is told off."""
# ruff: noqa: E501  (tables of cases)

from pathlib import Path

import pytest

from config.errors import BadInput
from config.settings import ROOT
from etl.sources.files.inputs import Input
from etl.sources.files.mapping import read_mapping
from etl.sources.files.parts import read_part
from etl.sources.files.readers import Reader
from etl.sources.files.toml_lines import read_toml

GOOD = """\
shape = "event_log"

[file]
missing = ["?"]

[time]
format = "%d/%m/%Y %H:%M"
zone = "Europe/Rome"

[columns]
ticket_id = "number"
occurred_at = "updated"
created_at = { column = "opened", zone = "UTC" }
status = "state"
channel = { value = "phone" }

[status]
"New" = "new"
"Gone" = ""
"""


def refused(folder: Path, old: str, new: str) -> str:
    (folder / "m.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        read_mapping(folder / "m.toml")
    assert "\n" not in str(refusal.value)
    return str(refusal.value).removeprefix(f"{folder}/")


def test_a_good_mapping(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(GOOD, encoding="utf-8")
    mapping = read_mapping(tmp_path / "m.toml")
    assert mapping.table.name == "snapshots"
    assert mapping.counts_position
    assert mapping.missing == ("?",)
    assert (mapping.columns["created_at"].time.zone, mapping.columns["occurred_at"].time.zone) == ("UTC", "Europe/Rome")
    assert mapping.columns["created_at"].time.format == "%d/%m/%Y %H:%M"
    assert mapping.columns["channel"].value == "phone"
    assert mapping.vocabularies["status"].values == {"New": "new", "Gone": ""}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"event_log"', '"log"', "m.toml:1: shape: must be one of tickets, event_log, contacts, not 'log'"),
        ('shape = "event_log"', "", "m.toml: shape: must be one of"),
        ("[time]", "[tiem]", "m.toml:6: [tiem]: unknown; a event_log mapping has no such section or column; did you mean 'time'?"),
        ("[status]", "[solved_at]", "m.toml:17: [solved_at]: unknown"),
        ("missing = ", "mising = ", "m.toml:4: [file] mising: unknown key; known are encoding, delimiter, missing, sheet; did you"),
        ('["?"]', '"?"', "m.toml:4: [file] missing: must be a list of texts"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Q", "m.toml:7: [time] format: '%d/%m/%Q' is no time format"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y %\u1000H:%M", "m.toml:7: [time] format: '%d/%m/%Y %\u1000H:%M' is no time format"),
        ("%d/%m/%Y %H:%M", "DD/MM/YYYY", "m.toml:7: [time] format: 'DD/MM/YYYY' is no time format"),
        ("Europe/Rome", "Europe/Roma", "m.toml:8: [time] zone: 'Europe/Roma' is not an IANA zone"),
        ("ticket_id =", "ticketid =", "m.toml:11: [columns] ticketid: unknown key"),
        ('ticket_id = "number"', "", "m.toml:10: [columns]: ticket_id is needed: which column is it? (The ticket.)"),
        ('status = "state"', "status = 3", "m.toml:14: [columns] status: must be \"source column\""),
        ('zone = "UTC" }', 'zon = "UTC" }', "m.toml:13: [columns] created_at: must be"),
        ('zone = "UTC" }', 'zone = "X" }', "m.toml:13: [columns] created_at: 'X' is not an IANA zone"),
        ('"new"', '"novel"', "m.toml:18: [status] New: 'novel' is no status; use new, open, pending, hold, solved, closed"),
        ("[status]", "[status", "m.toml:17: not valid TOML"),
        ("[status]", '[file2]\nx = 1\n[status]', "m.toml:17: [file2]: unknown"),
        ("[status]", '[url]\ntemplate = "javascript:{ticket_id}"\n[status]', "m.toml:18: [url] template: must begin with https://"),
        ("[status]", '[url]\ntemplate = "https://x/{ticket}"\n[status]', "[columns] has no 'ticket' to put there; did you mean 'ticket_id'?"),
        ("[status]", '[url]\ntemplate = "https://x/{team_id}"\n[status]', "m.toml:18: [url] template: [columns] has no 'team_id' to put there"),
        ('missing = ["?"]', 'encoding = "latin-99"', "m.toml:4: [file] encoding: unknown encoding 'latin-99'"),
        ('missing = ["?"]', 'delimiter = "||"', "m.toml:4: [file] delimiter: must be one character"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_with_file_line_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert refused(tmp_path, old, new).startswith(says) or says in refused(tmp_path, old, new)


def test_a_missing_mapping(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.toml: no such mapping file"):
        read_mapping(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (
            "number,updated,opend,state",
            "m.toml:13: [columns] created_at: no column 'opened' in log.csv; did you mean 'opend'?",
        ),
        (
            "number,updated,opened,state,state",
            "m.toml:14: [columns] status: log.csv has several columns 'state'; write 'state#1'",
        ),
        (
            "number!updated!opened!state",
            "the whole header is 'number!updated!opened!state': is [file] delimiter right?",
        ),
    ],
)
def test_a_file_that_lacks_a_column(tmp_path: Path, header: str, says: str) -> None:
    (tmp_path / "m.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "log.csv").write_text(f"{header}\n1,2,3,4\n")
    with pytest.raises(BadInput) as refusal:
        read_part(
            Reader(None, tmp_path),
            Input(tmp_path / "log.csv", "log.csv", "snapshots"),
            read_mapping(tmp_path / "m.toml"),
        )  # type: ignore[arg-type]
    assert says in str(refusal.value)


def test_lines_are_found_whatever_the_quoting(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("[a]\n# b = 1\n\"b c\" = 1\n'd' = 2\n[ e ] # no\nb = 3\n", encoding="utf-8")
    toml = read_toml(tmp_path / "x.toml")
    assert {key: toml.lines[key] for key in (("a", "b c"), ("a", "d"), ("e", ""), ("e", "b"))} == {
        ("a", "b c"): 3,
        ("a", "d"): 4,
        ("e", ""): 5,
        ("e", "b"): 6,
    }


@pytest.mark.parametrize("file", sorted((ROOT / "config" / "mappings").glob("*.toml")), ids=lambda f: f.stem)
def test_the_shipped_mappings_are_good(file: Path) -> None:
    mapping = read_mapping(file)
    assert mapping.source_name == file.stem
