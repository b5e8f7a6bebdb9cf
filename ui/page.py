"""A page: access, freshness, empty and error states around what it asks and shows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Literal, TypeVar

import pandas as pd
import streamlit as st

from config.errors import DeskpulseError, NothingPublished
from metrics import Question, Scope
from metrics.days import age_reads
from metrics.dimensions import dimensions_of
from metrics.health import Health
from metrics.kinds import Metric
from metrics.narrative import handling_cost, listed
from metrics.narrative import headline as told
from metrics.published import Build
from metrics.query import may_ask
from metrics.reading import Style, instant_reads
from metrics.sql import sql_text
from ui import access, asking, first_run, grants, observed
from ui.choice import opens
from ui.figures import Asker, Kpi
from ui.filters import Chosen, Where, controls, part_of_desk
from ui.goals import Goals, goals_of, part_of
from ui.names import dimension_reads
from ui.periods import Period, last_full_month
from ui.text import plain

T = TypeVar("T")
log = logging.getLogger("deskpulse")


@dataclass(frozen=True)
class Page:
    """What a page may do: ask within its viewer's scope, of one build."""

    title: str
    scope: Scope
    build: Build
    house: access.House

    @property
    def style(self) -> Style:
        """How figures are written."""
        return self.house.style

    def filters(self, grain: Literal["week", "month"] = "month") -> Chosen:
        """Show the filters and return what is chosen: a month, or a week."""
        return controls(self.scope, self.build, grain)

    def part_of_desk(self) -> Where:
        """Show the filters that name a part of the desk, without a period, and return what is chosen."""
        return part_of_desk(self.scope, self.build)

    def kpis(self, chosen: Chosen, names: Sequence[str]) -> list[Kpi]:
        """Return the figures of the chosen period and part of the desk."""
        asker = Asker(self.scope, self.build, self.goals)
        return asking.kept((chosen, *names, self.goals.key), self.scope, self.build, lambda: asker.kpis(chosen, names))

    @cached_property
    def goals(self) -> Goals:
        """What the viewer's part of the desk aims for, and which figures it wants to see first."""
        return goals_of(self.house.settings, self.scope, self.house.targets)

    def headline(self, chosen: Chosen) -> tuple[str, ...]:
        """Return the figures that come first for the chosen part of the desk."""
        return self.goals.headline(part_of(chosen.where, self.scope, self.build).teams)

    def sentence(self, period: Period, kpis: Sequence[Kpi]) -> None:
        """Say what happened, in one sentence; what it cost, where a rate is set."""
        figures = [kpi.figure for kpi in kpis]
        st.markdown(plain(told(period.reads, period.compared_reads, figures, self.style)))
        aht = next((figure.value for figure in figures if figure.metric.name == "aht"), None)
        cost = handling_cost(aht, self.house.settings.loaded_rate_per_hour, self.style)
        if cost:
            st.markdown(plain(cost))

    def may_see(self, metric: Metric) -> bool:
        """Tell whether the viewer may see a metric: one of no team is for those who see the whole desk."""
        return may_ask(metric, self.scope)

    def why_not(self, metric: Metric, where: Where, by: Sequence[str] = ()) -> str:
        """Say why a metric cannot be told of a part of the desk, by dimensions, to this viewer; empty where it can."""
        if not self.may_see(metric):
            return f"{metric.title} belongs to no team; your view is limited to your teams."
        missing = [
            dimension_reads(name).lower()
            for name in sorted({name for name, _ in where} | set(by))
            if name not in dimensions_of(metric)
        ]
        return f"{metric.title} is not told by {listed(missing)}: clear that filter." if missing else ""

    def answer(self, question: Question) -> pd.DataFrame:
        """Return the answer to a question."""
        return asking.answer(question, self.scope, self.build)

    def made(self, asked: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` reads of the build for this viewer, kept under ``asked``; nobody may change it."""
        return asking.kept(asked, self.scope, self.build, make)

    def ledger(self, question: Question) -> pd.DataFrame:
        """Return the denominator ledger of a question."""
        return asking.ledger_of(question, self.scope, self.build)

    def sql(self, question: Question) -> str:
        """Return the SQL that answers a question."""
        return sql_text(question, self.scope, self.build)

    def health(self) -> Health:
        """Return how the build came to be."""
        return asking.health_of(self.scope, self.build)

    def last_full_month(self) -> tuple[date, date]:
        """Return first and last day of the last month that is over."""
        month = Period("month", last_full_month(self.build.local_as_of))
        return month.first, month.last


@contextmanager
def page(title: str) -> Iterator[Page]:
    """Open a page. Nobody without access gets in; what goes wrong is said in a sentence."""
    with observed.run_of(title) as outcomes:
        with _said(title, outcomes):
            opened = _open(title)
        with _said(title, outcomes):
            yield opened


@contextmanager
def _said(title: str, outcomes: list[observed.Outcome]) -> Iterator[None]:
    """Turn what goes wrong into a sentence on the page and end the run."""
    try:
        yield
        return
    except NothingPublished:
        outcomes.append("nothing published")
        first_run.show(str(access.house().settings.home))
    except DeskpulseError as error:
        outcomes.append("refused")
        st.error(plain(str(error)), icon=":material/error:")
    except Exception:
        outcomes.append("failed")
        log.exception("page %s failed", title)
        st.error("Something went wrong on this page. The server's log says what.", icon=":material/error:")
    st.stop()


def _open(title: str) -> Page:
    scope = access.viewer_scope()
    grants.refuse(scope, title)
    opens(title)
    opened = Page(title, scope, access.published(), access.house())
    st.title(title, anchor=False)
    if says := grants.lost():
        st.info(plain(says), icon=":material/wrong_location:")
    _freshness(opened.build)
    return opened


def _freshness(build: Build) -> None:
    age = datetime.now(UTC).replace(tzinfo=None) - build.as_of
    stamp = (
        f"Data up to {instant_reads(build.local_as_of)} ({build.time_zone}), {age_reads(age)} · build {build.build_id}"
    )
    st.caption(plain(stamp))
