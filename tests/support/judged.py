"""Desks whose alerts are given: what is told of them is worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np

from forecasting.alerts.asking import Panel, Part
from forecasting.alerts.families import FAMILIES, Family
from forecasting.alerts.judging import Judged
from forecasting.alerts.watched import Watched
from forecasting.volume.series import number_of

FIRST = number_of(date(2026, 1, 1))
DAYS = 60
PARTS = (
    Part("all", ""),
    Part("category", "Billing"),
    Part("category", "App"),
    Part("channel", "email"),
    Part("channel", "chat"),
)
BY_NAME = {family.metric: family for family in FAMILIES}


def judged(metric: str, alerts: dict[tuple[int, int], int], observed: dict[tuple[int, int], float]) -> Judged:
    """Return a desk of 40 a day, halves by category and channel, with alerts and what was observed on their days."""
    family: Family = BY_NAME[metric]
    expected = np.repeat([[40.0], [20.0], [20.0], [20.0], [20.0]], DAYS, axis=1)
    value = expected.copy()
    for at, told in observed.items():
        value[at] = told
    rows = np.ones_like(expected) if family.kind == "count" else expected
    if family.kind == "rate":
        expected = np.full_like(expected, 0.7)
        value = np.full_like(value, 0.7)
        for at, told in observed.items():
            value[at] = told
    direction = np.zeros(expected.shape, dtype=np.int8)
    for at, sign in alerts.items():
        direction[at] = sign
    days = np.broadcast_to(np.arange(DAYS), expected.shape)
    score = np.where(direction != 0, 1.6, 0.2)
    seen = Watched(direction, score, value, expected, expected * 0.8, expected * 1.2, days)
    total = value if family.kind == "count" else value * rows
    panel = Panel(family, PARTS, FIRST, total, rows)
    return Judged(panel, seen, direction, (value - expected) * rows)


def of_areas(metric: str, alerts: dict[tuple[int, int], int], moved: dict[int, float]) -> Judged:
    """Return a desk of six categories of ten a day, three of them a team's; ``moved`` categories from day 25 on."""
    names = ("Orders", "Delivery", "Returns", "Billing", "Account", "App")
    parts = (Part("all", ""), *(Part("category", name) for name in names), Part("team", "Front"))
    each = np.full((len(names), DAYS), 10.0)
    if BY_NAME[metric].kind == "rate":
        each[:] = 0.7
    value = each.copy()
    for row, told in moved.items():
        value[row - 1, 25:40] = told
    if BY_NAME[metric].kind == "rate":
        expected, value = (np.vstack([told.mean(axis=0), told, told[:3].mean(axis=0)]) for told in (each, value))
        rows = np.repeat([[60.0], *[[10.0]] * 6, [30.0]], DAYS, axis=1)
    else:
        expected, value = (np.vstack([told.sum(axis=0), told, told[:3].sum(axis=0)]) for told in (each, value))
        rows = np.ones_like(expected)
    direction = np.zeros(expected.shape, dtype=np.int8)
    for at, sign in alerts.items():
        direction[at] = sign
    score = np.where(direction != 0, 1.3, 0.1)
    score[list(moved), 25:40] = np.maximum(score[list(moved), 25:40], 0.6)
    since = np.where(direction != 0, 25, np.arange(DAYS))
    seen = Watched(direction, score, value, expected, expected * 0.8, expected * 1.2, since)
    panel = Panel(BY_NAME[metric], parts, FIRST, value * (1 if metric == "tickets_created" else rows), rows)
    return Judged(panel, seen, direction, (value - expected) * rows)
