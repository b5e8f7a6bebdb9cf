"""What cannot be staffed, in a sentence."""

from config.errors import DeskpulseError


class UnstableQueue(DeskpulseError):
    """More work arrives than the agents can do: the queue has no steady state, and no probability to tell."""


class BadStaffing(DeskpulseError):
    """A number that makes no sense in a staffing question."""


def need_positive(**numbers: float) -> None:
    """Raise ``BadStaffing`` naming the first number that is not above zero and finite."""
    for name, number in numbers.items():
        if not 0 < number < float("inf"):
            raise BadStaffing(f"{name.replace('_', ' ')} must be above zero, it is {number:g}")


def need_share(**numbers: float) -> None:
    """Raise ``BadStaffing`` naming the first number that is not a share of at least 0 and below 1."""
    for name, number in numbers.items():
        if not 0 <= number < 1:
            raise BadStaffing(f"{name.replace('_', ' ')} must be at least 0 and below 1, it is {number:g}")
