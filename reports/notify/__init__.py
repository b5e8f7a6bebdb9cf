"""Alerts delivered: by mail, to chats and webhooks, once a matter and recipient, again when it worsens or ends."""

from reports.notify.run import Outcome, failures_read, notify
from reports.notify.subscribers import Subscriber, subscribers

__all__ = ["Outcome", "Subscriber", "failures_read", "notify", "subscribers"]
