"""Who is carrying too much: drift against a person's own past and load beside it, told to help."""

from forecasting.strain.step import compute

__all__ = ["compute"]
