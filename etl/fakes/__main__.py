"""``python -m etl.fakes zendesk``: the demo helpdesk in a fake Zendesk, read through its interface and published."""

from __future__ import annotations

import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from config.cli import Parser, guarded
from config.settings import load_settings
from etl.demo import write_demo
from etl.fakes.fill import filled
from etl.fakes.server import HERE, served
from etl.fakes.zendesk import Zendesk
from etl.pipeline import run
from etl.sources.live.kinds import LiveSource
from etl.sources.live.privacy import Pseudonyms


def main() -> None:
    """Fill a fake with the demo's past, read it as any helpdesk is read, and publish what came of it."""
    parser = Parser(prog="python -m etl.fakes", description=__doc__)
    parser.add_argument("kind", choices=["zendesk"], help="which helpdesk")
    parser.add_argument("--tickets", type=int, default=10_000, metavar="N", help="how many tickets (default 10,000)")
    parser.add_argument("--days", type=int, default=400, metavar="D", help="how many days back (default 400)")
    options = parser.parse_args()
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        print("demo helpdesk", file=sys.stderr)
        write_demo(Path(folder), tickets=options.tickets, days=options.days, until=now, seed=1, progress=lambda _: None)
        desk, settings = filled(Path(folder), now)
    with served(desk) as at_work:
        told = {"url": at_work.url, **settings}
        key = Pseudonyms(secrets.token_hex(32))  # nobody needs to find these people again
        source = LiveSource("zendesk", options.kind, told, {"token": Zendesk.token}, key, HERE)
        result = run([source], load_settings(), now, lambda _: None)
    loaded = sum(count.loaded for count in result.counts)
    print(f"{loaded:,} rows read from a fake Zendesk; published build {result.build_id} in {result.seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(guarded(main))
