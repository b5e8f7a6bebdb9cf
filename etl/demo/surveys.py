"""Surveys: who is asked, who answers, how they felt, and the few who change their minds."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl.demo.columns import instants, prefixed, ticket_ids
from etl.demo.lives import Desk
from etl.demo.planted import SLIDE
from etl.demo.window import DAY, HOUR, MINUTE, NEVER, Bools, Floats, Ints, lognormal

SATISFIED: Final = 2.15  # logit of an ordinary single contact
ANSWERS: Final = (0.215, 0.31)  # response of the satisfied and of the others
EFFORT_SHARE: Final = 0.10  # of surveys ask for effort instead
PROMOTER_SHARE: Final = 0.04  # of surveys ask whether one would recommend the desk
CSAT, CES, NPS = range(3)
KINDS: Final = ("csat", "ces", "nps")
SCALES: Final = ("1_to_5", "1_to_7", "0_to_10")
CHANGED: Final = 0.015  # of answers


def survey_columns(desk: Desk, rng: np.random.Generator) -> tuple[dict[str, pa.Array], dict[str, Any]]:
    """Return the columns of ``surveys`` and what the truth should say of them."""
    solved, agent = desk.first_solve()
    asked = np.flatnonzero((solved < NEVER) & ~desk.tickets.is_outbound)
    asked = asked[solved[asked] + 30 * MINUTE <= desk.window.until]
    sent, agent = solved[asked] + 30 * MINUTE, agent[asked]
    happy = rng.random(len(asked)) < _mood(desk, asked, agent, solved[asked])
    answered_at = sent + lognormal(rng, 5 * HOUR, 1.2, len(asked))
    answers = rng.random(len(asked)) < np.where(happy, *ANSWERS)
    answers &= (answered_at <= desk.window.until) & (answered_at < sent + 20 * DAY)
    luck = asked * 2654435761 % 1000
    kind = np.select([luck < 1000 * EFFORT_SHARE, luck < 1000 * (EFFORT_SHARE + PROMOTER_SHARE)], [CES, NPS], CSAT)
    score = _scores(happy, kind, rng)
    changed = np.flatnonzero(answers & (rng.random(len(asked)) < CHANGED))
    later = answered_at[changed] + lognormal(rng, DAY, 0.7, len(changed))
    changed, later = changed[later <= desk.window.until], later[later <= desk.window.until]
    row = np.concatenate([np.arange(len(asked)), changed])
    updated = np.concatenate([np.where(answers, answered_at, sent), later])
    final = np.concatenate([score, _scores(~happy[changed], kind[changed], rng)])
    silent = ~answers[row]
    which = pa.array(kind[row].astype(np.int64))
    columns = {
        "survey_id": prefixed("survey-", asked[row] + 1),
        "ticket_id": ticket_ids(asked[row]),
        "updated_at": instants(updated),
        "survey_type": pa.array(KINDS).take(which),
        "scale": pa.array(SCALES).take(which),
        "sent_at": instants(sent[row]),
        "answered_at": instants(updated, silent),
        "score": pa.array(final, mask=silent),
        "agent_id": pa.array(desk.people.ids()).take(pa.array(agent[row])),
    }
    return columns, {"sent": len(asked), "answered": int(answers.sum()), "changed_later": len(changed)}


def _mood(desk: Desk, asked: Ints, agent: Ints, solved: Ints) -> Floats:
    """Return the chance of a satisfied requester: by what it took, who served, and what they lived through."""
    t, o = desk.tickets, desk.outcomes
    logit = SATISFIED + 0.35 * (o.contacts[asked] == 1) - 0.25 * (o.contacts[asked] - 1) - 0.7 * (o.reopens[asked] > 0)
    days = np.maximum(solved - t.created[asked], 0) / DAY
    logit = logit - 0.22 * np.log1p(days) + 1.2 * desk.people.floats("quality")[agent]
    logit += SLIDE["csat"] * desk.planted.slide(desk.people, agent, solved)
    leaving = desk.customers.is_leaving(t.organization[asked]) & (solved >= desk.planted.leaving_from)
    logit -= 2.2 * leaving
    return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)


def _scores(happy: Bools, kind: Ints, rng: np.random.Generator) -> Floats:
    """Return 1–5 (4 and 5 are satisfied), for effort 1–7 with 7 the easiest, for recommendation 0–10."""
    luck = rng.random(len(happy))
    good, bad = np.where(luck < 0.68, 5, 4), np.searchsorted(np.array([0.35, 0.6]), luck) + 1
    easy, hard = (
        np.searchsorted(np.array([0.15, 0.5]), luck) + 5,
        np.searchsorted(np.array([0.2, 0.45, 0.75]), luck) + 1,
    )
    fond, cool = np.where(luck < 0.3, 10, np.where(luck < 0.62, 9, np.where(luck < 0.85, 8, 7))), (luck * 9).astype(int)
    scores = np.where(happy, np.choose(kind, [good, easy, fond]), np.choose(kind, [bad, hard, cool]))
    return scores.astype(np.float64)
