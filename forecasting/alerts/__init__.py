"""What deserves attention: days and levels of counts, rates and durations that their own past does not explain."""

from forecasting.alerts.step import compute

__all__ = ["compute"]
