"""Thanks after a solve: the ticket opens again by itself, and a rule solves it again; nobody has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from etl.demo.desk import EMAIL, WEB
from etl.demo.lives import Desk
from etl.demo.touches import REPLY, SOLVED
from etl.demo.window import DAY, HOUR, MINUTE, Ints, lognormal

SHARE: Final = 0.025  # of written tickets that a person solved with a reply, and that did not come back


@dataclass(frozen=True, eq=False)
class Thanks:
    """Tickets, when their requester wrote again, and when they were solved again (epoch seconds)."""

    ticket: Ints
    at: Ints
    solved: Ints


def thanks_of(desk: Desk, rng: np.random.Generator) -> Thanks:
    """Return who says thank you for what was solved."""
    t, w = desk.tickets, desk.touches
    last = np.append(w.ticket[1:] != w.ticket[:-1], True) if len(w) else np.zeros(0, dtype=bool)
    done = w.take(last & (w.kind == REPLY) & (w.status == SOLVED) & ~w.is_live)
    rows = done.ticket
    written = ((t.channel[rows] == EMAIL) | (t.channel[rows] == WEB)) & (t.requester[rows] >= 0)
    fits = written & ~t.is_merged[rows] & (desk.outcomes.reopens[rows] == 0) & ~desk.outcomes.is_repeated[rows]
    chosen = np.flatnonzero(fits & (rng.random(len(rows)) < SHARE))
    wait = np.clip(lognormal(rng, 6 * HOUR, 1.0, len(chosen)), 20 * MINUTE, 5 * DAY).astype(np.int64)
    at = done.settled[chosen] + wait
    return Thanks(rows[chosen], at, at + rng.integers(2 * MINUTE, HOUR, len(chosen)))


def told_of(thanks: Thanks, desk: Desk) -> dict[str, Any]:
    """Return what of it has happened by now, for ``truth.json``."""
    return {"tickets": int((thanks.at <= desk.window.until).sum()), "share_of_written_and_solved": SHARE}
