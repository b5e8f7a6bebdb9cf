"""Help centre and bot: articles, and the visits that did or did not end in a ticket."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl.demo.columns import dates, instants, picked, prefixed, ticket_ids, whole
from etl.demo.customers import requester_ids
from etl.demo.desk import CATEGORIES, EMAIL, SELF_SERVICE, WEB
from etl.demo.lives import Desk
from etl.demo.window import DAY, HOUR, MINUTE, Bools, Ints, Window, lognormal, weekday

VISITS: Final = 0.80  # visits that need no ticket, for each ticket
ABANDONED: Final = 0.14  # of these: gone within ten seconds, nothing opened
ANONYMOUS: Final = 0.36
READ_BEFORE: Final = 0.16  # of written tickets: the requester had looked it up first

_ARTICLE_TITLES: Final = ("{} explained", "{}: step by step", "{}: what to check first", "{}: frequent questions",
                          "{} on the phone", "{} for administrators")  # fmt: skip


def article_columns(desk: Desk, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns of ``articles``; some owners have left, some reviews are years old."""
    category = np.repeat(np.arange(len(CATEGORIES)), [c.articles for c in CATEGORIES])
    size = len(category)
    number = np.concatenate([np.arange(c.articles) for c in CATEGORIES])
    today = desk.window.until // DAY
    created = today - rng.integers(500, 1900, size)
    reviewed = np.maximum(created, today - lognormal(rng, 240, 0.9, size))
    reads = rng.integers(40, 900, size)
    helpful = np.clip(rng.normal(0.68, 0.16, size), 0.15, 0.95)
    up = (reads * helpful * 0.3).astype(np.int64)
    titles = [_ARTICLE_TITLES[n].format(CATEGORIES[c].name) for c, n in zip(category, number, strict=True)]
    return {
        "article_id": prefixed("article-", np.arange(101, 101 + size)),
        "updated_at": instants(reviewed * DAY + 9 * HOUR),
        "title": pa.array(titles),
        "category": pa.array([c.name for c in CATEGORIES]).take(pa.array(category)),
        "owner_agent_id": pa.array(desk.people.ids()).take(pa.array(rng.integers(0, len(desk.people), size))),
        "created_on": dates(created),
        "reviewed_on": dates(reviewed, rng.random(size) < 0.1),
        "votes_up": whole(up),
        "votes_down": whole((reads * 0.3).astype(np.int64) - up),
    }


def session_columns(desk: Desk, rng: np.random.Generator) -> tuple[dict[str, pa.Array], dict[str, Any]]:
    """Return the columns of ``help_sessions`` and their counts for the truth."""
    t = desk.tickets
    real = ~t.is_spam & (t.parent < 0) & ~t.is_outbound
    bot = np.flatnonzero(real & (t.channel == SELF_SERVICE))
    written = real & ((t.channel == EMAIL) | (t.channel == WEB))
    read = np.flatnonzero(written & (rng.random(len(t)) < READ_BEFORE))
    alone = round(VISITS * len(t))
    size = len(bot) + len(read) + alone
    kind = np.repeat([0, 1, 2], [len(bot), len(read), alone])  # bot with ticket, read before, no ticket
    ticket = np.concatenate([bot, read, np.full(alone, -1)])
    abandoned = (kind == 2) & (rng.random(size) < ABANDONED)
    is_bot = (kind == 0) | ((kind == 2) & ~abandoned & (rng.random(size) < 0.25))
    requester = np.concatenate([t.requester[bot], t.requester[read], desk.customers.draw(alone, rng)])
    anonymous = (kind > 0) & (rng.random(size) < ANONYMOUS)
    requester[(kind == 2) & anonymous | (kind == 1) & (rng.random(size) < 0.2)] = -1
    length = np.where(abandoned, rng.integers(1, 10, size), lognormal(rng, 150, 0.8, size) + 12)
    before = np.where(kind == 0, 30, length + rng.integers(MINUTE, 25 * MINUTE, size))
    start = np.where(kind == 2, _moments(desk.window, size, rng), t.created[ticket] - before)
    category = np.where(kind == 2, rng.permutation(t.category)[np.arange(size) % len(t)], t.category[ticket])
    columns = _visits(kind, is_bot, abandoned, category, rng)
    helpful = columns.pop("was_helpful")
    confirmed = np.flatnonzero(t.is_bot_only[ticket] & (kind == 0))
    helpful[confirmed] = np.where(rng.random(len(confirmed)) < 0.55, 1, -1)
    linked = (kind == 0) | ((kind == 1) & (rng.random(size) < 0.5))
    order = np.argsort(start, kind="stable")
    result = {
        "help_session_id": prefixed("visit-", np.arange(1, size + 1)),
        "session_type": pa.array(["help_center", "bot"]).take(pa.array(is_bot[order].astype(np.int64))),
        "requester_id": picked(requester_ids(desk.customers), requester[order]),
        "started_at": instants(start[order]),
        "duration_seconds": whole(length[order]),
        **{name: whole(values[order]) for name, values in columns.items() if name != "article"},
        "article_id": pa.compute.if_else(
            pa.array(columns["article"][order] < 0),
            pa.scalar(None, pa.string()),
            prefixed("article-", columns["article"][order]),
        ),
        "category": picked(pa.array([c.name for c in CATEGORIES]), np.where(abandoned, -1, category)[order]),
        "was_helpful": pa.array(helpful[order] == 1, mask=helpful[order] < 0),
        "ticket_id": pa.compute.if_else(
            pa.array(linked[order]), ticket_ids(np.maximum(ticket[order], 0)), pa.scalar(None, pa.string())
        ),
    }
    counts = {
        "sessions": size,
        "with_intent": int((~abandoned).sum()),
        "abandoned": int(abandoned.sum()),
        "handed_over": int(linked.sum()),
        "anonymous": int((requester < 0).sum()),
        "voted_helpful": int((helpful == 1).sum()),
    }
    return result, counts


def _visits(kind: Ints, is_bot: Bools, abandoned: Bools, category: Ints, rng: np.random.Generator) -> dict[str, Ints]:
    """Return what people did: read, searched, asked the bot, voted. A topic without articles leaves only searching."""
    size = len(kind)
    count = np.array([c.articles for c in CATEGORIES])
    first = 101 + np.cumsum(count) - count
    can_read = (count[category] > 0) & ~abandoned
    read = np.where(can_read & (~is_bot | (rng.random(size) < 0.3)), rng.geometric(0.6, size), 0)
    read = np.where(can_read & ~is_bot & (rng.random(size) < 0.12), 0, read)
    searches = np.where(~is_bot & ~abandoned, rng.poisson(0.7, size) + (read == 0), 0)
    votes = rng.random(size)
    helped = (kind == 2) & ~abandoned & (votes < 0.13)
    unhelped = ~abandoned & (votes > np.where(kind == 2, 0.96, 0.9))
    chosen = first[category] + (rng.random(size) ** 1.6 * np.maximum(count[category], 1)).astype(np.int64)
    return {
        "articles_read": read,
        "searches": searches,
        "bot_questions": np.where(is_bot, rng.geometric(0.55, size), 0),
        "article": np.where(read > 0, chosen, -1),
        "was_helpful": np.where(helped, 1, np.where(unhelped, 0, -1)),
    }


def _moments(window: Window, size: int, rng: np.random.Generator) -> Ints:
    """Return instants for visits: growing over the years, fewer at weekends and at night."""
    days = np.arange(window.start // DAY, window.until // DAY)
    weight = np.linspace(0.75, 1.25, len(days)) * np.where(weekday(days) < 5, 1.0, 0.6)
    day = np.sort(rng.choice(days, size, p=weight / weight.sum()))
    hour = np.clip(rng.normal(13.5, 4.2, size), 0, 23.98)
    return np.asarray(day * DAY + hour * HOUR, dtype=np.int64)
