"""The weekly digest of one recipient: what they would ask on Monday, as data; how it looks is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from config.settings import Settings
from config.targets import load_targets
from metrics import METRICS, Question, Scope, ask
from metrics.changes import Change
from metrics.narrative import delta_reads, evidence, handling_cost, headline, target_reads
from metrics.narrative_review import NOTHING_WORSE, change_reads, matter_reads
from metrics.outlook import outlook
from metrics.published import Build
from metrics.query import may_ask
from metrics.reading import Style, day_reads, style_of
from metrics.registry import AIMED
from metrics.review import FIRST, matters, week_changes
from reports import addresses
from reports.charts import Chart, volume_chart
from reports.granted import as_granted, part_reads, within
from reports.recipients import Recipient, Role, scope_of
from ui.figures import Asker, Kpi, judged
from ui.filters import Chosen
from ui.goals import DESK, goals_of
from ui.periods import Period, last_full_week

MOST_ALERTS, MOST_CHANGES, DAYS_AHEAD = 8, 8, 7


@dataclass(frozen=True)
class Line:
    """A figure as it is read: title, value, change and what it means, and what to know about it."""

    title: str
    value: str
    change: str
    verdict: str  # better, worse, moved, steady or unknown
    note: str


@dataclass(frozen=True)
class Section:
    """A heading, sentences, and where they stand in the dashboard."""

    title: str
    sentences: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True, eq=False)
class Digest:
    """A week for one recipient; texts are data, never markup."""

    recipient: Recipient
    week: date
    title: str
    part: str
    sentence: str
    lines: tuple[Line, ...]
    charts: tuple[Chart, ...]
    sections: tuple[Section, ...]
    link: str
    as_of: str
    made_at: datetime  # of the build: the same digest is the same document


def digest_for(
    recipient: Recipient, week: date, build: Build, settings: Settings, made_up_by: Scope | None = None
) -> Digest | None:
    """Return a recipient's digest of the week that begins on Monday ``week``; None where nothing happened in it.

    Everything is asked under the recipient's scope: cut to what they were granted, or, where they are made up to look
    with, to what the viewer who looks may see. Raises ``BadSetting`` for a team nobody knows.
    """
    scope = scope_of(recipient, build)
    scope = within(scope, made_up_by) if made_up_by else as_granted(scope, settings, build)
    style = style_of(settings.locale, settings.currency)
    alerts = _alerts(scope, settings, addresses.alerts(settings, recipient))
    is_now = last_full_week(build.local_as_of) <= week <= build.local_as_of.date()  # what is open is told of no other
    if not _something_happened(week, scope, build) and not (is_now and alerts.sentences):
        return None
    period = Period("week", week)
    goals = goals_of(settings, scope, load_targets(AIMED))
    names = _shown(recipient.role, goals.headline(scope.teams or DESK))
    able = [name for name in names if may_ask(METRICS[name], scope)]
    found = week_changes(Question(("tickets_created",), since=week, until=period.last), scope, build)
    kpis = judged(Asker(scope, build, goals).kpis(Chosen(period), able), found)
    said = headline(period.reads, period.compared_reads, [kpi.figure for kpi in kpis], style)
    aht = next((kpi.figure.value for kpi in kpis if kpi.metric.name == "aht"), None)
    cost = handling_cost(aht, settings.loaded_rate_per_hour, style)
    review = _review(recipient, found, period, scope, build, settings)
    sections = [*review, alerts, _staffing(recipient, scope, settings)]
    return Digest(
        recipient=recipient,
        week=week,
        title=f"{period.reads[:1].upper()}{period.reads[1:]}",
        part=part_reads(scope, build),
        sentence=f"{said} {cost}".strip(),
        lines=tuple(_line(kpi, style) for kpi in kpis),
        charts=tuple(volume_chart(week, scope, build, style)),
        sections=tuple(section for section in sections if section.sentences),
        link=addresses.review(settings, recipient, week),
        as_of=f"Data up to {day_reads(build.local_as_of.date())}, {build.local_as_of:%H:%M} ({build.time_zone})",
        made_at=build.as_of.replace(tzinfo=UTC),
    )


def _shown(role: Role, headline: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of a reader: the headline, the review's, or both."""
    return {"executive": tuple(headline), "manager": FIRST, "analyst": tuple(dict.fromkeys((*FIRST, *headline)))}[role]


def _something_happened(week: date, scope: Scope, build: Build) -> bool:
    asked = Question(("tickets_created", "tickets_solved"), since=week, until=week + timedelta(days=6))
    return bool(ask(asked, scope, build)["value"].fillna(0).sum() > 0)


def _line(kpi: Kpi, style: Style) -> Line:
    figure = kpi.figure
    notes = [kpi.why_not, _aim(kpi, style), kpi.early, evidence(figure, style) if figure.value is not None else ""]
    return Line(
        title=kpi.metric.title,
        value=style.value(kpi.metric, figure.value),
        change=delta_reads(figure, style),
        verdict=figure.verdict,
        note="; ".join(note for note in notes if note),
    )


def _aim(kpi: Kpi, style: Style) -> str:
    """Return how a figure stands to its target; empty where there is none."""
    if kpi.target is None or kpi.figure.value is None:
        return ""
    return target_reads(kpi.figure, kpi.target.value, kpi.target.at_least, style)


def _review(
    recipient: Recipient, found: Sequence[Change], period: Period, scope: Scope, build: Build, settings: Settings
) -> list[Section]:
    """Return what there is to decide and what else changed; executives read what there is to decide only."""
    question = Question(("tickets_created",), since=period.first, until=period.last)
    style, link = style_of(settings.locale, settings.currency), addresses.review(settings, recipient, period.first)
    decide = tuple(matter_reads(matter, style) for matter in matters(question, found, scope, build))
    sections = [Section("To decide", decide or (NOTHING_WORSE,), link)]
    if recipient.role != "executive":
        sections.append(Section("What changed", _news(found, style), link))
    return sections


def _news(found: Sequence[Change], style: Style) -> tuple[str, ...]:
    news = [change for change in found if change.verdict != "steady"][:MOST_CHANGES]
    return tuple(change_reads(change.figure, style) for change in news)


def _alerts(scope: Scope, settings: Settings, link: str) -> Section:
    """Return the open alerts the recipient may see, the gravest first."""
    told = outlook("alerts", settings).read("alert", scope)
    if told.empty:
        return Section("Open alerts", ())
    gravest = {"critical": 0, "serious": 1, "slight": 2}
    still = told[told["is_open"].astype(bool) & told["is_worse"].astype(bool)]
    ordered = still.sort_values("severity", key=lambda names: names.map(gravest).fillna(3), kind="stable")
    says = [f"{row['severity']}: {row['says']}" for row in ordered.head(MOST_ALERTS).to_dict("records")]
    return Section("Open alerts", tuple(says), link)


def _staffing(recipient: Recipient, scope: Scope, settings: Settings) -> Section:
    """Return where people are missing in the days ahead; nothing for executives, and where no roster is known."""
    need = outlook("staffing", settings).read("staffing_need", scope)
    if recipient.role == "executive" or need.empty:
        return Section("People missing ahead", ())
    short = need[(need["gap"] < 0) & need["is_open"].astype(bool)]
    short = short[short["ds"].isin(sorted(need["ds"].unique())[:DAYS_AHEAD])]
    hours = (-short["gap"]).groupby(short["value"]).sum().sort_values(ascending=False)
    says = [
        f"{team}: {round(missing)} hours of people missing in the next {DAYS_AHEAD} days"
        for team, missing in hours.items()
    ]
    return Section("People missing ahead", tuple(says), addresses.staffing(settings, recipient))
