"""The steps that run after publication, one after another; one that fails takes nothing from the others."""

from __future__ import annotations

import fcntl
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import import_module
from typing import Literal, Protocol

import pandas as pd

from config.errors import BadInput, DeskpulseError, RunRefused
from config.settings import Settings
from forecasting.store import note_attempt, store
from metrics.outlook import outlook
from metrics.outlook_tables import STEPS
from metrics.published import Build, current_build

Progress = Callable[[str], None]


class Step(Protocol):
    """A module of a step: computes its tables for a build."""

    def compute(self, build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
        """Return the step's tables by name."""


@dataclass(frozen=True)
class StepResult:
    """How a step went; ``says`` is why it failed, in a line."""

    step: str
    outcome: Literal["ready", "failed"]
    build: str
    at: str
    seconds: float
    says: str = ""


def run_steps(
    settings: Settings, now: datetime, progress: Progress = lambda _: None, names: Sequence[str] = ()
) -> list[StepResult]:
    """Compute and publish every step, or those named, for the build published now; ``now`` is aware.

    A failing step is told in its result and remembered for Data health; what it computed before stays. Raises
    ``BadInput`` for an unknown step, ``NothingPublished``, and ``RunRefused`` while another is under way.
    """
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        raise BadInput(f"there is no step {unknown[0]!r}; choose {', '.join(STEPS)}")
    with alone(settings):
        build = current_build(settings)
        results = []
        for step in STEPS:
            if not names or step in names:
                progress(f"compute {step}")
                results.append(_run(step, build, settings, now))
        return results


def missing(settings: Settings, names: Sequence[str] = ()) -> list[str]:
    """Return the steps, of all or those named, that have no result for the published build; raises likewise."""
    build = current_build(settings)
    return [step for step in names or STEPS if outlook(step, settings).build_id != build.build_id]


def _run(step: str, build: Build, settings: Settings, now: datetime) -> StepResult:
    started = time.monotonic()

    def result(outcome: Literal["ready", "failed"], says: str = "") -> StepResult:
        seconds = round(time.monotonic() - started, 2)
        return StepResult(step, outcome, build.build_id, now.isoformat(), seconds, says)

    try:
        module: Step = import_module(f"forecasting.{step}")
        store(step, build.build_id, now, module.compute(build, settings), settings)
        told = result("ready")
    except DeskpulseError as error:
        told = result("failed", " ".join(str(error).split()))
    except Exception as error:  # a bug in one step must not take the others, nor the numbers
        details = settings.outlook / step / "failure.txt"
        details.parent.mkdir(parents=True, exist_ok=True)
        details.write_text(traceback.format_exc(), encoding="utf-8")
        told = result("failed", f"{type(error).__name__}; see {details}")
    note_attempt(settings, asdict(told))
    return told


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the steps' lock; the system frees it when the process ends, however it ends."""
    settings.outlook.mkdir(parents=True, exist_ok=True)
    with (settings.outlook / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunRefused("the steps after publication are being computed by another run") from error
        yield
