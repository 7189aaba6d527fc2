"""The curves of a meeting as SVG, for paper: drawn from the pack, readable in black and white."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from math import log10

from ereput.facts import french
from ereput.facts.pack import FunnelFacts, Month, Series

WIDTH, HEIGHT = 520, 170
LEFT, RIGHT, TOP, BOTTOM = 30, 8, 16, 24
INK, SOFT, ACCENT, WARM = "#1c2b30", "#54666c", "#0072b2", "#a64b00"
STARS = ("#aab4b7", "#a33b00", "#d98246", "#c3c9cb", "#4c9cc2", "#0072b2")
"""Unrated, then one to five stars."""
NAMES = ("sans note", "1", "2", "3", "4", "5 étoiles")
FONT = "Libertinus Serif"
_RATINGS = range(1, 6)


def rating(series: Series) -> str:
    """Return the rating's line in its band, from 1 to 5, with the marks beneath."""
    months = series.months
    axis = [_line(LEFT, _rated(n), WIDTH - RIGHT, _rated(n), colour="#d7e0e1", width=0.6) for n in _RATINGS]
    axis += [_text(LEFT - 5, _rated(n) + 3, str(n), anchor="end") for n in _RATINGS]
    known = [(at, month) for at, month in enumerate(months) if month.rating is not None]
    high = [(_x(at, months), _rated(month.high or 0)) for at, month in known]
    low = [(_x(at, months), _rated(month.low or 0)) for at, month in known]
    line = [(_x(at, months), _rated(month.rating or 0)) for at, month in known]
    band = f'<polygon points="{_points([*high, *reversed(low)])}" fill="{ACCENT}" fill-opacity="0.16"/>'
    curve = f'<polyline points="{_points(line)}" fill="none" stroke="{ACCENT}" stroke-width="1.8"/>'
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{ACCENT}"/>' for x, y in line]
    last = [_text(*_beside(line[-1]), french.rating(known[-1][1].rating), weight="bold")] if known else []
    return _svg([*axis, *_months(months), band if known else "", curve, *dots, *last, *_marks(series)])


def volume(series: Series) -> str:
    """Return the reviews of each month stacked by stars, one star at the bottom."""
    months = series.months
    top = max((month.reviews for month in months), default=0) or 1
    width = (WIDTH - LEFT - RIGHT) / max(len(months), 1) * 0.62
    drawn = []
    for at, month in enumerate(months):
        base = float(HEIGHT - BOTTOM)
        for star in (1, 2, 3, 4, 5, 0):
            tall = month.stars[star] / top * (HEIGHT - BOTTOM - TOP)
            base -= tall
            if tall:
                drawn.append(
                    f'<rect x="{_x(at, months) - width / 2:.1f}" y="{base:.1f}" width="{width:.1f}" '
                    f'height="{tall:.1f}" fill="{STARS[star]}"/>'
                )
        if month.reviews:
            drawn.append(_text(_x(at, months), base - 3, french.number(month.reviews), anchor="middle"))
    floor = _line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, colour=SOFT, width=0.8)
    return _svg([floor, *_months(months), *drawn, *_legend()])


def funnel(facts: FunnelFacts) -> str:
    """Return the ratings against their number, with the limits of chance; nobody is named."""
    points = (*facts.crowd, *facts.outside)
    least = min((point.n for point in points), default=30.0)
    most = max((point.n for point in points), default=100.0) * 1.1

    def place(n: float, value: float) -> tuple[float, float]:
        share = (log10(n) - log10(least)) / max(log10(most) - log10(least), 0.01)
        return LEFT + 6 + share * (WIDTH - LEFT - RIGHT - 12), _rated(value)

    axis = [_line(LEFT, _rated(n), WIDTH - RIGHT, _rated(n), colour="#d7e0e1", width=0.6) for n in _RATINGS]
    axis += [_text(LEFT - 5, _rated(n) + 3, str(n), anchor="end") for n in _RATINGS]
    ticks = [n for n in (30, 100, 300, 1000, 3000, 10_000) if least <= n <= most]
    axis += [_text(place(n, 1)[0], HEIGHT - 8, f"{french.number(n)} notes", anchor="middle") for n in ticks]
    limits = [limit for limit in facts.limits if least <= limit.n <= most]
    bounds = [
        f'<polyline points="{_points(place(limit.n, getattr(limit, side)) for limit in limits)}" '
        f'fill="none" stroke="{SOFT}" stroke-width="1" {dash}/>'
        for side, dash in (
            ("low_95", 'stroke-dasharray="4 3"'),
            ("high_95", 'stroke-dasharray="4 3"'),
            ("low_998", ""),
            ("high_998", ""),
        )
    ]
    crowd = [
        _dot(place(point.n, point.rating), 1.6 + min(point.people, 40) ** 0.5, ACCENT, 0.5)
        for point in facts.crowd
    ]
    outside = [_dot(place(point.n, point.rating), 3.2, WARM, 1.0) for point in facts.outside]
    return _svg([*axis, *bounds, *crowd, *outside])


def _dot(at: tuple[float, float], radius: float, colour: str, opacity: float) -> str:
    where = f'cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}"'
    return f'<circle {where} fill="{colour}" fill-opacity="{opacity}"/>'


def _svg(parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return f"{head}{''.join(parts)}</svg>"


def _x(at: int, months: Sequence[Month]) -> float:
    return LEFT + (at + 0.5) * (WIDTH - LEFT - RIGHT) / max(len(months), 1)


def _rated(value: float) -> float:
    return TOP + (5 - min(max(value, 1.0), 5.0)) / 4 * (HEIGHT - TOP - BOTTOM)


def _beside(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] - 4, point[1] - 7


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(x: float, y: float, to_x: float, to_y: float, *, colour: str, width: float) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="9" fill="{INK}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'
    )


def _months(months: Sequence[Month]) -> list[str]:
    """Name at most a dozen months under the axis, the year under the first and each January."""
    every = max(1, -(-len(months) // 12))
    return [
        _text(_x(at, months), HEIGHT - 10, _month(month.first, is_first=at == 0), anchor="middle")
        for at, month in enumerate(months)
        if at % every == 0
    ]


def _month(day: date, *, is_first: bool) -> str:
    name = french.month(day)
    return name if is_first or day.month == 1 else name.rsplit(" ", 1)[0]


def _marks(series: Series) -> list[str]:
    """Number what is marked; the list under the figure says what each is."""
    months = series.months
    found = []
    for number, mark in enumerate(series.marks, 1):
        at = next((at for at, month in enumerate(months) if month.first == mark.day.replace(day=1)), None)
        if at is not None:
            x = _x(at, months) + (mark.day.day / 31 - 0.5) * (WIDTH - LEFT - RIGHT) / len(months)
            found.append(_line(x, TOP, x, HEIGHT - BOTTOM, colour=WARM, width=0.9))
            found.append(_text(x, TOP - 4, str(number), anchor="middle", weight="bold"))
    return found


def _legend() -> list[str]:
    found, x = [], float(LEFT)
    for star in (1, 2, 3, 4, 5, 0):
        found.append(f'<rect x="{x:.1f}" y="2" width="7" height="7" fill="{STARS[star]}"/>')
        found.append(_text(x + 9, 9, NAMES[star]))
        x += 14 + 5.2 * len(NAMES[star])
    return found
