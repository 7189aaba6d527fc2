"""Plotly figures in French, in the colours of `.streamlit/config.toml`.

Every figure function takes one small frame, already reduced by `ereput.facts`, with the columns that
its docstring lists. It draws at most four series, tells series apart by shape or dash as well as by
colour, and says where it saw nothing. `show` puts the figure on the page with its takeaway sentence,
which a reader who cannot see the figure hears.

Colours are Streamlit's placeholders: the browser replaces "#000001" to "#000010" by the theme's
categorical colours, "#000011" to "#000020" by its sequential ones, "#000021" to "#000030" by its
diverging ones, in light and in dark. Two more digits are an opacity.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st
from babel.dates import get_day_names, get_month_names

from ereput.facts import french

BLUE, ORANGE, GREEN, PINK, OCHRE = "#000001", "#000002", "#000003", "#000004", "#000005"
GREY = "#000036"
STAR_COLOURS = {1: "#000021", 2: "#000023", 3: "#000025", 4: "#000028", 5: "#000030", 0: "#000036"}
SEQUENTIAL = [f"#0000{11 + step}" for step in range(10)]
HATCH = {"shape": "/", "fgcolor": "#00003680", "size": 6}
NO_HATCH = {"shape": ""}
PARTIAL = {"shape": ".", "fgcolor": "#000036", "size": 5}
VEIL = "26"  # 15 % opacity, for bands
HEIGHT = 300
WEEK = 7 * 86_400_000  # the width of a week's bar, in the milliseconds of a date axis
_SUNDAY_FIRST = (6, 0, 1, 2, 3, 4, 5)
_SHARES = (0, 25, 50, 75, 100)
_WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")

pio.templates["ereput"] = go.layout.Template(
    layout={
        "separators": ",\u202f",
        "hovermode": "x unified",
        "dragmode": False,
        "bargap": 0.25,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "xaxis": {"fixedrange": True, "tickangle": 0},
        "yaxis": {"fixedrange": True},
    }
)


@cache
def template() -> str:
    """Return the name of Streamlit's template with ours over it, merged once: it takes as long as a chart."""
    pio.templates["streamlit_ereput"] = pio.templates["streamlit+ereput"]
    return "streamlit_ereput"


@cache
def french_dates() -> dict[str, Any]:
    """Return the names of days and months as Plotly's locale format wants them."""
    days, short_days = get_day_names("wide", locale="fr"), get_day_names("abbreviated", locale="fr")
    months, short_months = get_month_names("wide", locale="fr"), get_month_names("abbreviated", locale="fr")
    return {
        "date": "%d/%m/%Y",
        "days": [days[day] for day in _SUNDAY_FIRST],
        "shortDays": [short_days[day] for day in _SUNDAY_FIRST],
        "months": [months[month] for month in range(1, 13)],
        "shortMonths": [short_months[month] for month in range(1, 13)],
    }


def config() -> dict[str, Any]:
    """Return Plotly's settings: French, no tool bar, and a chart that lets the page scroll."""
    return {
        "displayModeBar": False,
        "scrollZoom": False,
        "locale": "fr",
        "locales": {"fr": {"dictionary": {}, "format": french_dates()}},
    }


def show(figure: go.Figure, *, key: str, takeaway: str) -> None:
    """Put a figure on the page, with the sentence that sums it up as alternative text and caption."""
    _dress(figure)
    st.plotly_chart(figure, key=key, config=config(), alt=takeaway)
    st.caption(takeaway)


def pick(figure: go.Figure, *, key: str, takeaway: str) -> str | None:
    """Like `show`, and return the `customdata` of the point that the user clicked, if any.

    The selection is forgotten as soon as the figure changes: use it to look closer, never as a filter.
    """
    _dress(figure)
    chosen = st.plotly_chart(
        figure, key=key, config=config(), alt=takeaway, on_select="rerun", selection_mode="points"
    )
    st.caption(takeaway)
    points = chosen["selection"]["points"]
    data = points[0].get("customdata") if points else None
    first = data[0] if isinstance(data, (list, tuple)) else data
    return None if first is None else str(first)


def _dress(figure: go.Figure) -> None:
    # Streamlit reads the height and the margins from the figure, not from its template.
    figure.update_layout(
        template=template(), height=figure.layout.height or HEIGHT, margin={"t": 8, "b": 0, "l": 0, "r": 8}
    )


def rating_band(frame: pd.DataFrame, spikes: Sequence[date] = ()) -> go.Figure:
    """Draw the mean rating with its interval, the axis fixed from 1 to 5.

    Columns: `month` (date, first of the month), `shrunk` (1–5 or NaN), `low`, `high` (same), `n`
    (reviews of the month). `spikes`: weeks (Mondays) to mark on the line.
    """
    figure = go.Figure()
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=frame["month"], y=frame["high"], showlegend=False, **edge)
    figure.add_scatter(
        x=frame["month"],
        y=frame["low"],
        fill="tonexty",
        fillcolor=BLUE + VEIL,
        name="Marge d’incertitude",
        **edge,
    )
    figure.add_scatter(
        x=frame["month"],
        y=frame["shrunk"],
        mode="lines+markers",
        name="Note estimée",
        line={"color": BLUE, "width": 2.5},
        marker={"size": 6},
        customdata=frame[["low", "high", "n"]],
        hovertemplate="%{y:.1f} sur 5, entre %{customdata[0]:.1f} et %{customdata[1]:.1f} "
        "(n = %{customdata[2]})<extra></extra>",
    )
    if spikes:
        figure.add_scatter(
            x=list(spikes),
            y=[1.15] * len(spikes),
            mode="markers",
            name="Pic d’avis négatifs",
            marker={"symbol": "diamond", "size": 11, "color": ORANGE},
            text=[french.week(week) for week in spikes],
            hovertemplate="Pic : %{text}<extra></extra>",
        )
    figure.update_yaxes(range=[1, 5.05], tickvals=[1, 2, 3, 4, 5])
    _month_axis(figure)
    return figure


def volume_by_stars(frame: pd.DataFrame) -> go.Figure:
    """Stack each month's reviews by stars, one star at the bottom.

    Columns: `month` (date), `stars` (1–5, 0 where there are none), `n`.
    """
    figure = go.Figure()
    present = set(frame.loc[frame["n"] > 0, "stars"])
    for value in (1, 2, 3, 4, 5, 0):
        if value not in present:
            continue
        part = frame[frame["stars"] == value]
        name = french.plural(value, "étoile") if value else "Sans note"
        figure.add_bar(
            x=part["month"],
            y=part["n"],
            name=name,
            marker={"color": STAR_COLOURS[value], "pattern": HATCH if not value else NO_HATCH},
            hovertemplate=f"{name} : %{{y}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_yaxes(rangemode="tozero", tickformat=",d")
    _month_axis(figure)
    return figure


def expected_vs_observed(frame: pd.DataFrame) -> go.Figure:
    """Draw each week's negative publications against the range expected from the past.

    Columns: `week` (Monday), `negatives` (count or NaN), `expected`, `upper` (counts or NaN), `level`
    ("", "watch" or "alert"), `covered` (share of the week's days that a source could see, 0–1),
    `is_running` (whether the week is not over). A point's `customdata` is its ISO date, for `pick`.
    """
    top = _top(frame)
    figure = go.Figure()
    _unseen_weeks(figure, frame, top)
    figure.add_bar(
        x=frame["week"],
        y=frame["upper"],
        name="Attendu au plus",
        width=WEEK,
        marker={"color": BLUE + VEIL, "line": {"width": 0}},
        hoverinfo="skip",
    )
    is_firm = (frame["covered"] >= 1) & ~frame["is_running"]
    _week_bars(figure, frame[is_firm], "Avis négatifs", NO_HATCH)
    _week_bars(figure, frame[~is_firm & (frame["covered"] > 0)], "Provisoire", PARTIAL)
    figure.add_scatter(
        x=frame["week"],
        y=frame["expected"],
        name="Attendu",
        mode="lines",
        line={"color": BLUE, "width": 2, "dash": "dot"},
        hoverinfo="skip",
    )
    _spike_marks(figure, frame, "alert", "Alerte", {"symbol": "diamond", "color": ORANGE})
    _spike_marks(figure, frame, "watch", "À surveiller", {"symbol": "triangle-up-open", "color": OCHRE})
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(range=[0, top], tickformat=",d", nticks=5)
    _month_axis(figure)
    figure.update_xaxes(hoverformat="semaine du %-d %b %Y")
    return figure


def sentiment_over_time(frame: pd.DataFrame) -> go.Figure:
    """Stack the share of each tone, a month a bar.

    Columns: `month` (date), `label` ("neg", "neu", "pos" or "incertain"), `n`.
    """
    figure = go.Figure()
    tones = (
        ("neg", "Négatif", STAR_COLOURS[1], NO_HATCH),
        ("neu", "Neutre", STAR_COLOURS[3], NO_HATCH),
        ("pos", "Positif", STAR_COLOURS[5], NO_HATCH),
        ("incertain", "Incertain", GREY, HATCH),
    )
    for label, name, colour, pattern in tones:
        part = frame[frame["label"] == label]
        figure.add_bar(
            x=part["month"],
            y=part["n"],
            name=name,
            customdata=part["n"],
            marker={"color": colour, "pattern": pattern},
            hovertemplate=f"{name} : %{{y:.0f}} % (n = %{{customdata}})<extra></extra>",
        )
    figure.update_layout(barmode="stack", barnorm="percent", legend={"traceorder": "normal"})
    figure.update_yaxes(
        range=[0, 100], tickvals=_SHARES, ticktext=[french.percent(share / 100) for share in _SHARES]
    )
    _month_axis(figure)
    return figure


def source_mix(frame: pd.DataFrame) -> go.Figure:
    """Draw how many publications each source brought, the largest on top.

    Columns: `source` (name shown), `n`, `mean` (1–5 or NaN).
    """
    ordered = frame.sort_values("n")
    labels = [
        f"{french.number(n)} ({french.rating(mean)} sur 5)" if pd.notna(mean) else french.number(n)
        for n, mean in zip(ordered["n"], ordered["mean"], strict=True)
    ]
    figure = go.Figure()
    figure.add_bar(
        x=ordered["n"],
        y=[_as_text(source) for source in ordered["source"]],
        orientation="h",
        text=labels,
        textposition="outside",
        cliponaxis=False,
        marker={"color": BLUE},
        hoverinfo="skip",
    )
    figure.update_layout(height=max(110, 34 * len(ordered) + 24), showlegend=False, hovermode="closest")
    widest = max(map(len, labels), default=0)
    figure.update_xaxes(visible=False, range=[0, float(ordered["n"].max() or 1) * (1 + widest / 40)])
    figure.update_yaxes(showgrid=False)
    return figure


def mix_over_time(frame: pd.DataFrame) -> go.Figure:
    """Stack each month's publications by source, at most four.

    Columns: `month` (date), `source` (name shown), `n`; a source's rows follow each other.
    """
    figure = go.Figure()
    patterns = (NO_HATCH, *({"shape": shape, "size": 6, "fillmode": "overlay"} for shape in "/.x"))
    for rank, (source, part) in enumerate(frame.groupby("source", sort=False)):
        figure.add_bar(
            x=part["month"],
            y=part["n"],
            name=_as_text(str(source)),
            marker={"color": (BLUE, ORANGE, GREEN, GREY)[rank], "pattern": patterns[rank]},
            hovertemplate=f"{_as_text(str(source))} : %{{y}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_yaxes(rangemode="tozero", tickformat=",d")
    _month_axis(figure)
    return figure


def compared_ratings(frame: pd.DataFrame) -> go.Figure:
    """Draw ratings side by side with their margins, the axis fixed from 1 to 5.

    Columns: `who` (name shown), `mean`, `low`, `high` (1–5), `n`.
    """
    ordered = frame.iloc[::-1]
    figure = go.Figure()
    figure.add_scatter(
        x=ordered["mean"],
        y=ordered["who"],
        mode="markers+text",
        text=[french.rating(mean) for mean in ordered["mean"]],
        textposition="top center",
        marker={"size": 11, "color": BLUE},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": ordered["high"] - ordered["mean"],
            "arrayminus": ordered["mean"] - ordered["low"],
            "color": BLUE,
            "thickness": 2,
        },
        customdata=ordered[["low", "high", "n"]],
        hovertemplate="%{x:.1f} sur 5, entre %{customdata[0]:.1f} et %{customdata[1]:.1f} "
        "(n = %{customdata[2]})<extra></extra>",
    )
    figure.update_layout(height=64 * len(ordered) + 56, showlegend=False, hovermode="closest")
    figure.update_xaxes(range=[1, 5.05], tickvals=[1, 2, 3, 4, 5])
    figure.update_yaxes(showgrid=False, range=[-0.5, len(ordered) - 0.3])
    return figure


def calendar(frame: pd.DataFrame) -> go.Figure:
    """Draw a year of days, a column a week: how many negative publications each day brought.

    Columns: `day` (date, consecutive), `n` (count, NaN where no source could see the day).
    """
    figure = go.Figure()
    mondays = [day - timedelta(days=day.weekday()) for day in frame["day"]]
    figure.add_heatmap(
        x=mondays,
        y=[day.weekday() for day in frame["day"]],
        z=frame["n"],
        text=[french.long_day(day) for day in frame["day"]],
        hovertemplate="%{text} : %{z}<extra></extra>",
        colorscale=[[step / 9, colour] for step, colour in enumerate(SEQUENTIAL)],
        zmin=0,
        zmax=max(3.0, float(frame["n"].max())) if frame["n"].notna().any() else 3.0,
        xgap=2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
    )
    figure.update_layout(height=190, hovermode="closest")
    figure.update_yaxes(
        autorange="reversed",
        tickvals=[0, 2, 4, 6],
        ticktext=[_WEEKDAYS[day] for day in (0, 2, 4, 6)],
        showgrid=False,
    )
    _month_axis(figure)
    return figure


def _month_axis(figure: go.Figure) -> None:
    figure.update_xaxes(
        type="date",
        tickformatstops=[
            {"dtickrange": [None, "M1"], "value": "%-d %b\n%Y"},
            {"dtickrange": ["M1", None], "value": "%b\n%Y"},
        ],
        hoverformat="%B %Y",
    )


def _unseen_weeks(figure: go.Figure, frame: pd.DataFrame, top: float) -> None:
    """Hatch the weeks that no source could see: an absence of bar there is no zero."""
    unseen = frame[frame["covered"] <= 0]
    if unseen.empty:
        return
    figure.add_bar(
        x=unseen["week"],
        y=[top] * len(unseen),
        name="Non observée",
        width=WEEK,
        marker={
            "color": GREY + VEIL,
            "line": {"width": 0},
            "pattern": {"shape": "/", "fgcolor": GREY + VEIL},
        },
        hovertemplate="Semaine non observée<extra></extra>",
    )


def _top(frame: pd.DataFrame) -> float:
    """Return the height of a chart of weeks; the first ones, still unsure, may pass it."""
    known = frame[["negatives", "upper"]].dropna(how="all")
    if known.empty:
        return 2.0
    return max(2.0, 1.2 * float(known["negatives"].max()), 1.2 * float(known["upper"].quantile(0.8)))


def _week_bars(figure: go.Figure, frame: pd.DataFrame, name: str, pattern: dict[str, Any]) -> None:
    if frame.empty:
        return
    weeks = [day.isoformat() for day in frame["week"]]
    figure.add_bar(
        x=frame["week"],
        y=frame["negatives"],
        name=name,
        width=0.6 * WEEK,
        marker={"color": GREY + "C0", "pattern": pattern},
        customdata=list(zip(weeks, frame["expected"], frame["upper"], strict=True)),
        hovertemplate="%{y} avis négatifs ; %{customdata[1]:.1f} attendu, "
        "%{customdata[2]:.0f} au plus<extra></extra>",
    )


def _spike_marks(
    figure: go.Figure, frame: pd.DataFrame, level: str, name: str, marker: dict[str, str]
) -> None:
    marked = frame[frame["level"] == level]
    if marked.empty:
        return
    figure.add_scatter(
        x=marked["week"],
        y=marked["negatives"],
        mode="markers",
        name=name,
        marker={"size": 12, "line": {"width": 2}, **marker},
        customdata=[[day.isoformat()] for day in marked["week"]],
        hovertemplate=f"{name}<extra></extra>",
    )


def _as_text(value: str) -> str:
    """Keep Plotly from reading a source's name as markup."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
