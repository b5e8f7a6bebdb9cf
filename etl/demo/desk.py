"""The desk: teams, categories and their articles, opening hours. Everybody and everything is invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from etl.demo.window import BERLIN, NEW_YORK


@dataclass(frozen=True)
class Team:
    """A team; ``weekly`` is the tickets an agent of it takes in a week, ``pace`` a factor on handling time."""

    team_id: str
    name: str
    tier: int
    schedule_id: str
    zone: str
    size: int
    weekly: int
    pace: float
    shift_starts: tuple[float, ...]  # local hours, dealt to its agents in turn


TEAMS: Final = (
    Team("team-front", "Front line", 1, "berlin-extended", BERLIN, 14, 66, 1.08, (8.0, 9.0, 10.0, 11.5)),
    Team("team-technical", "Technical", 2, "berlin-office", BERLIN, 7, 50, 0.8, (8.0, 9.0, 9.5)),
    Team("team-billing", "Billing", 1, "berlin-office", BERLIN, 6, 58, 1.06, (8.0, 8.5, 9.5)),
    Team("team-evening", "Evening", 1, "new-york", NEW_YORK, 5, 60, 1.0, (9.0, 9.5, 10.0)),
)
FRONT, TECHNICAL, BILLING, EVENING = range(4)

# schedule, zone, weekday (1 = Monday), opens, closes
SCHEDULES: Final = (
    *(("berlin-extended", BERLIN, d, "08:00", "20:00") for d in range(1, 6)),
    ("berlin-extended", BERLIN, 6, "08:00", "18:30"),
    *(("berlin-office", BERLIN, d, "08:00", "18:00") for d in range(1, 6)),
    *(("new-york", NEW_YORK, d, "09:00", "18:30") for d in range(1, 8)),
)


@dataclass(frozen=True)
class Category:
    """A category: ``weight`` is its share of volume, ``growth`` per year, ``articles`` in the help centre."""

    name: str
    area: str
    effort: str
    team: int
    weight: float
    growth: float
    articles: int = 3
    is_automatable: bool = False
    is_multi_contact: bool = False
    subjects: tuple[str, ...] = ()


CATEGORIES: Final = (
    Category("Password and sign-in", "Account", "simple", FRONT, 0.105, -0.12, 4, True, False,
             ("Cannot sign in", "Password reset mail does not arrive", "Account locked", "New phone, no code")),
    Category("Account settings", "Account", "simple", FRONT, 0.060, 0.03, 3, False, False,
             ("Change our company name", "Add a colleague", "Wrong language", "Change the delivery address")),
    Category("Order status", "Orders", "simple", FRONT, 0.116, 0.06, 3, True, False,
             ("Where is my order?", "Tracking does not move", "When will it be sent?", "Part of the order missing")),
    Category("Delivery problem", "Orders", "medium", FRONT, 0.158, 0.08, 4, False, False,
             ("Parcel arrived damaged", "Delivered to the wrong door", "Courier did not come", "Box was empty")),
    Category("Returns and exchanges", "Orders", "medium", FRONT, 0.078, 0.08, 3, False, False,
             ("Return label please", "Exchange for another size", "Return not yet booked", "Sent back two weeks ago")),
    Category("Using the app", "App", "medium", FRONT, 0.058, -0.02, 6, False, False,
             ("How do I export a list?", "Where did the filter go?", "Print on two pages", "Share with a colleague")),
    Category("Invoice question", "Billing", "simple", BILLING, 0.072, 0.02, 3, True, False,
             ("Invoice copy needed", "VAT number missing", "Billed twice?", "Wrong invoice address")),
    Category("Refund request", "Billing", "medium", BILLING, 0.068, 0.05, 2, False, False,
             ("Refund not received", "Please refund order", "Refund to another card", "Only part was refunded")),
    Category("Payment failed", "Billing", "medium", BILLING, 0.060, 0.10, 3, False, False,
             ("Card declined", "Direct debit returned", "Payment page hangs", "Charged although it failed")),
    Category("Contract and cancellation", "Billing", "complex", BILLING, 0.030, -0.05, 2, False, True,
             ("Cancel our plan", "Change of contract partner", "Notice period", "Renewal offer")),
    Category("App error", "App", "medium", TECHNICAL, 0.066, 0.07, 3, False, False,
             ("Error 500 on save", "App closes on start", "Blank page", "Upload stops at 99 %")),
    Category("Performance and outages", "App", "complex", TECHNICAL, 0.036, 0.04, 1, False, False,
             ("Everything is slow", "Service not reachable", "Time-outs since this morning", "Search takes minutes")),
    Category("Data import and sync", "Integrations", "complex", TECHNICAL, 0.042, 0.18, 0, False, False,
             ("Import stuck", "Stock not in sync", "Duplicated records after import", "Sync stopped overnight")),
    Category("API and webhooks", "Integrations", "complex", TECHNICAL, 0.037, 0.12, 2, False, True,
             ("Webhook not delivered", "401 from the API", "Rate limit reached", "Field missing in response")),
)  # fmt: skip
CATEGORY: Final = {c.name: i for i, c in enumerate(CATEGORIES)}
EFFORTS: Final = ("simple", "medium", "complex")

CHANNELS: Final = ("email", "chat", "phone", "web", "self_service")
EMAIL, CHAT, PHONE, WEB, SELF_SERVICE = range(5)
PRIORITIES: Final = ("low", "normal", "high", "urgent")
LOW, NORMAL, HIGH, URGENT = range(4)
SEGMENTS: Final = ("small", "mid-market", "enterprise")
PLANS: Final = ("Starter", "Business", "Enterprise")
BRANDS: Final = ("Example Shop", "Example Pro")
