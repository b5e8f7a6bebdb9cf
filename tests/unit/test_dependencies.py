"""What a release is made of: licences that may be passed on, one list of it, and nothing in it that only tests need."""

from __future__ import annotations

import re
from importlib import metadata

import pytest

from config.settings import ROOT

LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.M)
# Whoever installs Deskpulse may use, change and pass these on; of LGPL and MPL only what is changed in them is owed.
FREE = (
    *("MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "MPL-2.0", "Mozilla Public License 2.0"),
    *("LGPL-3.0", "Zlib", "CC0", "0BSD", "HPND", "Unlicense"),
)
OWED = re.compile(r"(?<!L)GPL|AGPL|SSPL|BUSL|Commons Clause|Proprietary|CC-BY-NC", re.IGNORECASE)
# What a package does not say itself: read in its own files.
READ_BY_HAND: dict[str, str] = {}
TESTS_ONLY = ("pm4py", "django-helpdesk", "pyspark", "pytest", "hypothesis", "playwright", "pip-audit", "cyclonedx-bom")


def _locked(file: str) -> dict[str, str]:
    return dict(LOCKED.findall((ROOT / file).read_text(encoding="utf-8")))


SHIPPED = _locked("requirements.txt") | _locked("requirements-postgresql.txt") | _locked("requirements-spark.txt")


def licence_of(package: str) -> str:
    """Return what a package says its licence is: the expression, the classifiers, or the beginning of the text."""
    told = metadata.metadata(package)
    classified = [c.rpartition(":: ")[2] for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    return told.get("License-Expression") or "; ".join(classified) or (told.get("License") or "").strip()[:80]


@pytest.mark.parametrize("package", SHIPPED)
def test_what_is_shipped_may_be_passed_on(package: str) -> None:
    licence = READ_BY_HAND.get(package) or licence_of(package)
    options = [option for option in re.split(r"\bOR\b", licence) if not OWED.search(option)]
    assert any(free in option for option in options for free in FREE), f"{package}: {licence!r}"


def test_a_licence_that_owes_more_is_noticed() -> None:
    assert OWED.search("GPL-3.0-or-later")
    assert OWED.search("AGPL-3.0-only")
    assert not OWED.search("LGPL-3.0-only")


def test_what_only_tests_need_is_not_shipped() -> None:
    for package in TESTS_ONLY:
        assert package not in SHIPPED
        assert package in _locked("requirements-dev.txt")


def test_what_is_installed_is_what_is_locked() -> None:
    assert {name: metadata.version(name) for name in SHIPPED} == SHIPPED
