"""The page about the import format is what the code says."""

import re
from pathlib import Path

from config.settings import ROOT
from etl.import_format import TABLES
from etl.sources.files.docs import TARGET, import_format_page
from etl.sources.files.mapping import read_mapping


def test_the_page_is_generated() -> None:
    assert TARGET.read_text(encoding="utf-8") == import_format_page(), "run python -m etl.sources.files.docs"


def test_every_column_is_on_the_page() -> None:
    page = import_format_page()
    for table in TABLES.values():
        section = page.split(f"### {table.name}\n")[1].split("### ")[0]
        assert all(f"| `{column.name}` |" in section for column in table.columns)


def test_the_example_of_the_mapping_page_is_a_mapping(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")
    example = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0]
    (tmp_path / "acme.toml").write_text(example, encoding="utf-8")
    mapping = read_mapping(tmp_path / "acme.toml")
    assert (mapping.shape, mapping.source_name, mapping.encoding) == ("tickets", "acme", "cp1252")
    assert mapping.columns["solved_at"].time.zone == "UTC"
    assert mapping.vocabularies["category"].default == "other"
