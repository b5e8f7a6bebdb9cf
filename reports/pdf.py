"""The digest as a PDF: the same words and pictures on A4, text that can be searched and copied."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from config.errors import DeskpulseError
from reports.digest import Digest
from ui.pictures import light_theme

FONT = "DejaVu"
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


class NoFont(DeskpulseError):
    """The font for PDFs is not installed."""


@cache
def _fonts() -> Path:
    """Return the folder of DejaVu, which comes with matplotlib (Prophet needs that); nothing of it is imported."""
    found = find_spec("matplotlib")
    folder = Path(str(found.origin)).parent / "mpl-data" / "fonts" / "ttf" if found else Path()
    if not (folder / FACES[""]).exists():
        raise NoFont("DejaVu Sans is not installed; it comes with matplotlib: run make setup")
    return folder


def pdf(digest: Digest) -> bytes:
    """Return the digest as a PDF document. Raises ``NoFont``."""
    from fpdf import FPDF

    document = FPDF(format="A4")
    for style, face in FACES.items():
        document.add_font(FONT, style, str(_fonts() / face))
    document.set_title(f"Deskpulse: {digest.title}")
    document.set_lang("en")
    document.set_creation_date(digest.made_at)
    document.set_margins(18, 16)
    document.set_auto_page_break(True, 16)
    document.add_page()
    page = _Page(document)
    page.said(digest.part, 9, "grayTextColor")
    page.said(digest.title, 18, "textColor", "B")
    page.said(digest.sentence, 11, "textColor")
    page.figures(digest)
    for chart in digest.charts:
        document.image(BytesIO(chart.picture), w=0.8 * document.epw, alt_text=chart.alt)
    for section in digest.sections:
        page.said(section.title, 12, "textColor", "B", before=3)
        for sentence in section.sentences:
            page.said(f"•  {sentence}", 10, "textColor")
        if section.link:
            page.said("Open it in the dashboard", 9, "linkColor", link=section.link)
    page.said(digest.as_of, 8, "grayTextColor", before=4)
    return bytes(document.output())


class _Page:
    """Lines of text in the light theme's colours."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def said(self, text: str, size: float, colour: str, style: str = "", before: float = 1, link: str = "") -> None:
        """Write a paragraph."""
        self.document.ln(before)
        self.document.set_font(FONT, style, size)
        self.document.set_text_color(light_theme()[colour])
        height = size * 0.5
        self.document.multi_cell(0, height, " ".join(text.split()), align="L", link=link, new_x="LMARGIN", new_y="NEXT")

    def figures(self, digest: Digest) -> None:
        """Write the table of figures, what is to know of each below it."""
        self.document.ln(3)
        self.document.set_font(FONT, "", 9)
        self.document.set_text_color(light_theme()["textColor"])
        with self.document.table(
            col_widths=(46, 20, 34),
            text_align=("LEFT", "RIGHT", "RIGHT"),
            borders_layout="HORIZONTAL_LINES",
            padding=1.4,
        ) as table:
            table.row(("Figure", "Value", "Against the week before"))
            for line in digest.lines:
                table.row((f"{line.title}\n{line.note}" if line.note else line.title, line.value, line.change))
        self.document.ln(2)
