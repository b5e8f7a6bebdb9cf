"""A real django-helpdesk on SQLite, filled through its own forms, views and functions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CLOCK = {"now": MONDAY}


def _start(database: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
            "django.contrib.humanize", "django.contrib.messages", "rest_framework", "helpdesk",
        ],
        SITE_ID=1, USE_TZ=True, SECRET_KEY="x" * 50, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        ROOT_URLCONF="tests.support.django_desk", EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], HELPDESK_TEAMS_MODEL="auth.Group",
        HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[], HELPDESK_KBITEM_TEAM_GETTER=lambda item: None, STATIC_URL="/static/",
        MEDIA_ROOT="/nonexistent",
    )  # fmt: skip
    django.setup()
    from django.utils import timezone

    timezone.now = lambda: CLOCK["now"]


def _at(day: int, clock: str) -> None:
    hours, minutes = clock.split(":")
    CLOCK["now"] = MONDAY + timedelta(days=day, hours=int(hours), minutes=int(minutes))


def _asks(email: str, queue: Any, title: str) -> Any:
    """Open a ticket through the public form."""
    from helpdesk.forms import PublicTicketForm

    told = {"queue": queue.id, "title": title, "body": "what somebody wrote", "priority": 3, "submitter_email": email}
    form = PublicTicketForm(data=told)
    assert form.is_valid(), str(form.errors.as_data())
    return form.save(None)


def _writes_down(user: Any, email: str, queue: Any, title: str) -> Any:
    """Open a ticket for somebody through the staff's form."""
    from helpdesk.forms import TicketForm

    told = {"queue": queue.id, "title": title, "body": "what somebody said", "priority": 2, "submitter_email": email}
    form = TicketForm(data=told, queue_choices=[(queue.id, queue.title)], body_reqd=True)
    assert form.is_valid(), str(form.errors.as_data())
    return form.save(user)


def begin() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from helpdesk.models import Queue

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    _at(-10, "08:00")
    for name in ("kim", "lee"):
        User.objects.create_user(name, f"{name}@desk.example", "x", is_staff=True, first_name=name.title())
    care = Queue.objects.create(title="Care", slug="care", allow_public_submission=True)
    Queue.objects.create(title="Sales", slug="sales", allow_public_submission=True)
    from helpdesk.update_ticket import update_ticket

    kim = User.objects.get(username="kim")
    _at(0, "09:00")
    first = _asks("ana@example.com", care, "Bill twice")
    _at(0, "09:20")
    spent = timedelta(minutes=15)
    update_ticket(kim, first, comment="Refunded.", public=True, owner=kim.id, new_status=3, time_spent=spent)
    _at(0, "10:00")
    second = _asks("bob@example.com", care, "No login")
    _at(0, "11:00")
    update_ticket(kim, second, comment="Reset.", public=True, owner=kim.id, new_status=3)
    _at(1, "09:00")
    _asks("ana@example.com", care, "Refund where")
    _at(1, "09:30")
    _asks("ana@example.com", care, "Refund still missing")


def later() -> None:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import QueryDict
    from django.test import RequestFactory
    from helpdesk.models import Queue, Ticket
    from helpdesk.update_ticket import update_ticket
    from helpdesk.views.staff import redirect_from_chosen_ticket

    kim, lee = User.objects.get(username="kim"), User.objects.get(username="lee")
    first, second, _, fourth = Ticket.objects.order_by("id")
    _at(1, "10:00")
    request = RequestFactory().post("/tickets/merge/")
    request.POST = QueryDict("")
    redirect_from_chosen_ticket(request, fourth, Ticket.objects.filter(id__gte=3), [])
    _at(1, "11:30")
    sales = Queue.objects.get(slug="sales")
    fourth = Ticket.objects.get(id=fourth.id)
    update_ticket(lee, fourth, comment="On its way.", public=True, owner=lee.id, queue=sales.id)
    _at(1, "12:00")
    fifth = _asks("bob@example.com", sales, "Wrong desk")
    _at(1, "13:00")
    fifth.delete()
    _at(2, "10:00")
    _writes_down(kim, "ana@example.com", sales, "Called about the bill")
    _at(3, "14:00")
    update_ticket(AnonymousUser(), first, comment="It is not.", public=True, new_status=2)
    _at(3, "15:00")
    update_ticket(kim, Ticket.objects.get(id=first.id), comment="Now it is.", public=True, new_status=3)
    _at(4, "11:00")
    update_ticket(kim, Ticket.objects.get(id=second.id), new_status=4)


def __getattr__(name: str) -> Any:  # the module is its own table of addresses
    if name == "urlpatterns":
        from django.urls import include, path

        return [path("helpdesk/", include("helpdesk.urls", namespace="helpdesk"))]
    raise AttributeError(name)


if __name__ == "__main__":
    _start(sys.argv[1])
    for step in sys.argv[2:]:
        {"begin": begin, "later": later}[step]()
