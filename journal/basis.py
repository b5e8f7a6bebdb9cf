"""For what purpose single persons' drift is told, and since when: as set, else as the journal has it."""

from __future__ import annotations

from config.settings import Settings
from config.wellbeing import Basis, wellbeing_of
from journal.opening import open_journal


def individual_basis(settings: Settings) -> Basis:
    """Return the basis of telling single persons' drift; an empty one where nobody gave notice."""
    told = wellbeing_of(settings.wellbeing).basis
    if told != Basis():
        return told
    given = open_journal(settings, "journal", None).notice()
    return Basis() if given is None else Basis(given.purpose, given.told_on)
