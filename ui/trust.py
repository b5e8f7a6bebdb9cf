"""Can these numbers be trusted: the parts of the Data health page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from journal import DeliveryState
from metrics.days import age_reads
from metrics.health import COUNTS, Health
from metrics.reading import Style, instant_reads
from ui.tables import download, table
from ui.text import plain

PARTS = [name for name in COUNTS if name != "read"]
COUNTED = {name: name.capitalize() for name in COUNTS}
SHOWN_ROWS = 500


def summary(health: Health, style: Style) -> None:
    """Say in a line each whether everything read is accounted for, and whether every check passed."""
    totals = {name: int(health.loads[name].sum()) for name in COUNTS} if len(health.loads) else dict.fromkeys(COUNTS, 0)
    said = " + ".join(f"{style.number(totals[name])} {name}" for name in PARTS)
    if is_balanced(health.loads):
        st.success(
            plain(f"Every row is accounted for: {style.number(totals['read'])} read = {said}."),
            icon=":material/check_circle:",
        )
    else:
        st.error(plain(f"Rows are missing: {style.number(totals['read'])} read, but {said}."), icon=":material/error:")
    failed = health.checks[~health.checks["passed"].astype(bool)] if len(health.checks) else health.checks
    if len(failed):
        st.error(plain(f"{len(failed)} of {len(health.checks)} checks failed; see below."), icon=":material/error:")
    elif len(health.checks):
        st.success(plain(f"All {len(health.checks)} checks passed."), icon=":material/check_circle:")


def is_balanced(loads: pd.DataFrame) -> bool:
    """Tell whether every load adds up: read = loaded + unchanged + superseded + quarantined."""
    return bool((loads["read"] == loads[PARTS].sum(axis=1)).all())


def sources(health: Health, now: datetime | None = None) -> None:
    """Show how fresh each source is and what its last load brought."""
    now = now or datetime.now(UTC).replace(tzinfo=None)
    frame = health.sources.assign(
        fresh=[age_reads(now - at) for at in pd.to_datetime(health.sources["last_success"])],
        at=[instant_reads(at) for at in pd.to_datetime(health.sources["last_success"])],
    )
    shown = {"source": "Source", "fresh": "Last load", "at": "At (UTC)", **COUNTED}
    table(frame, shown, alt="Freshness of each source", empty="No source has been loaded.")


def loads(health: Health) -> None:
    """Show every load by file and table; each must add up."""
    frame = health.loads.assign(
        balance=["adds up" if ok else "rows missing" for ok in health.loads["read"] == health.loads[PARTS].sum(axis=1)],
        at=[instant_reads(at) for at in pd.to_datetime(health.loads["loaded_at"])],
    )
    shown = {
        "at": "Loaded (UTC)",
        "source": "Source",
        "file": "File",
        "table_name": "Table",
        **COUNTED,
        "balance": "Reconciliation",
    }
    table(frame, shown, alt="Loads by file and table", empty="Nothing has been loaded.")


def quarantine(health: Health, style: Style) -> None:
    """Show which rows were kept out and why; all of them can be taken away."""
    rows = health.quarantine
    if rows.empty:
        st.caption("No row was kept out.")
        return
    reasons = rows.groupby(["source", "file", "reason"], dropna=False, sort=False).size().reset_index(name="rows")
    reasons = reasons.sort_values("rows", ascending=False)
    table(
        reasons,
        {"rows": "Rows", "reason": "Reason", "file": "File", "source": "Source"},
        alt="Reasons for quarantine",
        long="reason",
    )
    st.caption(plain(f"The rows themselves ({style.number(min(len(rows), SHOWN_ROWS))} of {style.number(len(rows))})"))
    shown = {"file": "File", "line": "Line", "reason": "Reason", "row_json": "Row as it came", "table_name": "Table"}
    told = {name: heading for name, heading in shown.items() if name in rows}
    table(rows.head(SHOWN_ROWS), told, alt="Rows in quarantine")
    download(rows, "quarantine", "All quarantined rows as CSV")


def checks(health: Health) -> None:
    """Show what was checked before the build was published."""
    frame = health.checks.assign(result=["passed" if ok else "failed" for ok in health.checks["passed"]])
    shown = {"result": "Result", "check_name": "Check", "says": "What it says", "failures": "Failures"}
    table(frame, shown, alt="Checks of the build", empty="Nothing was checked.")


def steps(states: pd.DataFrame, published: str, style: Style) -> None:
    """Show how each step after publication went last (``metrics.outlook.outlook_states``)."""
    shown = {"step": "Step", "went": "How it went", "at": "At (UTC)", "took": "Took", "says": "Why"}
    table(steps_read(states, published, style), shown, alt="How each step after publication went")


def steps_read(states: pd.DataFrame, published: str, style: Style) -> pd.DataFrame:
    """Return a row a step in words: ``step, went, at, took, says``."""
    rows = []
    for state in states.to_dict("records"):
        went = {"absent": "not computed yet", "failed": "failed; what was there before is shown"}.get(state["outcome"])
        went = went or ("ready" if state["build"] == published else f"ready for an earlier build, {state['build']}")
        at = instant_reads(datetime.fromisoformat(state["at"])) if state["at"] else ""
        took = style.duration(state["seconds"]) if state["seconds"] is not None else ""
        rows.append({"step": state["step"], "went": went, "at": at, "took": took, "says": state["says"]})
    return pd.DataFrame(rows)


def deliveries(states: Sequence[DeliveryState]) -> None:
    """Show how the delivery of alerts stands with everybody it was tried to."""
    for state in states:
        if state.failures:
            st.warning(plain(f"{state.recipient} could not be told of alerts: {state.says}"), icon=":material/error:")
    shown = {"recipient": "Recipient", "taken": "Told last (UTC)", "stands": "How it stands"}
    nobody = "Nobody has been told of an alert; whom to tell stands under [alerts] in the settings."
    table(deliveries_read(states), shown, alt="Delivery of alerts by recipient", empty=nobody)


def deliveries_read(states: Sequence[DeliveryState]) -> pd.DataFrame:
    """Return a row a recipient in words: ``recipient, taken, stands``."""
    rows = []
    for state in states:
        stands = "delivered"
        if state.failures and state.last_failed_at is not None:
            times = "once" if state.failures == 1 else f"{state.failures} times"
            stands = f"failed {times}, last {instant_reads(state.last_failed_at)}; tried again with the next runs"
        taken = instant_reads(state.last_taken_at) if state.last_taken_at else "never"
        rows.append({"recipient": state.recipient, "taken": taken, "stands": stands})
    return pd.DataFrame(rows, columns=["recipient", "taken", "stands"])


def builds(folder: Path, published: str) -> None:
    """Show the builds that are kept, newest first; the published one can be rolled back to the one before."""
    files = sorted(
        (file for file in folder.glob("*.duckdb") if not file.is_symlink()),
        key=lambda f: f.stat().st_mtime,
        reverse=True,
    )
    frame = pd.DataFrame(
        [
            {
                "build": file.stem,
                "state": "published" if file.stem == published else "kept",
                "made": instant_reads(datetime.fromtimestamp(file.stat().st_mtime, UTC)),
                "size": f"{file.stat().st_size / 1e6:,.1f} MB",
            }
            for file in files
        ]
    )
    shown = {"build": "Build", "state": "State", "made": "Made (UTC)", "size": "Size"}
    table(frame, shown, alt="Builds that are kept", empty="The warehouse is a server: its builds are kept there.")
    st.caption("Back to the build before: `python -m etl rollback`")
