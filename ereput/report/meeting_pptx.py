"""The meeting as slides to be edited: native tables and charts, seven of them, eight with other subjects."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

from ereput.facts import french
from ereput.facts.pack import Pack
from ereput.report import words
from ereput.report.cells import cell, printable
from ereput.report.words import Table

ACCENT, INK, SOFT, BAND = "0B6E69", "1C2B30", "54666C", "EEF3F4"
STARS = ("A33B00", "D98246", "C3C9CB", "4C9CC2", "0072B2", "8A969A")
STAR_NAMES = ("1 étoile", "2 étoiles", "3 étoiles", "4 étoiles", "5 étoiles", "sans note")
_POINT_COLOURS = {"Assurés": "0072B2", "Hors limites": "A64B00"}
LONGEST_CELL, LONGEST_TITLE = 110, 45
MOST = {"followed": 4, "minutes": 6, "cases": 6, "alerts": 5, "people": 10, "sources": 6, "rooms": 6}
WIDE = 12.3
_MARGIN = 0.5
_LEADING, _LETTER = 1.25, 0.56
"""The height of a line and the mean width of a letter, in the size of the letters."""


class Deck:
    """Slides of 13.33 by 7.5 inches, filled from the top."""

    def __init__(self) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.inches = Inches
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(13.333), Inches(7.5)

    @contextmanager
    def slide(self, title: str, under: str = "") -> Iterator["Page"]:
        """Yield a new slide with its title, and a line beneath."""
        made = self.file.slides.add_slide(self.file.slide_layouts[5])
        page = Page(self, made)
        shape = made.shapes.title
        shape.left, shape.top = self.inches(_MARGIN), self.inches(0.3)
        shape.width, shape.height = self.inches(WIDE), self.inches(0.65)
        page.write(
            shape.text_frame, title, size=28 if len(title) <= LONGEST_TITLE else 20, colour=ACCENT, bold=True
        )
        if under:
            page.say(under, top=0.92, size=12, colour=SOFT)
        yield page


class Page:
    """One slide; sizes are inches from its top left corner."""

    def __init__(self, deck: Deck, slide: Any) -> None:
        self.deck, self.slide = deck, slide

    def _box(self, left: float, top: float, width: float, height: float) -> tuple[Any, ...]:
        return tuple(self.deck.inches(value) for value in (left, top, width, height))

    def write(self, frame: Any, text: str, *, size: float, colour: str = INK, bold: bool = False) -> None:
        """Write one paragraph into a frame, in French."""
        from pptx.dml.color import RGBColor
        from pptx.enum.lang import MSO_LANGUAGE_ID
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = printable(text)
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour)
        run.font.language_id = MSO_LANGUAGE_ID.FRENCH

    def say(
        self,
        text: str,
        *,
        top: float,
        size: float = 14,
        colour: str = INK,
        left: float = _MARGIN,
        width: float = WIDE,
        bold: bool = False,
    ) -> float:
        """Write a line of text, on several where it is long; return where the next thing may begin."""
        shape = self.slide.shapes.add_textbox(*self._box(left, top, width, 0.4))
        self.write(shape.text_frame, text, size=size, colour=colour, bold=bold)
        return top + _lines_of(text, width, size) * size * _LEADING / 72 + 0.14

    def table(
        self,
        part: Table,
        *,
        top: float,
        left: float = _MARGIN,
        width: float = WIDE,
        size: float = 11,
        is_titled: bool = True,
    ) -> float:
        """Lay a table under its title; return where the next thing may begin."""
        if is_titled:
            top = self.say(part.title, top=top, left=left, width=width, size=15, bold=True)
        if not part.rows:
            return self.say(part.empty, top=top, left=left, width=width, size=12, colour=SOFT)
        lines = [part.columns, *part.rows]
        shape = self.slide.shapes.add_table(
            len(lines), len(part.columns), *self._box(left, top, width, 0.3 * len(lines))
        )
        shape.name = part.title
        _describe(shape, part.title)
        shares = words.widths(part)
        wide = [width * share / sum(shares) for share in shares]
        for column, share in zip(shape.table.columns, wide, strict=True):
            column.width = self.deck.inches(share)
        for row, cells in enumerate(lines):
            tall = max(
                _lines_of(_clip(text), share - 0.15, size) for text, share in zip(cells, wide, strict=True)
            )
            height = tall * size * _LEADING / 72 + 0.08
            shape.table.rows[row].height = self.deck.inches(height)
            top += height
            for at, text in enumerate(cells):
                self._cell(shape.table.cell(row, at), _clip(text), size=size, is_head=row == 0)
        if part.more:
            top = self.say(part.more, top=top, left=left, width=width, size=11, colour=SOFT)
        return top + 0.12

    def _cell(self, at: Any, text: str, *, size: float, is_head: bool) -> None:
        from pptx.dml.color import RGBColor
        from pptx.util import Pt

        at.margin_left = at.margin_right = Pt(5)
        at.margin_top = at.margin_bottom = Pt(2)
        at.fill.solid()
        at.fill.fore_color.rgb = RGBColor.from_string(ACCENT if is_head else "FFFFFF")
        self.write(at.text_frame, text, size=size, colour="FFFFFF" if is_head else INK, bold=is_head)

    def chart(self, kind: Any, data: Any, *, box: tuple[float, float, float, float], alt: str) -> Any:
        """Draw a native chart, with the sentence that sums it up as alternative text."""
        from pptx.util import Pt

        frame = self.slide.shapes.add_chart(kind, *self._box(*box), data)
        frame.name = alt[:60]
        _describe(frame, alt)
        chart = frame.chart
        chart.font.size = Pt(11)
        chart.has_title = False
        return chart


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL].rsplit(" ", 1)[0] + " …"


def _lines_of(text: str, width: float, size: float) -> int:
    """Return on how many lines a text runs in a width of so many inches: an estimate, on the safe side."""
    return max(1, ceil(len(text) * size * _LETTER / 72 / max(width, 0.2)))


def _describe(frame: Any, text: str) -> None:
    frame._element.nvGraphicFramePr.cNvPr.set("descr", printable(text))  # noqa: SLF001 (python-pptx has no other way)


def build(pack: Pack, *, now: datetime) -> tuple[bytes, int]:
    """Return the slides and their number."""
    deck = Deck()
    _properties(deck, pack, now)
    _decisions(deck, pack)
    _pressing(deck, pack)
    _measures(deck, pack)
    _curves(deck, pack)
    _drivers(deck, pack)
    _state(deck, pack)
    if pack.sections:
        _rooms(deck, pack)
    _annex(deck, pack)
    file = BytesIO()
    deck.file.save(file)
    return file.getvalue(), len(deck.file.slides)


def _properties(deck: Deck, pack: Pack, now: datetime) -> None:
    known = deck.file.core_properties
    known.title = printable(f"Réunion · {pack.heading} · {pack.label}")[:250]
    known.author = known.last_modified_by = "ereput"
    known.language = "fr-FR"
    known.created = known.modified = now.replace(tzinfo=None)


def _decisions(deck: Deck, pack: Pack) -> None:
    title = f"{pack.heading} · {words.subtitle(pack)}"
    with deck.slide(title[:120], words.status(pack)) as page:
        top = page.say(pack.sentence, top=1.4, size=18) + 0.1
        if pack.followed:
            top = page.table(words.followed(pack, MOST["followed"]), top=top)
        page.table(words.minutes(pack, MOST["minutes"]), top=top)


def _pressing(deck: Deck, pack: Pack) -> None:
    with deck.slide("Ce qui attend une décision") as page:
        top = page.table(words.open_cases(pack, MOST["cases"]), top=1.1)
        page.table(words.open_alerts(pack, MOST["alerts"]), top=top)


def _measures(deck: Deck, pack: Pack) -> None:
    with deck.slide("Cinq chiffres", f"{pack.label}, comparé : {pack.label_before}") as page:
        page.table(words.measures(pack), top=1.6, size=13, is_titled=False)


def _curves(deck: Deck, pack: Pack) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    months = pack.series.months
    names = [cell(french.month(month.first)) for month in months]
    with deck.slide("Comment cela évolue") as page:
        rating = CategoryChartData(number_format="0.0")
        rating.categories = names
        rating.add_series("Note estimée", [month.rating for month in months])
        rating.add_series("Bas de la marge", [month.low for month in months])
        rating.add_series("Haut de la marge", [month.high for month in months])
        box = (_MARGIN, 1.0, WIDE, 2.6)
        chart = page.chart(XL_CHART_TYPE.LINE_MARKERS, rating, box=box, alt=pack.series.rating)
        _axis(chart, least=1, most=5)
        _lines(chart)
        page.say(pack.series.rating, top=3.6, size=12, colour=SOFT)
        stars = CategoryChartData(number_format="0")
        stars.categories = names
        for name, star in zip(STAR_NAMES, (1, 2, 3, 4, 5, 0), strict=True):
            stars.add_series(name, [month.stars[star] for month in months])
        box = (_MARGIN, 4.0, WIDE, 2.5)
        chart = page.chart(XL_CHART_TYPE.COLUMN_STACKED, stars, box=box, alt=pack.series.volume)
        _bars(chart)
        marks = " ; ".join(mark.text for mark in pack.series.marks)
        page.say(f"{pack.series.volume} {marks}".strip(), top=6.55, size=12, colour=SOFT)


def _axis(chart: Any, *, least: float, most: float) -> None:
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = least, most, 1
    axis.has_major_gridlines = True
    chart.has_legend = True
    chart.legend.include_in_layout = False


def _lines(chart: Any) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    for at, series in enumerate(chart.plots[0].series):
        series.smooth = False
        series.format.line.color.rgb = RGBColor.from_string("0072B2" if at == 0 else "8A969A")
        series.format.line.width = Pt(2.5 if at == 0 else 1.25)
        if at:
            series.format.line.dash_style = MSO_LINE.DASH
            series.marker.style = XL_MARKER_STYLE.NONE


def _bars(chart: Any) -> None:
    from pptx.dml.color import RGBColor

    chart.has_legend = True
    chart.legend.include_in_layout = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60, 100
    for colour, series in zip(STARS, plot.series, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour)


def _drivers(deck: Deck, pack: Pack) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    with deck.slide("Ce qui l’explique", pack.driving) as page:
        if pack.drivers:
            data = CategoryChartData(number_format="0")
            data.categories = [cell(one.name) for one in reversed(pack.drivers)]
            data.add_series("Période précédente", [one.previous for one in reversed(pack.drivers)])
            data.add_series("Cette période", [one.negatives for one in reversed(pack.drivers)])
            box = (_MARGIN, 1.4, 6.3, 4.0)
            chart = page.chart(XL_CHART_TYPE.BAR_CLUSTERED, data, box=box, alt=pack.driving)
            _clustered(chart)
        page.table(words.drivers(pack), top=1.5, left=7.0, width=5.8, size=10, is_titled=False)
        top = 5.45
        if pack.quotes:
            top = page.say("Deux avis, masqués", top=top, size=15, bold=True)
        for quote in pack.quotes:
            top = page.say(f"{french.quoted(quote.text)} ({quote.source})", top=top, size=13)


def _clustered(chart: Any) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    chart.has_legend = True
    chart.legend.include_in_layout = False
    chart.category_axis.tick_labels.font.size = Pt(9)
    chart.plots[0].gap_width = 40
    for colour, series in zip(("AAB4B7", ACCENT), chart.plots[0].series, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour)


def _state(deck: Deck, pack: Pack) -> None:
    if not pack.is_portfolio:
        with deck.slide("Santé des sources") as page:
            page.table(words.sources(pack, MOST["sources"]), top=1.2, size=13, is_titled=False)
        return
    with deck.slide("Le portefeuille", pack.funnel.takeaway if pack.funnel else "") as page:
        wide = 5.4 if pack.funnel and pack.funnel.centre is not None else 0.0
        if wide:
            _funnel(page, pack)
        left = _MARGIN + wide + (0.2 if wide else 0.0)
        wide = WIDE - left + _MARGIN
        page.table(words.people(pack, MOST["people"]), top=1.4, left=left, width=wide, size=9)
        page.table(words.sources(pack, 3), top=5.3, width=5.2, size=9)


def _funnel(page: Page, pack: Pack) -> None:
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    facts = pack.funnel
    if facts is None:
        return
    data = XyChartData(number_format="0.0")
    shown = {
        "Limite basse à 99,8\u202f%": [(limit.n, limit.low_998) for limit in facts.limits],
        "Limite haute à 99,8\u202f%": [(limit.n, limit.high_998) for limit in facts.limits],
        "Assurés": [(point.n, point.rating) for point in facts.crowd],
        "Hors limites": [(point.n, point.rating) for point in facts.outside],
    }
    for name, points in shown.items():
        if not points:
            continue
        series = data.add_series(name)
        for x, y in points:
            series.add_data_point(x, y)
    chart = page.chart(XL_CHART_TYPE.XY_SCATTER, data, box=(_MARGIN, 1.5, 5.4, 3.7), alt=facts.takeaway)
    _axis(chart, least=1, most=5)
    _points(chart)


def _points(chart: Any) -> None:
    """Show people as points, limits as lines."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_MARKER_STYLE
    from pptx.util import Pt

    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.category_axis.has_major_gridlines = False
    for series in chart.plots[0].series:
        if series.name in _POINT_COLOURS:
            series.format.line.fill.background()
            series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 8
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = RGBColor.from_string(_POINT_COLOURS[series.name])
        else:
            series.marker.style = XL_MARKER_STYLE.NONE
            series.format.line.width = Pt(1.25)
            series.format.line.color.rgb = RGBColor.from_string(SOFT)


def _rooms(deck: Deck, pack: Pack) -> None:
    with deck.slide("Autres sujets") as page:
        top = 1.1
        for table in words.rooms(pack, MOST["rooms"]):
            top = page.table(table, top=top)


def _annex(deck: Deck, pack: Pack) -> None:
    with deck.slide("Définitions et origine des chiffres") as page:
        top = 1.0
        for name, text in pack.definitions_all:
            top = page.say(f"{name}{french.THIN}: {text}", top=top, size=10) - 0.08
        told = " · ".join(f"{name}{french.THIN}: {value}" for name, value in pack.origins.lines)
        top = page.say(told, top=top + 0.1, size=10, colour=SOFT)
        page.say(pack.notice, top=top, size=9, colour=SOFT)
