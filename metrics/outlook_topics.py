"""The table of the step ``topics``: what tickets are about, where categories are too coarse."""

from __future__ import annotations

from metrics.outlook_kinds import OutlookTable

TOPIC = OutlookTable(
    "topic",
    "topics",
    "a topic of a category, found in the subjects of 90 days; key: category, topic_number",
    (
        ("category", "text"),
        ("topic_number", "integer"),  # 1 is the most frequent
        ("team_keys", "text"),
        ("terms", "text"),  # what sets its subjects apart
        ("example", "text"),  # the subject nearest to its middle
        ("tickets", "integer"),
        ("share", "number"),  # of the category's tickets with a subject; the rest are of no topic
    ),
)

TOPIC_TABLES = (TOPIC,)
