"""Parts that add up: forecasts of channels, categories and teams brought to the total's, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from forecasting.volume.conformal import Bands
from forecasting.volume.forecaster import Forecast
from forecasting.volume.series import Floats


def reconciled(total: Forecast, parts: Sequence[Forecast]) -> list[Forecast]:
    """Return the parts' forecasts, scaled on each day to sum to the total's; their bands are scaled alike.

    The total is the surer one, so it stays. Where no part expects anything the parts stay too.
    """
    if not parts:
        return []
    together = np.sum([part.yhat for part in parts], axis=0)
    factor = np.divide(total.yhat, together, out=np.ones_like(together), where=together > 0)
    return [replace(part, yhat=part.yhat * factor, bands=_scaled(part.bands, factor)) for part in parts]


def _scaled(bands: Bands, factor: Floats) -> Bands:
    return Bands(**{field.name: getattr(bands, field.name) * factor for field in fields(Bands)})
