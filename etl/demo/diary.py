"""What the demo's manager wrote: two interventions, and that everybody knows why strain is looked at."""

from __future__ import annotations

from typing import Any

from etl.demo.planted import USELESS_CATEGORY, WORKED_CATEGORY, Planted
from etl.demo.window import DAY, iso

WRITER = "Lena Example"


def diary_of(planted: Planted) -> dict[str, Any]:
    """Return ``journal.json``: what was done, meant to move which metric; not whether it did."""

    def entry(origin: str, title: str, done: str, begins: int, category: str) -> dict[str, Any]:
        return {
            "origin": origin,
            "title": title,
            "done": done,
            "on": iso(begins)[:10],
            "metric": "aht",
            "direction": "down",
            "where": {"category": [category]},
        }

    return {
        "written_by": WRITER,
        "notice": {
            "purpose": "Early talks about workload and what would help; never pay, ranking or discipline.",
            "told_on": iso(planted.slides[0] - 120 * DAY)[:10],
        },
        "interventions": [
            entry(
                "refunds-macro",
                "Refunds: new macro and article",
                "One macro asks for everything a refund needs, and an article explains the way of the money.",
                planted.worked,
                WORKED_CATEGORY,
            ),
            entry(
                "payments-greeting",
                "Payments: friendlier greeting",
                "Every reply about a failed payment opens with the customer's name and an apology.",
                planted.useless,
                USELESS_CATEGORY,
            ),
        ],
    }
