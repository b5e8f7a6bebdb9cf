"""etl init and etl check: a commented source, and what is missing said in one line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import BadSetting
from config.settings import load_settings
from etl.__main__ import main
from etl.connecting import begin, check
from etl.fakes.server import Answer, served
from etl.sources.catalog import LIVE, configured_sources, connector
from etl.sources.live.http import checked_url
from tests.support.live import KEY, desk

NOW = datetime(2026, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["files", *LIVE])
def test_init_writes_a_source_that_can_be_read_back(kind: str, tmp_path: Path) -> None:
    config = tmp_path / "deskpulse.toml"
    config.write_text('time_zone = "Europe/Berlin"\n')
    says = begin(kind, "desk", config, {})
    settings = load_settings(config, {})
    assert settings.sources["desk"]["kind"] == kind
    assert settings.time_zone == "Europe/Berlin"
    assert says[-1].endswith(f"etl run --source desk --config {config}")
    assert begin(kind, "other", None, {"DESKPULSE_CONFIG": str(config)})[-1].endswith("etl run --source other")
    with pytest.raises(BadSetting, match="is there already"):
        begin(kind, "desk", config, {})
    if kind in LIVE:
        secrets = {f"DESKPULSE_DESK_{s.name.upper()}": "x" for s in connector(kind).secrets}
        (source,) = configured_sources(settings, (), {**secrets, "DESKPULSE_PSEUDONYM_KEY": KEY})
        assert source.name == "desk"


@pytest.mark.parametrize(
    ("options", "environ", "says"),
    [
        ({"kind": "zendesk"}, {}, "needs url"),
        ({"kind": "zendesk", "url": "https://x.test"}, {}, "DESKPULSE_DESK_TOKEN"),
        ({"kind": "zendesk", "url": "https://x.test"}, {"DESKPULSE_DESK_TOKEN": "t"}, "DESKPULSE_PSEUDONYM_KEY"),
        ({"kind": "zendesk", "url": "https://x.test", "typo": 1}, {}, "knows no 'typo'"),
        ({"kind": "zendesk", "url": "https://x.test", "bots": "7"}, {}, "should look like"),
        ({"kind": "zendesk", "url": "https://x.test", "tiers": 2}, {}, "tiers should look like"),
        ({"kind": "telepathy"}, {}, "no kind of source is called 'telepathy'"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    options: dict[str, object], environ: dict[str, str], says: str, tmp_path: Path
) -> None:
    config = tmp_path / "deskpulse.toml"
    config.write_text("[sources.desk]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in options.items()))
    with pytest.raises(BadSetting, match=says):
        configured_sources(load_settings(config, {}), (), environ)


@pytest.mark.parametrize(
    "url", ["http://desk.example.com", "ftp://x", "desk.example.com", "https://a:b@x.test", "https://x.test/?q=1"]
)
def test_an_address_that_is_none_or_not_safe_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="url"):
        checked_url(url, "[sources.desk]")


def test_check_says_what_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "deskpulse.toml"
    monkeypatch.setenv("DESKPULSE_PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("DESKPULSE_DESK_TOKEN", "token")
    fake = desk()
    fake.now = datetime.now(UTC)
    monkeypatch.setenv("DESKPULSE_ALLOWED_NETWORKS", "127.0.0.1")
    with served(fake) as at_work:
        user = 'user = "admin@example.com"\n'
        config.write_text(f'[sources.desk]\nkind = "zendesk"\nurl = "{at_work.url}"\n{user}category_field = 7\n')
        with pytest.raises(BadSetting, match="desk cannot be read yet: category_field"):
            main(["check", "desk", "--config", str(config), "--json"])
        findings = {f["what"]: f for f in json.loads(capsys.readouterr().out)["findings"]}
        assert findings["credentials"]["says"] == "an administrator"
        assert findings["category_field"]["says"] == "there is no ticket field 7"
        at_work.faults.append(lambda path, _: Answer({}, 403) if "metric_events" in path else None)
        found = {f.what: f for f in check(load_settings(config), "desk", NOW)}
        assert not found["service targets"].ok
        assert "does not permit this" in found["service targets"].says
        monkeypatch.setenv("DESKPULSE_DESK_TOKEN", "wrong")
        (refused,) = check(load_settings(config), "desk", NOW)
        assert "does not accept the credentials" in refused.says
