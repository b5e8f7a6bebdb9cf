"""What goes wrong outside the program, said in one line: what, where, what to do.

Command lines print these and exit with 1; pages show them. Everything else is a bug.
"""


class DeskpulseError(Exception):
    """A sentence for the person in front of the screen; never shown as a traceback."""


class BadSetting(DeskpulseError):
    """A setting cannot be used."""


class BadInput(DeskpulseError):
    """A file, folder or mapping cannot be read."""


class RunRefused(DeskpulseError):
    """A run read its input but must not be published."""


class SourceFailed(DeskpulseError):
    """A helpdesk could not be read to the end; what was read is kept, and the next run goes on from there."""


class NothingPublished(DeskpulseError):
    """There is no published build to read yet."""


class ServerAway(DeskpulseError):
    """The server of the warehouse cannot be reached, or went away; what it published before stays published."""
