"""Public holidays by country, for the years a series and its forecast cover."""

from __future__ import annotations

from config.errors import BadInput
from forecasting.volume.series import Calendar, Daily, day_of, number_of

# Kept in most countries: what is assumed where no country is named.
COMMON = {(12, 25): "Christmas Day", (12, 26): "Boxing Day", (1, 1): "New Year's Day"}


def calendar_for(series: Daily, country: str | None, horizon: int) -> Calendar:
    """Return the holidays of a country (ISO code, ``US`` or ``DE-BY`` with its part) around a series.

    Without a country only the days kept nearly everywhere. Raises ``BadInput`` for an unknown one.
    """
    years = range(day_of(series.first - 1).year, day_of(series.last + horizon + 1).year + 1)
    if country is None:
        days = {number_of(day_of(0).replace(year=y, month=m, day=d)): n for y in years for (m, d), n in COMMON.items()}
        return Calendar(days)
    import holidays

    code, _, part = country.partition("-")
    try:
        found = holidays.country_holidays(code.upper(), subdiv=part.upper() or None, years=years, language="en_US")
    except NotImplementedError as error:
        raise BadInput(f"there are no holidays for {country!r}; give an ISO code such as US, DE or DE-BY") from error
    return Calendar({number_of(day): name for day, name in found.items()})
