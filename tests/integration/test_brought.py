"""What a version brings and the one that first read a helpdesk did not is told of until all is read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from config.settings import Settings
from etl.checks import all_checks
from etl.connecting import check
from etl.fakes.server import served
from etl.handing import attach_raw
from tests.support.live import KEY, SETTINGS, at, hosted, read, source, without_ceremony


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


def test_what_an_older_version_left_out_is_said_until_all_is_read_again(tmp_path: Path) -> None:
    def lacks() -> list[tuple[str, bool]]:
        with duckdb.connect() as connection:
            attach_raw(connection, tmp_path / "extract.duckdb")
            broken = all_checks()[[name for name, *_ in all_checks()].index("warn_live_sources_read_by_this_version")]
            warned = connection.execute(broken[2]).fetchall()
            told = connection.execute("select source, lacks_fields from raw.live_source").fetchall()
            assert warned == [(source,) for source, is_lacking in told if is_lacking]
            return told

    def said() -> str:
        sources = {"desk": {"kind": "freshdesk", "url": at_work.url, **SETTINGS["freshdesk"]}}
        settings = replace(Settings(), home=tmp_path, sources=sources, allowed_networks=("127.0.0.1",))
        found = check(settings, "desk", at(5, "12:00"), {"DESKPULSE_PSEUDONYM_KEY": KEY, "DESKPULSE_DESK_TOKEN": "t"})
        return next((finding.says for finding in found if finding.what == "read before"), "")

    def by_an_older_one(change: str) -> None:
        with duckdb.connect(str(tmp_path / "extract.duckdb")) as connection:
            connection.execute(f"{change} where stream = 'brought'")

    with served(hosted("freshdesk")) as at_work:
        given = source(at_work.url, "freshdesk")
        read(tmp_path, given)
        assert (lacks(), said()) == ([("desk", False)], "")
        fewer = "regexp_replace(cursor, ', \"(vendor_figures\\.[a-z_]*|tickets.brand)\"', '', 'g')"
        by_an_older_one(f"update live_slice set cursor = {fewer}")
        read(tmp_path, given, at(5, "12:10"))  # what is new only
        assert lacks() == [("desk", True)]
        assert "without tickets.brand, vendor_figures; to bring it: python -m etl run --full-refresh" in said()
        by_an_older_one("delete from live_slice")  # which did not note what it brought
        read(tmp_path, given, at(5, "12:20"))
        assert lacks() == [("desk", True)]
        assert "by an older version, without fields that were added since" in said()
        read(tmp_path, given, at(5, "12:30"), full_refresh=True)
        assert (lacks(), said()) == ([("desk", False)], "")
