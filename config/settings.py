"""Settings: ``deskpulse.toml`` in the working directory, overridden by ``DESKPULSE_*`` variables.

Read once, at the edge, and passed in. Every setting, its default and its meaning stand in
``Settings``; ``config/deskpulse.example.toml`` shows them all.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.addresses import Network, networks
from config.errors import BadSetting
from config.sign_in import sign_in_of
from config.wellbeing import wellbeing_of

ROOT = Path(__file__).resolve().parent.parent
# Tables of settings: not to be had from one variable.
TABLES = ("sources", "warehouse_readers", "wellbeing", "mail", "digest", "alerts", "sign_in")
CONFIG_FILE = "deskpulse.toml"
MAY_BE_NONE = frozenset({"intake_alert_per_hour", "monitor_port"})


@dataclass(frozen=True)
class Settings:
    """Everything an installation may choose."""

    home: Path = Path("var")  # all state: raw, builds, journal, caches
    warehouse: str = ""  # postgresql+psycopg:// or sparksql:// URL of a server; empty = the DuckDB build under home
    warehouse_files: str = ""  # with Spark: the folder both sides see, a path or an s3:// or hdfs:// URL
    warehouse_readers: Mapping[str, Any] = field(default_factory=dict)  # a server's roles: "*", or their team keys
    journal_url: str = ""  # SQLAlchemy URL of what people write; empty = journal.db (SQLite) under home
    time_zone: str = "UTC"  # the reporting zone: which day, week and month an instant falls in
    currency: str = "EUR"
    locale: str = "en-GB"
    holiday_country: str = ""  # ISO code (US, DE-BY) whose public holidays hold where the calendar names none
    loaded_rate_per_hour: float | None = None  # cost of a scheduled hour; without it no cost is shown
    fcr_window_days: int = 7
    reopen_window_days: int = 14
    repeat_window_days: int = 7
    deflection_window_hours: int = 48
    csat_window_days: int = 7
    resolution_window_days: int = 7
    debt_days: int = 7  # an open ticket without a resolution target is debt when it has been ours for longer
    sla_risk_hours: int = 24  # a running service target due within these is at risk
    intake_alert_per_hour: int = 0  # tickets in an hour from which the response protocol begins; 0: there is none
    service_level_seconds: int = 20  # a call or chat answered within these is in the service level
    short_abandon_seconds: int = 5  # who leaves the queue sooner has not waited
    service_level_share: float = 0.80  # of calls and chats to answer within service_level_seconds, and of deferred work
    deferred_within_hours: float = 8.0  # deferred work (e-mail, forms): answered within these opening hours
    occupancy_cap: float = 0.85  # agents on calls and chats are busy with them for at most this share of an hour
    utilization_cap: float = 0.80  # handling among time on shift; the aim is 70 to 80 %, learning included
    in_shift_shrinkage: float = 0.15  # breaks, meetings, learning; only where the roster does not name them
    absence_shrinkage: float = 0.08  # leave and illness; only where the roster does not name leave
    chat_concurrency: int = 2  # chats an agent serves at once
    chat_slow_down: float = 0.3  # how much longer chats take for each further one
    multi_contact_categories: tuple[str, ...] = ()  # need several contacts by nature: outside FCR
    allowed_networks: tuple[str, ...] = ()  # beyond the public internet: where sources and deliveries may lead to
    largest_file_mb: int = 20_480  # of what is read
    largest_unpacked_mb: int = 20_480  # of what a packed file, a workbook or a Parquet file unpacks to
    largest_unpacked_ratio: int = 200  # to its size, above 10 MB
    keep_builds: int = 5  # the published one and those to roll back to
    keep_people_weeks: int = 30  # how long strain of single persons is kept: the 26 it is measured against, and four
    keep_log_days: int = 400  # of runs, and of rows in quarantine
    log_format: str = "text"  # json: a line an event on standard error, without persons (docs/deploy.md)
    monitor_port: int = 0  # where a dashboard answers /health and /metrics, without sign-in; 0: nowhere
    monitor_address: str = "127.0.0.1"
    wellbeing: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict
    )  # [wellbeing.individual], [wellbeing.notice]
    sign_in: Mapping[str, Any] = field(default_factory=dict)  # [sign_in]: how people are known (docs/access.md)
    dashboard_url: str = "http://localhost:8501"  # where digests lead to; empty: no links
    mail: Mapping[str, Any] = field(default_factory=dict)  # [mail]: the server digests are handed to
    digest: Mapping[str, Any] = field(default_factory=dict)  # [[digest.recipients]]: who receives them
    alerts: Mapping[str, Any] = field(default_factory=dict)  # [alerts]: who is told of alerts, of which and when
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # [sources.NAME] tables

    @property
    def raw_path(self) -> Path:
        """The database extraction owns."""
        return self.home / "extract.duckdb"

    @property
    def builds(self) -> Path:
        """The folder of published builds."""
        return self.home / "builds"

    @property
    def networks(self) -> tuple[Network, ...]:
        """What ``allowed_networks`` names."""
        return networks(self.allowed_networks)

    @property
    def outlook(self) -> Path:
        """The folder of what is computed after publication: a folder a step."""
        return self.home / "outlook"


def _parsed(name: str, text: str, default: object) -> object:
    """Turn the text of an environment variable into the type of the setting's default."""
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, int):
        return int(text)
    if isinstance(default, float) or name == "loaded_rate_per_hour":
        return float(text)
    return text


def _is_between(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _checked(values: dict[str, Any], where: str) -> Settings:
    try:
        ZoneInfo(str(values.get("time_zone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(
            f"{where}: time_zone {values['time_zone']!r} is not an IANA zone such as Europe/Berlin"
        ) from error
    if values.get("log_format", "text") not in ("text", "json"):
        raise BadSetting(f"{where}: log_format {values['log_format']!r} must be text or json")
    for name in (
        "fcr_window_days",
        "reopen_window_days",
        "repeat_window_days",
        "deflection_window_hours",
        "csat_window_days",
        "resolution_window_days",
        "debt_days",
        "sla_risk_hours",
        "intake_alert_per_hour",
        "service_level_seconds",
        "short_abandon_seconds",
        "largest_file_mb",
        "largest_unpacked_mb",
        "largest_unpacked_ratio",
        "keep_builds",
        "keep_people_weeks",
        "keep_log_days",
        "monitor_port",
    ):
        least = 0 if name in MAY_BE_NONE else 1
        if name in values and (not isinstance(values[name], int) or values[name] < least):
            raise BadSetting(f"{where}: {name} must be a whole number of at least {least}, not {values[name]!r}")
    for name, low, high in (
        ("service_level_share", 0.01, 0.999),
        ("deferred_within_hours", 0.1, 1000),
        ("occupancy_cap", 0.1, 1),
        ("utilization_cap", 0.1, 1),
        ("in_shift_shrinkage", 0, 0.9),
        ("absence_shrinkage", 0, 0.9),
        ("chat_concurrency", 1, 20),
        ("chat_slow_down", 0, 0.95),
    ):
        if name in values and not _is_between(values[name], low, high):
            raise BadSetting(f"{where}: {name} must be a number from {low} to {high}, not {values[name]!r}")
    if not isinstance(values.get("chat_concurrency", 1), int):
        raise BadSetting(f"{where}: chat_concurrency must be a whole number, not {values['chat_concurrency']!r}")
    _tables_checked(values, where)
    _lists_checked(values, where)
    _people_checked(values, where)
    if "home" in values:
        values["home"] = Path(values["home"])
    return Settings(**values)


def _lists_checked(values: dict[str, Any], where: str) -> None:
    for name in ("multi_contact_categories", "allowed_networks"):
        told = values.get(name, ())
        if not isinstance(told, list | tuple) or not all(isinstance(each, str) for each in told):
            raise BadSetting(f"{where}: {name} must be a list of texts, not {told!r}")
        values[name] = tuple(told)
    networks(values["allowed_networks"], f"{where}: allowed_networks")


def _tables_checked(values: Mapping[str, Any], where: str) -> None:
    for name in ("sign_in", "mail", "digest", "alerts", "warehouse_readers"):
        if not isinstance(values.get(name, {}), dict):
            raise BadSetting(f"{where}: {name} must be a table, not {values[name]!r}")


def _people_checked(values: Mapping[str, Any], where: str) -> None:
    try:
        wellbeing_of(values.get("wellbeing", {}))
        sign_in_of(values.get("sign_in", {}))
    except BadSetting as error:
        raise BadSetting(f"{where}: {error}") from None


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read settings from ``path`` (default ``deskpulse.toml``, which may be absent) and the environment.

    Raises ``BadSetting`` naming the file or variable, the setting and what to do.
    """
    file = path or Path(environ.get("DESKPULSE_CONFIG", CONFIG_FILE))
    values: dict[str, Any] = {}
    if file.exists():
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSetting(f"{file}: not valid TOML: {error}") from error
        except RecursionError as error:
            raise BadSetting(f"{file}: lists or tables lie too deep in one another") from error
    elif path is not None:
        raise BadSetting(f"{file}: no such file")
    known = {f.name: f.default for f in fields(Settings)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise BadSetting(f"{file}: unknown setting {unknown[0]!r}; known are {', '.join(known)}")
    for name, default in known.items():
        variable = f"DESKPULSE_{name.upper()}"
        if variable in environ and name not in TABLES:
            try:
                values[name] = _parsed(name, environ[variable], default)
            except ValueError as error:
                raise BadSetting(f"{variable}={environ[variable]!r} is not a number") from error
    return _checked(values, str(file) if file.exists() else "settings")


def utc_naive(instant: datetime) -> datetime:
    """Return an aware instant as the naive UTC the warehouse stores."""
    return instant.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
