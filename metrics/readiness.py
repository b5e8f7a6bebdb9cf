"""Whether there is something to show, and how old it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.exc import DBAPIError

from config.errors import NothingPublished, ServerAway
from config.settings import Settings, utc_naive
from metrics.published import current_build

State = Literal["ready", "nothing published", "warehouse away"]


@dataclass(frozen=True)
class Readiness:
    """The state of what is published; ages are seconds, None where nothing can be read."""

    status: State
    build: str | None = None
    build_age_seconds: int | None = None  # since it was made
    data_age_seconds: int | None = None  # since the instant it is as of

    @property
    def is_ready(self) -> bool:
        """Tell whether pages have something to show."""
        return self.status == "ready"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def readiness(settings: Settings, now: datetime) -> Readiness:
    """Return the state of what is published; ``now`` is aware. Never raises."""
    try:
        build = current_build(settings)
    except NothingPublished:
        return Readiness("nothing published")
    except (ServerAway, DBAPIError):
        return Readiness("warehouse away")
    made, as_of = ((utc_naive(now) - at).total_seconds() for at in (build.built_at, build.as_of))
    return Readiness("ready", build.build_id, int(made), int(as_of))
