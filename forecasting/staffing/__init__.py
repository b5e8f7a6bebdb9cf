"""How many people it takes: queueing formulas and what-if arithmetic, without heavy imports.

All rates and times of one call share a unit: here, arrivals a second and seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from config.settings import Settings
    from metrics.published import Build


def compute(build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return the tables of the step ``staffing``. Imported here, for pages use the arithmetic and carry no models."""
    from forecasting.planning.step import compute as planned

    return planned(build, settings)
