"""The figures of the pack, read back out of the PDF, the slides and the workbook."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from ereput.domain.errors import RefusedError
from ereput.domain.period import parse
from ereput.domain.practitioner import Viewer
from ereput.facts import meeting as facts
from ereput.facts import scope as scopes
from ereput.facts.pack import Audience, DecisionLine, Pack, Section
from ereput.jobs import meeting as jobs
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.demo_portfolio import load_demo
from ereput.report import meeting, words
from ereput.settings import parse_now
from ereput.store import open_store

NOW = parse_now("2026-11-23T09:00:00+01:00")
SPAN = parse("2026-Q3")
FORMULA = '=HYPERLINK("http://x.example","clic")'
REVERSED = "Appeler \u202eegarotS le cabinet\u202c"


@pytest.fixture(scope="module")
def context(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    path = tmp_path_factory.mktemp("report") / "ereput.db"
    shutil.copyfile(sqlite_template, path)
    with closing(open_store(f"sqlite:///{path}")) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        load_demo(made)
        yield made


@pytest.fixture(scope="module")
def packs(context: Context) -> dict[str, Pack]:
    scope = scopes.read(context.store, context.viewer)
    found = {}
    for name, one in (("one", scope.on("estrebois-tours")), ("all", replace(scope, chosen=None))):
        number = jobs.start(context, one, SPAN)
        jobs.decide(context, number, text=FORMULA, owner="@Léa")
        jobs.decide(context, number, text="Appeler le secrétariat de Dr Claire Estrebois", owner="Léa")
        found[name] = facts.read(context.store, context.viewer, one, SPAN, NOW)
    return found


def spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def pdf_text(data: bytes) -> tuple[str, int]:
    pages = PdfReader(BytesIO(data)).pages
    return spaces(" ".join(page.extract_text() for page in pages)), len(pages)


def rows(data: bytes, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(sheet).to_python()


@pytest.mark.parametrize("name", ["one", "all"])
def test_the_pdf_says_the_figures_of_the_pack(name: str, packs: dict[str, Pack]) -> None:
    pack = packs[name]
    data, pages = meeting.build(pack, ".pdf", now=NOW)
    text, counted = pdf_text(data)
    assert pages == counted
    assert 2 <= pages <= 4
    for one in pack.measures:
        for shown in (one.tile.text, one.tile.n_text, one.previous_text, one.usual_text):
            assert spaces(shown) in text, (one.key, shown)
    for term, definition in pack.definitions_all:
        assert spaces(term) in text
        assert spaces(definition)[:40] in text
    first = spaces(PdfReader(BytesIO(data)).pages[0].extract_text())
    assert "Compte rendu : les décisions" in first
    assert "Appeler le secrétariat" in first


def test_the_pdf_is_tagged_french_and_declares_pdf_ua(packs: dict[str, Pack]) -> None:
    catalog = PdfReader(BytesIO(meeting.build(packs["one"], ".pdf", now=NOW)[0])).trailer["/Root"]
    assert catalog["/Lang"] == "fr-FR"
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 (a PDF boolean)
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


@pytest.mark.parametrize("name", ["one", "all"])
def test_the_slides_hold_the_figures_in_native_tables_and_charts(name: str, packs: dict[str, Pack]) -> None:
    pack = packs[name]
    data, slides = meeting.build(pack, ".pptx", now=NOW)
    deck = Presentation(BytesIO(data))
    assert slides == len(deck.slides)
    assert 6 <= slides <= 8
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    tables = [shape.table for shape in shapes if shape.has_table]
    (figures,) = [table for table in tables if table.cell(0, 0).text == "Mesure"]
    for row, one in enumerate(pack.measures, 1):
        assert [figures.cell(row, at).text for at in (0, 1, 2, 4)] == [
            one.tile.label,
            one.tile.text,
            one.tile.n_text,
            one.previous_text,
        ]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    assert list(charts[0].plots[0].series[0].values) == pytest.approx(
        [month.rating for month in pack.series.months], nan_ok=True
    )
    stacked = zip(*(series.values for series in charts[1].plots[0].series), strict=True)
    assert [sum(month) for month in stacked] == [month.reviews for month in pack.series.months]
    assert all(slide.shapes.title is not None and slide.shapes.title.text for slide in deck.slides)


@pytest.mark.parametrize("name", ["one", "all"])
def test_the_workbook_holds_the_figures_as_numbers(name: str, packs: dict[str, Pack]) -> None:
    pack = packs[name]
    data, sheets = meeting.build(pack, ".xlsx", now=NOW)
    assert sheets == len(CalamineWorkbook.from_filelike(BytesIO(data)).sheet_names)
    for row, one in zip(rows(data, "Synthèse")[1:], pack.measures, strict=True):
        assert row[0] == one.tile.label
        assert row[1] == pytest.approx(one.tile.value)
        assert (row[3], row[7]) == (one.tile.n, one.previous_n)
        assert row[9] == (pytest.approx(one.usual_low) if one.usual_low is not None else "")
    months = rows(data, "Mois")[1:]
    assert [row[5] for row in months] == [month.reviews for month in pack.series.months]
    if pack.is_portfolio:
        people = rows(data, "Praticiens")[1:]
        assert sum(int(row[5]) for row in people) == pack.measures[1].tile.value  # type: ignore[call-overload]  # a number
    assert {row[0] for row in rows(data, "Définitions")} >= {term for term, _ in pack.definitions_all}


@pytest.mark.parametrize("suffix", [".pdf", ".pptx", ".xlsx"])
def test_a_broker_s_file_names_nobody_and_quotes_nothing(suffix: str, packs: dict[str, Pack]) -> None:
    pack = packs["all"]
    assert pack.quotes
    shown = facts.on_paper(Viewer("x", ADMINISTRATOR.role), pack, Audience.BROKER)
    data, _ = meeting.build(shown, suffix, now=NOW)
    text = flat(data, suffix)
    for person in pack.people:
        assert person.name.rsplit(" ", 1)[-1] not in text
    for quote in pack.quotes:
        assert spaces(quote.text)[:30] not in text
    assert shown.name(pack.rows[0].who) in text


def flat(data: bytes, suffix: str) -> str:
    if suffix == ".pdf":
        return pdf_text(data)[0]
    if suffix == ".xlsx":
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return spaces(
            " ".join(str(cell) for name in book.sheet_names for row in rows(data, name) for cell in row)
        )
    found = []
    for slide in Presentation(BytesIO(data)).slides:
        for shape in slide.shapes:
            found += [shape.text_frame.text] if shape.has_text_frame else []
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return spaces(" ".join(found))


def test_no_cell_is_a_formula(packs: dict[str, Pack]) -> None:
    import zipfile

    data, _ = meeting.build(packs["one"], ".xlsx", now=NOW)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert all(b"<f>" not in sheet and b"<hyperlink" not in sheet for sheet in sheets)
    decisions = [row[0] for row in rows(data, "Décisions")]
    assert f"'{FORMULA}" in decisions


def test_hostile_words_stay_words(packs: dict[str, Pack]) -> None:
    marked = "<script>alert(1)</script> #import 'x' $x$ *gras*"
    hostile = (REVERSED, marked, "mot " * 3000, "\x00\x07\ud800", "a" * 2000)
    lines = tuple(DecisionLine(at, None, None, text, "", None, "open") for at, text in enumerate(hostile, 1))
    pack = replace(
        packs["one"], decisions=lines, sections=(Section("x", "Thèmes", "…", ("A",), (("=1+1",),)),)
    )
    for suffix in meeting.MEDIA:
        text = flat(meeting.build(pack, suffix, now=NOW)[0], suffix)
        assert "<script>alert(1)</script>" in text
        assert "\u202e" not in text
    assert meeting.build(pack, ".pptx", now=NOW)[1] == 8


def test_a_character_that_no_font_draws_still_gives_a_file(packs: dict[str, Pack]) -> None:
    lines = (DecisionLine(1, None, None, "Appeler \U0001f9b7 \U000e0001 ཨ", "", None, "open"),)
    data, pages = meeting.build(replace(packs["one"], decisions=lines), ".pdf", now=NOW)
    assert data.startswith(b"%PDF")
    assert pages >= 2


def test_long_lists_stay_within_four_pages(packs: dict[str, Pack]) -> None:
    pack = packs["all"]
    many = replace(
        pack,
        rows=pack.rows * 60,
        decisions=pack.decisions * 40,
        followed=pack.decisions * 40,
        alerts=pack.alerts * 20,
    )
    assert meeting.build(many, ".pdf", now=NOW)[1] <= 4
    assert 6 <= meeting.build(many, ".pptx", now=NOW)[1] <= 8
    assert words.people(many, 20).more.startswith("Et ")


def test_anything_else_is_refused(packs: dict[str, Pack]) -> None:
    with pytest.raises(RefusedError):
        meeting.build(packs["one"], ".docx", now=NOW)
