from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from ereput.ui import charts

MONTHS = [date(2026, month, 1) for month in range(1, 5)]
WEEKS = [date(2026, 8, 3) + timedelta(weeks=rank) for rank in range(6)]


def weekly() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "week": WEEKS,
            "negatives": [0, 1, np.nan, 6, 2, 0],
            "expected": [0.8] * 6,
            "upper": [3.0] * 6,
            "level": ["", "", "", "alert", "watch", ""],
            "covered": [1, 1, 0, 1, 1, 0.5],
            "is_running": [False, False, False, False, False, True],
        }
    )


def compared() -> pd.DataFrame:
    return pd.DataFrame(
        [("Cette période", 4.2, 4.0, 4.3, 30), ("Portefeuille", 4.4, 4.2, 4.6, 9)],
        columns=["who", "mean", "low", "high", "n"],
    )


def test_dates_and_numbers_are_french() -> None:
    words = charts.config()["locales"]["fr"]["format"]
    assert words["days"][:2] == ["dimanche", "lundi"]
    assert words["shortMonths"][0] == "janv."
    assert charts.config()["displayModeBar"] is False


def test_the_rating_axis_never_moves() -> None:
    frame = pd.DataFrame({"month": MONTHS, "shrunk": 4.3, "low": 4.1, "high": 4.5, "n": 3})
    figure = charts.rating_band(frame, [date(2026, 2, 2)])
    assert list(figure.layout.yaxis.tickvals) == [1, 2, 3, 4, 5]
    assert figure.layout.yaxis.range[0] == 1
    spike = figure.data[-1]
    assert spike.marker.symbol == "diamond"
    assert spike.text == ("semaine du 2 févr. 2026",)


def test_stars_stack_in_order_and_only_those_present() -> None:
    frame = pd.DataFrame(
        [(MONTHS[0], star, star == 1 or star > 3) for star in range(6)], columns=["month", "stars", "n"]
    )
    figure = charts.volume_by_stars(frame.astype({"n": int}))
    assert [bar.name.replace("\u00a0", " ") for bar in figure.data] == ["1 étoile", "4 étoiles", "5 étoiles"]
    assert figure.layout.barmode == "stack"


def test_spikes_differ_by_shape_and_unseen_weeks_are_no_zero() -> None:
    figure = charts.expected_vs_observed(weekly())
    by_name = {trace.name: trace for trace in figure.data}
    assert by_name["Alerte"].marker.symbol != by_name["À surveiller"].marker.symbol
    assert list(by_name["Alerte"].x) == [WEEKS[3]]
    assert list(by_name["Non observée"].x) == [WEEKS[2]]
    assert by_name["Alerte"].customdata[0][0] == WEEKS[3].isoformat()
    assert list(by_name["Provisoire"].x) == [WEEKS[5]]
    assert WEEKS[5] not in by_name["Avis négatifs"].x


def test_no_week_at_all_still_draws() -> None:
    figure = charts.expected_vs_observed(weekly().iloc[:0])
    assert list(figure.layout.yaxis.range) == [0, 2.0]


def test_tones_are_shares() -> None:
    frame = pd.DataFrame({"month": MONTHS[:1] * 2, "label": ["neg", "pos"], "n": [1, 3]})
    figure = charts.sentiment_over_time(frame)
    assert figure.layout.barnorm == "percent"
    assert len(figure.data) <= 4


def test_a_source_name_is_never_markup() -> None:
    frame = pd.DataFrame({"source": ["<a href='x'>clic</a>", "Google"], "n": [1, 2], "mean": [np.nan, 4.0]})
    (bars,) = charts.source_mix(frame).data
    assert list(bars.y) == ["&lt;a href='x'&gt;clic&lt;/a&gt;", "Google"]
    assert list(bars.text) == ["1", "2 (4,0 sur 5)"]


def test_sources_stack_by_month_and_are_no_markup() -> None:
    frame = pd.DataFrame({"month": MONTHS * 2, "source": ["<b>A</b>"] * 4 + ["Google"] * 4, "n": range(8)})
    first, second = charts.mix_over_time(frame).data
    assert (first.name, second.name) == ("&lt;b&gt;A&lt;/b&gt;", "Google")
    assert list(second.y) == [4, 5, 6, 7]
    assert first.marker.pattern.shape != second.marker.pattern.shape


def test_ratings_are_compared_from_top_to_bottom() -> None:
    figure = charts.compared_ratings(compared())
    assert list(figure.data[0].y) == ["Portefeuille", "Cette période"]
    assert list(figure.data[0].error_x.array) == pytest.approx([0.2, 0.1])
    assert figure.layout.xaxis.range[0] == 1


def test_the_calendar_leaves_unseen_days_blank() -> None:
    days = [date(2026, 8, 3) + timedelta(days=rank) for rank in range(10)]
    (grid,) = charts.calendar(pd.DataFrame({"day": days, "n": [np.nan, *[0.0] * 9]})).data
    assert np.isnan(grid.z[0])
    assert list(grid.y[:7]) == [0, 1, 2, 3, 4, 5, 6]
    assert grid.x[8] == date(2026, 8, 10)


@pytest.mark.parametrize(
    "name", ["rating", "volume", "weeks", "tones", "sources", "mix", "compared", "calendar"]
)
def test_every_colour_comes_from_the_theme(name: str) -> None:
    months = pd.DataFrame({"month": MONTHS, "shrunk": 4.3, "low": 4.1, "high": 4.5, "n": 3})
    figures = {
        "rating": lambda: charts.rating_band(months, [MONTHS[0]]),
        "volume": lambda: charts.volume_by_stars(months.assign(stars=[1, 2, 0, 5])),
        "weeks": lambda: charts.expected_vs_observed(weekly()),
        "tones": lambda: charts.sentiment_over_time(months.assign(label=["neg", "neu", "pos", "incertain"])),
        "sources": lambda: charts.source_mix(pd.DataFrame({"source": ["Google"], "n": [3], "mean": [4.0]})),
        "mix": lambda: charts.mix_over_time(months.assign(source=["A", "B", "C", "D"])),
        "compared": lambda: charts.compared_ratings(compared()),
        "calendar": lambda: charts.calendar(pd.DataFrame({"day": MONTHS, "n": 1.0})),
    }
    drawn = figures[name]().to_plotly_json()
    colours = _colours(list(drawn["data"]))
    assert colours
    assert all(colour.startswith("#0000") for colour in colours)


def _colours(node: object) -> list[str]:
    if isinstance(node, dict):
        return [colour for value in node.values() for colour in _colours(value)]
    if isinstance(node, (list, tuple)):
        return [colour for value in node for colour in _colours(value)]
    return [node] if isinstance(node, str) and node.startswith("#") else []
