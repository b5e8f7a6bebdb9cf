"""What is planted in the demo: when, where and how strong. ``truth.json`` is written from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from etl.demo.desk import CATEGORIES, TEAMS
from etl.demo.people import People
from etl.demo.window import DAY, Floats, Ints, Window, iso

DROP_CATEGORY: Final = "Delivery problem"
DROP_POINTS: Final = 0.20
DROP_PACE: Final = 0.52  # handling time of a contact against before: answers became curt
WORKED_CATEGORY: Final = "Refund request"
WORKED_ONE_CONTACT: Final = 0.55  # logit
WORKED_PACE: Final = 0.80
USELESS_CATEGORY: Final = "Payment failed"
OUTAGE_CATEGORY: Final = "Performance and outages"
OUTAGE_FACTOR: Final = 9.0

# A slide at its full strength: shifts on the logit scale, handling time as a factor.
SLIDE: Final = {"csat": -1.1, "one_contact": -0.7, "reopen": 0.8, "pace": 1.25, "late_days": 0.7}
SLIDE_RAMP_DAYS: Final = 21
BUSY_LOAD: Final = 1.30
BUSY_WEEKS: Final = 6


@dataclass(frozen=True)
class Push:
    """A release or campaign: volume of an area (or category) times ``factor`` for ``days``."""

    kind: str
    title: str
    begins: int
    days: int
    area: str
    factor: float
    category: str | None = None

    def share(self, days: Ints) -> Floats:
        """Return how much of the effect is there on each day (1 at first; a release fades)."""
        age = days - self.begins // DAY
        fading = 1 - 0.6 * age / self.days if self.kind == "release" else np.ones(len(days))
        return np.where((age >= 0) & (age < self.days), fading, 0.0)


@dataclass(frozen=True)
class Planted:
    """Every planted thing with its date (epoch seconds, midnight UTC)."""

    pushes: tuple[Push, ...]
    outage: int
    drop: int
    worked: int
    useless: int
    slides: tuple[int, int]
    busy: int
    leaving_from: int  # organizations about to leave show it from here on

    def slide(self, people: People, agents: Ints, instants: Ints) -> Floats:
        """Return how far (0–1) each agent had slid at each instant."""
        share = np.zeros(len(agents))
        for slider, begins in zip(people.sliders, self.slides, strict=True):
            ramp = np.clip((instants - begins) / (SLIDE_RAMP_DAYS * DAY), 0, 1)
            share += np.where(agents == slider, ramp, 0.0)
        return share


def plant(window: Window) -> Planted:
    """Return what is planted, placed backwards from now so that short demos hold it too."""

    def release(number: int, days_ago: float, days: int, area: str, factor: float) -> Push:
        return Push("release", f"Release 7.{number}", window.ago(days_ago), days, area, factor)

    pushes = (
        release(1, 840, 5, "App", 1.55),
        release(2, 690, 6, "Integrations", 1.6),
        release(3, 530, 5, "Account", 1.5),
        release(4, 372, 7, "App", 1.8),
        release(5, 213, 5, "Billing", 1.45),
        release(6, 84, 6, "App", 1.7),
        Push("campaign", "Spring sale", window.ago(610), 10, "Orders", 1.35),
        Push("campaign", "Invite a colleague", window.ago(300), 12, "Account", 1.4, "Password and sign-in"),
        Push("campaign", "Free delivery fortnight", window.ago(120), 14, "Orders", 1.3),
    )
    outage = window.ago(98)
    while (outage // DAY + 3) % 7 > 3:  # on a working day, Monday to Thursday
        outage -= DAY
    return Planted(
        pushes=pushes,
        outage=outage,
        drop=window.ago(35),
        worked=window.ago(140),
        useless=window.ago(105),
        slides=(window.ago(67), window.ago(58)),
        busy=window.ago(7 * BUSY_WEEKS),
        leaving_from=window.ago(35),
    )


def truth_of(planted: Planted, people: People, window: Window) -> dict[str, Any]:
    """Return the planted things in plain words and numbers."""
    ids = people.ids()
    day = {c.name: c.area for c in CATEGORIES}
    return {
        "window": {"start": iso(window.start), "until": iso(window.until), "days": window.length_days - 1},
        "pushes": [
            {
                "kind": p.kind,
                "title": p.title,
                "starts_on": iso(p.begins)[:10],
                "days": p.days,
                "categories": [p.category] if p.category else [c for c, area in day.items() if area == p.area],
                "volume_factor_first_day": p.factor,
            }
            for p in planted.pushes
        ],
        "outage": {"day": iso(planted.outage)[:10], "category": OUTAGE_CATEGORY, "volume_factor": OUTAGE_FACTOR},
        "quality_drop": {
            "category": DROP_CATEGORY,
            "begins": iso(planted.drop),
            "fcr_points": -DROP_POINTS,
            "handling_factor_per_contact": DROP_PACE,
            "in_calendar": False,
        },
        "intervention_worked": {
            "category": WORKED_CATEGORY,
            "begins": iso(planted.worked),
            "handling_factor": WORKED_PACE,
            "one_contact_logit": WORKED_ONE_CONTACT,
        },
        "intervention_without_effect": {
            "category": USELESS_CATEGORY,
            "begins": iso(planted.useless),
            "handling_factor": 1.0,
            "one_contact_logit": 0.0,
        },
        "sliders": [
            {
                "agent_id": ids[who],
                "team_id": TEAMS[people.persons[who].team].team_id,
                "begins": iso(begins),
                "ramp_days": SLIDE_RAMP_DAYS,
                "full_effect": SLIDE,
            }
            for who, begins in zip(people.sliders, planted.slides, strict=True)
        ],
        "silo": {"agent_id": ids[people.expert], "category": "API and webhooks"},
        "busy": {"agent_id": ids[people.busy], "begins": iso(planted.busy), "load_factor": BUSY_LOAD},
        "topic_without_article": next(c.name for c in CATEGORIES if not c.articles),
        "automatable": [c.name for c in CATEGORIES if c.is_automatable],
        "growth_per_year": {c.name: c.growth for c in CATEGORIES},
        "agents": [
            {"agent_id": p.agent_id, "planted": p.planted, **_special_days(p.left, p.moved, p.away)}
            for p in people.persons
            if p.planted or p.left
        ],
    }


def _special_days(
    left: int | None, moved: tuple[int, int] | None, away: tuple[int, int] | None
) -> dict[str, str | None]:
    return {
        "left_on": iso(left * DAY)[:10] if left else None,
        "moved_on": iso(moved[0] * DAY)[:10] if moved else None,
        "away_from": iso(away[0] * DAY)[:10] if away else None,
        "away_to": iso(away[1] * DAY)[:10] if away else None,
    }
