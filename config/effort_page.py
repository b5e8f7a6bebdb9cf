"""``docs/effort.md``, generated from ``config/effort.toml`` by ``python -m config.effort_page``."""

from __future__ import annotations

from collections.abc import Mapping

from config.effort import Actual, Effort, Step, Supplement, load_effort
from config.settings import ROOT

TARGET = ROOT / "docs" / "effort.md"

_INTRODUCTION = """\
# Effort points

<!-- Generated from config/effort.toml by `python -m config.effort_page`; edit there. -->

A password reset and a lost data import are both one ticket. Effort points say how much work each is: **1–2 simple, 3–5
medium, 6–8 complex**. The tables below are those of `config/effort.toml`; change them there, run `make docs`, and build
again. A build counts all its tickets by one table, old ones too, so that periods stay comparable.
"""

_EXPECTED = """\
## Expected effort

Known when the ticket is created: the points of its category's effort tier, plus what each further fact adds; a sum
above 8 counts as 8. Load, balance and mix are measured in it (`effort_expected`, `effort_created`, `complexity_mix`,
`effort_per_resolution`, the dimension `complexity`), because nothing anybody does afterwards changes it: who works
slowly does not look loaded, and who solves hard tickets does not look idle.

- The category and the priority are those at creation. A priority that was changed, where the helpdesk does not say what
  it was before, adds nothing.
- A category without a tier counts as unlisted. Where a helpdesk names no tier at all, its tickets have no effort
  points, and no metric of effort counts them: give its categories tiers under `[expected.category_tier]`.
"""


_ACTUAL = """\
## Actual effort

Known when the ticket is solved: `effort_actual`, told by category, team, customer, never by person: whoever is slow
would look loaded. A sum above 8 counts as 8. Handling is compared with the median of the ticket's category in this
build (logged with logged, estimated with estimated); a category with fewer than five such tickets adds nothing.
"""


def effort_page(effort: Effort) -> str:
    """Return the page: each points table, and how it is used."""
    expected = effort.expected
    return "\n".join(
        [
            _INTRODUCTION,
            _EXPECTED,
            _table("the category's effort tier", "starts with", expected.tier),
            _table("priority at creation", "adds", expected.priority),
            _table("segment of the customer's organization", "adds", expected.segment),
            _supplement("regulated data is handled", expected.regulated),
            _supplement("another team is known to be needed", expected.another_team),
            _tiers(expected.category_tier),
            _ACTUAL,
            _steps(effort.actual),
        ]
    )


def _table(fact: str, verb: str, points: Mapping[str, int]) -> str:
    lines = [f"| {fact} | {verb} |", "|---|---|", *(f"| {value} | {number} |" for value, number in points.items())]
    return "\n".join(lines) + "\n"


def _steps(actual: Actual) -> str:
    facts = (
        ("teams it was with (triage teams apart)", "", actual.teams),
        ("public replies, calls and chats", "", actual.replies),
        ("handling", " × the median", actual.handling),
    )
    lines = [f"| every solved ticket | {actual.begins_with} |", f"| escalated | +{actual.escalated} |"]
    lines += [f"| {fact}: {_span(steps, unit)} |" for fact, unit, steps in facts]
    return "\n".join(["| fact | points |", "|---|---|", *lines]) + "\n"


def _span(steps: tuple[Step, Step], unit: str) -> str:
    low, high = steps
    return f"{low.reaches:g}{unit} or more, {high.reaches:g}{unit} or more | +{low.points}, +{high.points}"


def _supplement(why: str, supplement: Supplement) -> str:
    names = ", ".join(supplement.categories) or "none"
    return f"Categories in which {why} add {supplement.points}: {names}.\n"


def _tiers(chosen: Mapping[str, str]) -> str:
    told = ", ".join(f"{category} ({tier})" for category, tier in chosen.items()) or "none"
    return f"Tiers given here instead of by the helpdesk: {told}.\n"


if __name__ == "__main__":
    TARGET.write_text(effort_page(load_effort()), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)} written")
