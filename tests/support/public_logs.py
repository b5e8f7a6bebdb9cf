"""Two public logs and how they are read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from config.settings import ROOT
from etl.pipeline import FileSource

DATA = Path(os.environ.get("DESKPULSE_SHARED_DATA", ROOT.parent / "shared" / "data"))
NOW = datetime(2026, 4, 1, tzinfo=UTC)
MAPPINGS = ROOT / "config" / "mappings"
UCI = FileSource("uci", (DATA / "uci_incident" / "incident_event_log.zip",), MAPPINGS / "uci_incident.toml")
ITALIAN = FileSource("italian", (DATA / "italian_helpdesk" / "finale.csv.gz",), MAPPINGS / "italian_helpdesk.toml")
