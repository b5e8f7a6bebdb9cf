"""The digest as plain text: for readers without HTML, for chats, and to search."""

from __future__ import annotations

from reports.digest import Digest, Line

CHAT_LINES = 6


def text(digest: Digest) -> str:
    """Return the whole digest, a line a figure."""
    figures = [f"- {_figure(line)}" for line in digest.lines]
    blocks = [f"{digest.title}\n{digest.part}", digest.sentence, "\n".join(figures)]
    for section in digest.sections:
        link = [section.link] if section.link else []
        blocks.append("\n".join([section.title, *(f"- {said}" for said in section.sentences), *link]))
    if digest.link:
        blocks.append(f"Open the dashboard: {digest.link}")
    return "\n\n".join([*blocks, digest.as_of]) + "\n"


def _figure(line: Line) -> str:
    said = ", ".join(part for part in (f"{line.title}: {line.value}", line.change) if part)
    return f"{said} ({line.note})" if line.note else said


def summary(digest: Digest) -> str:
    """Return what a chat message says: the sentence, what there is to decide, the link."""
    decide = [said for section in digest.sections if section.title == "To decide" for said in section.sentences]
    return "\n".join([digest.sentence, *(f"• {said}" for said in decide[:CHAT_LINES]), *filter(None, [digest.link])])
