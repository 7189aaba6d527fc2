"""The pictures of the Présence page; colours and dress are those of `ereput.ui.charts`."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ereput.facts import french
from ereput.ui.charts import BLUE, GREEN, GREY, ORANGE, PINK, VEIL

_THIRDS = ((0.0, "trop peu"), (1.0, "dans la fourchette"), (2.0, "trop"))
_COLOURS = (BLUE, ORANGE, GREEN, PINK)
_DASHES = ("solid", "dash", "dot", "dashdot")
MOST_LINES = 4


def balance(frame: pd.DataFrame) -> go.Figure:
    """Draw where each component of the exposure stands to its band, the middle third.

    Columns: `label`, `value` (shown), `place` and `peer` (0–3, or NaN), `zone` (in words).
    """
    ordered = frame.iloc[::-1]
    figure = go.Figure()
    figure.add_shape(
        type="rect",
        x0=1,
        x1=2,
        y0=-0.6,
        y1=len(ordered) - 0.4,
        layer="below",
        line_width=0,
        fillcolor=GREEN + VEIL,
    )
    figure.add_scatter(
        x=ordered["place"],
        y=ordered["label"],
        mode="markers+text",
        name="Ici",
        text=ordered["value"],
        textposition="top center",
        marker={"size": 13, "color": BLUE},
        customdata=ordered[["value", "zone"]],
        hovertemplate="%{y} : %{customdata[0]} (%{customdata[1]})<extra></extra>",
    )
    if ordered["peer"].notna().any():
        figure.add_scatter(
            x=ordered["peer"],
            y=ordered["label"],
            mode="markers",
            name="Médiane du portefeuille",
            marker={"size": 11, "color": GREY, "symbol": "diamond-open"},
            hoverinfo="skip",
        )
    figure.update_layout(height=72 * len(ordered) + 70, hovermode="closest")
    figure.update_xaxes(
        range=[-0.05, 3.05],
        tickvals=[start + 0.5 for start, _ in _THIRDS],
        ticktext=[word for _, word in _THIRDS],
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(showgrid=False, range=[-0.6, len(ordered) - 0.3])
    return figure


def displayed_ratings(frame: pd.DataFrame) -> go.Figure:
    """Draw the rating that each listing displayed, the axis fixed from 1 to 5; at most four listings.

    Columns: `day`, `source` (name shown), `rating` (1–5), `n` (reviews displayed, or NaN).
    """
    figure = go.Figure()
    for rank, (source, part) in enumerate(frame.groupby("source", sort=False)):
        if rank >= MOST_LINES:
            break
        line: dict[str, Any] = {"color": _COLOURS[rank], "dash": _DASHES[rank], "width": 2.5}
        figure.add_scatter(
            x=part["day"],
            y=part["rating"],
            name=str(source),
            mode="lines+markers",
            line=line,
            marker={"size": 6},
            customdata=[french.number(n) if pd.notna(n) else "?" for n in part["n"]],
            hovertemplate="%{y:.1f} sur 5 (%{customdata} avis affichés)",
        )
    figure.update_yaxes(range=[1, 5.05], tickvals=[1, 2, 3, 4, 5])
    figure.update_xaxes(
        type="date",
        tickformatstops=[{"dtickrange": [None, None], "value": "%b\n%Y"}],
        hoverformat="%-d %b %Y",
    )
    return figure
