"""Customers: organizations of three segments, the people in them, and those about to leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.columns import dates, whole
from etl.demo.desk import PLANS, SEGMENTS
from etl.demo.window import DAY, Bools, Ints, Window, weekday

_TRADES: Final = ("Bakery", "Bicycles", "Bookshop", "Brewery", "Clinic", "Foods", "Garden", "Hotel", "Joinery",
                  "Laundry", "Logistics", "Museum", "Optics", "Pharmacy", "Printers", "School", "Studio", "Tools",
                  "Toys", "Travel")  # fmt: skip
LEAVING: Final = 3  # organizations about to leave
ACTIVE: Final = 0.08  # of all requesters, on a first working day
ORDERING: Final = 0.4  # of the active


@dataclass(frozen=True)
class Customers:
    """Segment of each organization; organization (-1: none) and first day of each requester."""

    segment: Ints
    organization: Ints
    since: Ints  # days since 1970, of requesters
    leaving: Ints  # organizations

    def is_leaving(self, organizations: Ints) -> Bools:
        """Return which of these organizations are about to leave."""
        return np.isin(organizations, self.leaving)

    def draw(self, size: int, rng: np.random.Generator) -> Ints:
        """Return requesters, a few of whom write often."""
        return np.asarray(len(self.organization) * rng.random(size) ** 1.5, dtype=np.int64)


def invite(tickets: int, window: Window, rng: np.random.Generator) -> Customers:
    """Return customers enough for so many tickets: about one requester for every five."""
    requesters = max(60, tickets // 5)
    organizations = max(12, requesters // 9)
    segment = rng.choice(3, organizations, p=(0.72, 0.22, 0.06))
    weight = np.array([3.0, 12.0, 45.0])[segment]
    organization = rng.choice(organizations, requesters, p=weight / weight.sum())
    organization[rng.random(requesters) < 0.12] = -1
    since = rng.integers(window.start // DAY - 1500, window.start // DAY, requesters)
    sizes = np.bincount(organization[organization >= 0], minlength=organizations)
    middling = np.flatnonzero((segment >= 1) & (sizes >= 3))
    leaving = (middling if len(middling) >= LEAVING else np.argsort(-sizes))[:LEAVING]
    return Customers(segment.astype(np.int64), organization, since.astype(np.int64), leaving.astype(np.int64))


def numbered(prefix: str, size: int, width: int) -> pa.Array:
    """Return ``prefix`` followed by 1 … size, filled with zeros to ``width``."""
    digits = pc.utf8_lpad(pa.array(np.arange(1, size + 1)).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def requester_ids(customers: Customers) -> pa.Array:
    """Return the helpdesk's ids of requesters."""
    return numbered("req-", len(customers.organization), 6)


def organization_ids(customers: Customers) -> pa.Array:
    """Return the helpdesk's ids of organizations."""
    return numbered("org-", len(customers.segment), 5)


def requester_columns(customers: Customers) -> dict[str, pa.Array]:
    """Return the columns of ``requesters``."""
    none = customers.organization < 0
    return {
        "requester_id": requester_ids(customers),
        "organization_id": organization_ids(customers).take(
            pa.array(np.where(none, 0, customers.organization), mask=none)
        ),
        "created_on": pa.array(customers.since.astype(np.int32)).cast(pa.date32()),
    }


def organization_columns(customers: Customers, window: Window) -> dict[str, pa.Array]:
    """Return the columns of ``organizations``: names are a trade and a number, plainly invented."""
    size = len(customers.segment)
    trade = pa.array(_TRADES).take(pa.array(np.arange(size) % len(_TRADES)))
    segment = pa.array(customers.segment)
    return {
        "organization_id": organization_ids(customers),
        "name": pc.binary_join_element_wise("Example", trade, numbered("", size, 4), " "),
        "segment": pa.array(SEGMENTS).take(segment),
        "plan": pa.array(PLANS).take(segment),
        "created_on": pa.array(np.full(size, window.start // DAY - 1500, dtype=np.int32)).cast(pa.date32()),
    }


def activity_columns(customers: Customers, window: Window, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns of ``activity``: the whole desk's, day by day; it grows a little faster than the tickets."""
    days = np.arange(window.start // DAY, window.until // DAY)
    growing = np.linspace(1.0, 1.9, len(days)) * np.where(weekday(days) < 5, 1.0, 0.45)
    active = rng.poisson(ACTIVE * len(customers.organization) * growing)
    return {
        "day": dates(days),
        "active_customers": whole(active),
        "orders": whole(rng.binomial(active, ORDERING)),
    }
