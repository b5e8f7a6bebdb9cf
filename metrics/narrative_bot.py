"""What a handover by the bot costs, in words."""

from __future__ import annotations

import pandas as pd

from metrics.reading import Style


def handover_reads(
    handled: pd.DataFrame, otherwise_seconds: float | None, rate_per_hour: float | None, style: Style
) -> str:
    """Say what people spent on tickets the bot had begun: ``handled`` are the rows of ``aht`` behind them.

    ``otherwise_seconds`` is what tickets the bot had no part in took on average, ``rate_per_hour`` what an hour costs.
    """
    spent = handled["amount"].astype(float)
    worked_on = int((spent > 0).sum())  # the bot settled the others alone
    if not worked_on:
        return "No time of people is known on tickets the bot had begun."
    hours = float(spent.sum()) / 3600
    cost = f" ({style.money(hours * rate_per_hour, 0)})" if rate_per_hour else ""
    said = (
        f"People spent {style.number(hours)} hours{cost} on {style.number(worked_on)} tickets the bot had begun, "
        f"{style.duration(hours * 3600 / worked_on)} on each"
    )
    return f"{said}; on others {style.duration(otherwise_seconds)}." if otherwise_seconds else f"{said}."
