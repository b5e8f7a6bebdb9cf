"""What people write: interventions, decisions, goals, notes, annotations, marks on alerts, saved views. A database.

Open it once per viewer and ask or write; answers are frozen dataclasses::

    journal = open_journal(settings, scope.viewer, scope.teams)
    fix = journal.record_intervention("Refunds: new macro", on=day, metric="fcr", direction="up")
    journal.update(replace(fix, status="done"))
"""

from journal.actions import Action
from journal.alert_marks import AlertMark
from journal.annotations import Annotation
from journal.deliveries import Delivery, DeliveryState
from journal.entries import Change, Entry, JournalRefused
from journal.goals import Goal, HeadlineChoice
from journal.interventions import Intervention
from journal.notes import Note
from journal.opening import Journal, open_journal
from journal.tables import Where
from journal.views import SavedView
from journal.wellbeing import CheckIn, Look, Notice

__all__ = [
    "Action",
    "AlertMark",
    "Annotation",
    "Change",
    "CheckIn",
    "Delivery",
    "DeliveryState",
    "Entry",
    "Goal",
    "HeadlineChoice",
    "Intervention",
    "Journal",
    "JournalRefused",
    "Look",
    "Note",
    "Notice",
    "SavedView",
    "Where",
    "open_journal",
]
