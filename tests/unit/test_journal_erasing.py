"""Who is erased from what people wrote, and who only has a number or an address that is alike."""

from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from journal import open_journal
from journal.erasing import erase_words

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_of_several_names_each_is_erased_as_a_whole_word_only(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    journal = open_journal(settings, "kim", None, lambda: NOW)
    for text in ("Called 48213 and ana@example.com", "Called 482130", "Called 148213", "Wrote to diana@example.com"):
        journal.annotate(text, since=NOW.date())
    assert erase_words(settings, ["48213", "ana@example.com"]) == 1
    assert {one.text for one in journal.annotations()} == {
        "Called [erased] and [erased]",
        "Called 482130",
        "Called 148213",
        "Wrote to diana@example.com",
    }
