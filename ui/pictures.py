"""Charts as pictures: the same specification and data as on the page, painted in the light theme's colours.

The renderer is heavy, so that it is imported when the first picture is asked for; it asks nothing of the network.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from config.settings import ROOT

WIDTH, DENSITY = 1100, 2.0
THEME = ROOT / ".streamlit" / "config.toml"


@dataclass(frozen=True, eq=False)
class Drawn:
    """A chart to paint: specification, data, height and width in pixels, and the title above it (data, not markup)."""

    spec: dict[str, Any]
    data: pa.Table
    height: int
    title: str
    width: int = WIDTH


def png(drawn: Drawn) -> bytes:
    """Return a chart as PNG, twice as dense as it is shown."""
    import vl_convert

    picture: bytes = vl_convert.vegalite_to_png(json.dumps(painted_spec(drawn)), scale=DENSITY, allowed_base_urls=[])
    return picture


def painted_spec(drawn: Drawn) -> dict[str, Any]:
    """Return the specification with data, size and the light theme's colours in it."""
    theme = light_theme()
    text, line = theme["textColor"], theme["borderColor"]
    axis = {"labelColor": text, "titleColor": text, "gridColor": line, "tickColor": line, "domainColor": line}
    config = {
        **drawn.spec.get("config", {}),
        "background": theme["backgroundColor"],
        "range": {"category": theme["chartCategoricalColors"]},
        "axis": {**axis, "labelFontSize": 12},
        "title": {"color": text, "anchor": "start", "fontSize": 15},
        "text": {"fontSize": 12},
        "font": "sans-serif",
    }
    return {
        **drawn.spec,
        "title": drawn.title,
        "width": drawn.width,
        "height": drawn.height,
        "padding": 16,
        "data": {"values": drawn.data.to_pylist()},
        "config": config,
    }


def light_theme() -> dict[str, Any]:
    """Return the colours of the light theme, as the dashboard has them."""
    return theme_colours("light")


@cache
def theme_colours(mode: str) -> dict[str, Any]:
    """Return the colours of the ``light`` or ``dark`` theme."""
    theme: dict[str, Any] = tomllib.loads(THEME.read_text(encoding="utf-8"))["theme"][mode]
    return theme
