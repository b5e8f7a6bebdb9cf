"""The cast of a demo: everything that is settled before the first ticket comes."""

from __future__ import annotations

from dataclasses import dataclass

from etl.demo.customers import Customers
from etl.demo.people import People
from etl.demo.planted import Planted
from etl.demo.rosters import Spells
from etl.demo.shifts import Grid
from etl.demo.window import Window


@dataclass
class Cast:
    """The stretch of time, what is planted in it, who works when, and for whom."""

    window: Window
    planted: Planted
    people: People
    customers: Customers
    spells: Spells
    grid: Grid
