"""Subjects as people write them: some of a topic's telling words, fillers between them, typing errors, numbers."""

from __future__ import annotations

from random import Random

import pandas as pd

CATEGORIES, TOPICS = 10, 6
TELLING, FILLERS = 5, 300  # words of a topic; words that say nothing


def _word(number: int) -> str:
    letters = "bdfgklmnprstvz"
    return "".join(letters[number // 14**place % 14] + "aeiou"[(number + place) % 5] for place in range(3))


def written(size: int, seed: int = 1) -> pd.DataFrame:
    """Return so many different subjects: ``category, subject, tickets, meant`` (which of sixty topics it is of)."""
    chance = Random(seed)
    rows: dict[str, tuple[str, int]] = {}
    while len(rows) < size:
        meant = chance.randrange(CATEGORIES * TOPICS)
        words = [_word(1000 + meant * TELLING + n) for n in chance.sample(range(TELLING), 2)]
        words += [_word(chance.randrange(FILLERS)) for _ in range(chance.randrange(4))]
        chance.shuffle(words)
        if chance.random() < 0.1:
            words[0] = words[0][::-1]
        rows.setdefault(f"{' '.join(words)} {chance.randrange(100_000)}", (f"category {meant // TOPICS}", meant))
    return pd.DataFrame(
        {
            "category": [category for category, _ in rows.values()],
            "subject": list(rows),
            "tickets": 1,
            "meant": [meant for _, meant in rows.values()],
        }
    )
