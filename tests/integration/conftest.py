"""Servers the tests of several parts ask for, once a session."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support.postgresql import running_postgresql, server_programs


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the address of an empty PostgreSQL database; without a server tests skip, unless services are required."""
    programs = server_programs()
    if programs is None:
        missing = "no PostgreSQL here: apt-get install postgresql"
        if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with running_postgresql(programs) as address:
        yield address
