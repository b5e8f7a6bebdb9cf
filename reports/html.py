"""The digest as HTML for mail clients: tables for layout, styles inline, no script, no stylesheet, no outside file.

Everything that is said is data and escaped; pictures are parts of the message (``cid:``) or, to look at, data URLs.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape

from reports.charts import Chart
from reports.digest import Digest, Line, Section
from ui.pictures import light_theme

WIDTH = 640
FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
Picture = Callable[[Chart], str]


def by_content_id(chart: Chart) -> str:
    """Return the address of a picture that travels with the message."""
    return f"cid:{chart.name}@deskpulse"


def inline(chart: Chart) -> str:
    """Return a picture as a data URL, for a file that is looked at by itself."""
    return f"data:image/png;base64,{b64encode(chart.picture).decode()}"


def html(digest: Digest, picture: Picture = by_content_id) -> str:
    """Return the digest as a page; ``picture`` says where each chart's picture is."""
    large = f"margin:0;font-size:16px;line-height:24px;color:{light_theme()['textColor']}"
    body = [
        *_head(digest.part, digest.title),
        _row(f'<p style="{large}">{_text(digest.sentence)}</p>'),
        _row(_figures(digest.lines)),
        *(_row(_image(chart, picture(chart))) for chart in digest.charts),
        *(_row(_section(section)) for section in digest.sections),
        *_foot(digest.link, _footer(digest)),
    ]
    return _framed(digest.title, body)


def letter(title: str, part: str, sections: Sequence[Section], link: str, footer: str) -> str:
    """Return a page of a title and sections, for what is no digest."""
    return _framed(
        title, [*_head(part, title), *(_row(_section(section)) for section in sections), *_foot(link, footer)]
    )


def _head(part: str, title: str) -> list[str]:
    look = light_theme()
    return [
        _row(f'<span style="font-size:13px;color:{look["grayTextColor"]}">Deskpulse · {_text(part)}</span>'),
        _row(f'<h1 style="margin:0;font-size:24px;line-height:30px;color:{look["textColor"]}">{_text(title)}</h1>'),
    ]


def _foot(link: str, footer: str) -> list[str]:
    small = f"font-size:12px;line-height:18px;color:{light_theme()['grayTextColor']}"
    return [_row(_button(link)) if link else "", _row(f'<span style="{small}">{_text(footer)}</span>')]


def _framed(title: str, body: Sequence[str]) -> str:
    look = light_theme()
    paper = look["secondaryBackgroundColor"]
    edge = f"border:1px solid {look['borderColor']};border-radius:8px"
    table = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_text(title)}</title></head>"
        f'<body style="margin:0;padding:0;background-color:{paper};{FONT}">'
        f'<table {table} width="100%" style="background-color:{paper}"><tr><td align="center" style="padding:16px 8px">'
        f'<table {table} width="{WIDTH}" style="width:100%;max-width:{WIDTH}px;'
        f'background-color:{look["backgroundColor"]};{edge}">{"".join(body)}</table>'
        "</td></tr></table></body></html>\n"
    )


def _row(inner: str) -> str:
    return f'<tr><td style="padding:10px 24px;{FONT}">{inner}</td></tr>'


def _text(said: str) -> str:
    return escape(" ".join(said.split()), quote=True)


def _figures(lines: tuple[Line, ...]) -> str:
    look = light_theme()
    colours = {"better": look["greenTextColor"], "worse": look["redTextColor"]}
    edge, quiet, ink = look["borderColor"], look["grayTextColor"], look["textColor"]
    rows = []
    for line in lines:
        colour = colours.get(line.verdict, quiet)
        note = f'<br><span style="font-size:12px;color:{quiet}">{_text(line.note)}</span>' if line.note else ""
        cell = f"padding:8px 8px 8px 0;border-top:1px solid {edge};font-size:14px;line-height:20px;vertical-align:top"
        rows.append(
            f'<tr><td style="{cell};color:{ink}">{_text(line.title)}{note}</td>'
            f'<td align="right" style="{cell};color:{ink};white-space:nowrap"><strong>{_text(line.value)}</strong></td>'
            f'<td align="right" style="{cell};color:{colour}">{_text(line.change)}</td></tr>'
        )
    head = f"padding:0 8px 6px 0;font-size:12px;font-weight:normal;color:{quiet}"
    return (
        '<table cellpadding="0" cellspacing="0" border="0" width="100%" style="width:100%">'
        f'<tr><th align="left" style="{head}">Figure</th><th align="right" style="{head}">Value</th>'
        f'<th align="right" style="{head}">Against the week before</th></tr>{"".join(rows)}</table>'
    )


def _image(chart: Chart, address: str) -> str:
    size = f'width="{WIDTH - 48}" style="display:block;width:100%;max-width:{WIDTH - 48}px;height:auto;border:0"'
    return f'<img src="{escape(address, quote=True)}" alt="{_text(chart.alt)}" {size}>'


def _section(section: Section) -> str:
    look = light_theme()
    items = "".join(
        f'<li style="margin:0 0 6px 0;font-size:14px;line-height:20px;color:{look["textColor"]}">{_text(said)}</li>'
        for said in section.sentences
    )
    link = f'<a href="{escape(section.link, quote=True)}" style="font-size:13px;color:{look["linkColor"]}">Open it</a>'
    return (
        f'<h2 style="margin:8px 0 8px 0;font-size:16px;line-height:22px;color:{look["textColor"]}">'
        f'{_text(section.title)}</h2><ul style="margin:0;padding:0 0 0 18px">{items}</ul>{link if section.link else ""}'
    )


def _button(link: str) -> str:
    look = light_theme()
    style = f"display:inline-block;padding:10px 18px;color:#FFFFFF;text-decoration:none;font-size:15px;{FONT}"
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td style="background-color:{look["primaryColor"]};border-radius:8px">'
        f'<a href="{escape(link, quote=True)}" style="{style}">Open the dashboard</a></td></tr></table>'
    )


def _footer(digest: Digest) -> str:
    return f"{digest.as_of}. Figures of {digest.part}, as {digest.recipient.to} may see them."
