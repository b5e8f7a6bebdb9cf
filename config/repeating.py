"""Running again and again: what a run cannot do now, the next one may."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from config.errors import BadSetting, DeskpulseError

_UNITS = {"s": 1, "m": 60, "h": 3600}


def span(told: str, option: str = "--every") -> float:
    """Return the seconds of ``90s``, ``15m`` or ``1h``, as an option gives them; raises ``BadSetting``."""
    match = re.fullmatch(r"(\d+)([smh])", told.strip())
    if not match or not int(match.group(1)):
        raise BadSetting(f"{option} {told!r} should look like 90s, 15m or 1h")
    return int(match.group(1)) * _UNITS[match.group(2)]


def again_and_again(
    run: Callable[[], None],
    seconds: float,
    tell: Callable[[DeskpulseError], None],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    times: int | None = None,
) -> None:
    """Run so many ``seconds`` after each beginning, ``times`` times or for ever; a failed run is told, not raised."""
    while times is None or times > 0:
        began = clock()
        try:
            run()
        except DeskpulseError as error:
            tell(error)
        times = None if times is None else times - 1
        if times != 0:
            sleep(max(0.0, began + seconds - clock()))
