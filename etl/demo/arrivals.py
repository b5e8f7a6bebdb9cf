"""When tickets come, about what, from whom and by which channel."""

from __future__ import annotations

from typing import Final

import numpy as np

from etl.demo.cast import Cast
from etl.demo.customers import Customers
from etl.demo.desk import CATEGORIES, CATEGORY, CHAT, EMAIL, EVENING, PHONE, SELF_SERVICE, TEAMS, TECHNICAL, URGENT, WEB
from etl.demo.holidays import holiday_days
from etl.demo.planted import OUTAGE_CATEGORY, OUTAGE_FACTOR, Planted
from etl.demo.tickets import Tickets
from etl.demo.window import BERLIN, DAY, HOUR, Bools, Floats, Ints, Window, local_to_utc, weekday

WEEKDAYS: Final = np.array([1.30, 1.12, 1.03, 0.99, 0.92, 0.28, 0.22])
MONTHS: Final = np.array([1.12, 1.02, 1.0, 0.98, 0.97, 0.96, 0.92, 0.92, 1.0, 1.03, 1.08, 1.12])

# Shares by hour of the day in Berlin: live channels follow opening hours, writing goes on at night.
LIVE_HOURS: Final = np.array([0] * 8 + [5, 9, 11, 10, 7, 8, 9, 9, 8, 6, 4, 3, 2.5, 2, 1.2, 0], dtype=float)
WRITTEN_HOURS: Final = np.array(
    [
        0.6,
        0.4,
        0.3,
        0.3,
        0.3,
        0.5,
        1.2,
        3.2,
        7.4,
        10,
        10.4,
        9.2,
        7.0,
        7.6,
        8.2,
        7.8,
        6.6,
        5.0,
        3.6,
        2.8,
        2.4,
        2.2,
        1.8,
        1.2,
    ],
)
CHANNEL_SHARES: Final = {  # email, chat, phone, web, self-service
    "Technical": (0.48, 0.05, 0.12, 0.28, 0.07),
    "Billing": (0.40, 0.14, 0.19, 0.18, 0.09),
    "Front line": (0.29, 0.22, 0.21, 0.15, 0.13),
}


def volume(window: Window, planted: Planted, rng: np.random.Generator) -> Floats:
    """Return expected arrivals by day and category, on no particular scale."""
    days = window.days()
    days = days[days <= window.until // DAY]
    day_of_year = days % 365.25
    month = np.minimum((day_of_year / 30.44).astype(np.int64), 11)
    level = WEEKDAYS[weekday(days)] * MONTHS[month]
    level *= np.where((day_of_year >= 357) & (day_of_year < 365), 0.62, 1.0)  # between Christmas and New Year
    off = holiday_days(BERLIN, window)
    level *= np.where(np.isin(days, off), 0.42, 1.0) * np.where(np.isin(days - 1, off), 1.12, 1.0)
    years = (days - days[0]) / 365.25
    rates = np.empty((len(days), len(CATEGORIES)))
    for c, category in enumerate(CATEGORIES):
        rates[:, c] = category.weight * level * (1 + category.growth) ** years
        for push in planted.pushes:
            if push.category == category.name or (push.category is None and push.area == category.area):
                rates[:, c] *= 1 + (push.factor - 1) * push.share(days)
    rates[:, CATEGORY[OUTAGE_CATEGORY]] *= np.where(days == planted.outage // DAY, OUTAGE_FACTOR, 1.0)
    wobble = rng.gamma(120, 1 / 120, (len(days), 1)) * rng.gamma(60, 1 / 60, rates.shape)
    return np.asarray(rates * wobble, dtype=np.float64)


def _cells(rates: Floats, size: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return day (from the first) and category of each ticket."""
    edges = np.cumsum(rates.ravel())
    cell = np.searchsorted(edges, np.sort(rng.random(size)) * edges[-1], side="right")
    return cell // rates.shape[1], cell % rates.shape[1]


def _channels(category: Ints, day_share: Floats, rng: np.random.Generator) -> Ints:
    """Return channels; over the years self-service grows at the cost of the phone."""
    teams = np.array([c.team for c in CATEGORIES])
    shares = np.array([CHANNEL_SHARES[TEAMS[t].name] for t in teams])
    luck = rng.random(len(category))
    channel = (np.cumsum(shares, axis=1)[category] < luck[:, None]).sum(axis=1)
    channel = np.minimum(channel, SELF_SERVICE)
    moved = rng.random(len(category)) < 0.22 * np.abs(day_share - 0.5)
    later, earlier = (
        moved & (day_share > 0.5) & (channel == PHONE),
        moved & (day_share < 0.5) & (channel == SELF_SERVICE),
    )
    return np.where(later, SELF_SERVICE, np.where(earlier, PHONE, channel)).astype(np.int64)


def _second_of_day(channel: Ints, rng: np.random.Generator) -> Ints:
    seconds = np.empty(len(channel), dtype=np.int64)
    live = (channel == PHONE) | (channel == CHAT)
    for hours, mask in ((LIVE_HOURS, live), (WRITTEN_HOURS, ~live)):
        hour = rng.choice(24, int(mask.sum()), p=hours / hours.sum())
        seconds[mask] = hour * HOUR + rng.integers(0, HOUR, len(hour))
    return seconds


def arrive(size: int, cast: Cast, rng: np.random.Generator) -> Tickets:
    """Return ``size`` tickets (or a few less: what would come after now is left out), by creation."""
    window, customers = cast.window, cast.customers
    rates = volume(window, cast.planted, rng)
    day, category = _cells(rates, size, rng)
    channel = _channels(category, day / len(rates), rng)
    local = _second_of_day(channel, rng)
    created = local_to_utc(BERLIN, window.start // DAY + day, local)
    keep = np.flatnonzero((created >= window.start) & (created < window.until - HOUR // 2))
    keep = keep[np.argsort(created[keep], kind="stable")]
    created, category, channel, local = created[keep], category[keep], channel[keep], local[keep]
    team = _route(category, created, local, rng)
    requester = customers.draw(len(created), rng)
    requester[rng.random(len(created)) < 0.003] = -1  # the helpdesk lost them
    organization = np.where(requester >= 0, customers.organization[requester], -1)
    outbound = (rng.random(len(created)) < 0.03) & ((channel == EMAIL) | (channel == WEB))
    spam = (rng.random(len(created)) < 0.012) & (channel == EMAIL) & ~outbound
    size = len(created)
    tickets = Tickets(
        created=created,
        category=category,
        channel=channel,
        priority=_priorities(organization, category, customers, rng),
        requester=requester,
        organization=organization,
        team=team,
        first_team=_misroutes(team, channel, outbound, rng),
        pickup=created.copy(),
        agent=np.full(size, -1, dtype=np.int64),
        is_outbound=outbound,
        is_bot_only=(channel == SELF_SERVICE) & (rng.random(size) < 0.38),
        is_spam=spam,
        parent=np.full(size, -1, dtype=np.int64),
        is_merged=np.zeros(size, dtype=bool),
        raised_from=np.full(size, -1, dtype=np.int64),
        first_category=_first_guess(category, channel, rng),
    )
    _raise_priorities(tickets, rng)
    _crowd_leaving(tickets, customers, cast.planted, rng)
    return tickets


def _route(category: Ints, created: Ints, local: Ints, rng: np.random.Generator) -> Ints:
    """Return the team: by category, and Evening for its share of what comes late or at weekends."""
    team = np.array([c.team for c in CATEGORIES])[category]
    dow = weekday(created // DAY)
    late = ((local >= 15.5 * HOUR) | (local < 5 * HOUR) | (dow >= 5)) & (team != TECHNICAL)
    late |= (local >= 17 * HOUR) & (team == TECHNICAL) & (rng.random(len(team)) < 0.5)
    capacity = np.array([t.size * t.weekly for t in TEAMS], dtype=float)
    share = 0.72 * capacity[EVENING] / capacity.sum()  # it also takes the calls of teams already closed
    moved = late & (rng.random(len(team)) < share / max(float(late.mean()), share))
    return np.where(moved, EVENING, team).astype(np.int64)


def _priorities(organization: Ints, category: Ints, customers: Customers, rng: np.random.Generator) -> Ints:
    luck = rng.random(len(organization))
    big = np.where(organization >= 0, customers.segment[organization], 0) == 2
    luck = np.clip(luck + np.where(big, 0.07, 0) + np.where(category == CATEGORY[OUTAGE_CATEGORY], 0.15, 0), 0, 0.9999)
    return np.searchsorted(np.array([0.12, 0.81, 0.955]), luck).astype(np.int64)


def _misroutes(team: Ints, channel: Ints, outbound: Bools, rng: np.random.Generator) -> Ints:
    """Return the first team: one written ticket in twenty-five goes astray at first."""
    astray = (rng.random(len(team)) < 0.04) & ~outbound & ((channel == EMAIL) | (channel == WEB))
    other = (team + rng.integers(1, 3, len(team))) % 3
    return np.where(astray & (other != team), other, team)


def _first_guess(category: Ints, channel: Ints, rng: np.random.Generator) -> Ints:
    wrong = (rng.random(len(category)) < 0.04) & (channel != PHONE)
    guess = rng.integers(0, len(CATEGORIES), len(category))
    return np.where(wrong & (guess != category), guess, -1)


def _raise_priorities(tickets: Tickets, rng: np.random.Generator) -> None:
    """Raise one in thirty written tickets by a step, some time after they came."""
    written = (tickets.channel != PHONE) & (tickets.channel != CHAT)
    raised = (rng.random(len(tickets)) < 0.033) & written & (tickets.priority < URGENT) & tickets.is_human
    tickets.raised_from[raised] = tickets.priority[raised]
    tickets.priority[raised] += 1


def _crowd_leaving(tickets: Tickets, customers: Customers, planted: Planted, rng: np.random.Generator) -> None:
    """Give some of the last weeks' tickets to the organizations about to leave."""
    recent = np.flatnonzero((tickets.created >= planted.leaving_from) & tickets.is_human & ~tickets.is_outbound)
    each = int(min(14, max(3, 0.04 * len(recent)), len(recent) // 6))
    rows = rng.permutation(recent)[: each * len(customers.leaving)]
    for organization, mine in zip(customers.leaving, np.array_split(rows, len(customers.leaving)), strict=True):
        people = np.flatnonzero(customers.organization == organization)[:4]
        tickets.requester[mine] = people[rng.integers(0, len(people), len(mine))]
        tickets.organization[mine] = organization
