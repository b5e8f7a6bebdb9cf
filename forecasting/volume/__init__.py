"""How many tickets will come: four weeks ahead, by day and hour, for the desk and its parts."""

from forecasting.volume.step import compute

__all__ = ["compute"]
