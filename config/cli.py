"""How every command line ends: quietly, or with one line saying what, where and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from config.errors import DeskpulseError


def guarded(main: Callable[[], None]) -> int:
    """Run ``main`` and return the exit code; errors people can mend are one line on standard error."""
    try:
        main()
        sys.stdout.flush()
    except DeskpulseError as error:
        print(f"deskpulse: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("deskpulse: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
