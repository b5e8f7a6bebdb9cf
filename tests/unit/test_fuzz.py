"""2,000 inputs nobody meant; ``make bench-fuzz`` tries 100,000. No traceback, no hang, and each target can say no."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.asking import build_of
from tests.support.fuzzing import FILES, MAPPINGS, Hung, asked, file_reader, fuzz, mapping_reader, question_asker
from tests.support.stories import busy_month, warehouse


def test_mappings(tmp_path: Path) -> None:
    seen = fuzz(MAPPINGS, mapping_reader(tmp_path), 1200)
    assert seen.tried >= 1200
    assert 0 < seen.refused < seen.tried


def test_questions() -> None:
    with warehouse(busy_month()) as connection:
        seen = fuzz(asked(), question_asker(build_of(connection)), 500)
    assert seen.tried >= 500
    assert 0 < seen.refused < seen.tried


def test_files(tmp_path: Path) -> None:
    seen = fuzz(FILES, file_reader(tmp_path), 300)
    assert seen.tried >= 300
    assert 0 < seen.refused < seen.tried


def test_a_finding_is_found() -> None:
    def breaks(_: object) -> None:
        raise KeyError("x")

    def hangs(_: object) -> None:
        raise Hung

    for use, what in ((breaks, KeyError), (hangs, Hung)):
        with pytest.raises(what):
            fuzz(FILES, use, 5)
