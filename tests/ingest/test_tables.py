import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from ereput.domain.publication import Draft, Reject
from ereput.ingest import RefusedError, read_bytes, read_file

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
HEAD = "Date;Auteur;Note;Avis\n"


def read(data: bytes | str, name: str = "avis.csv") -> list[Draft | Reject]:
    return list(read_bytes(data.encode() if isinstance(data, str) else data, name, now=NOW).items)


def texts(data: bytes | str) -> list[str]:
    return [item.text for item in read(data) if isinstance(item, Draft)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_end(delimiter: str, end: str) -> None:
    row = delimiter.join(("14/03/2025", "Lise", "5", "Bien reçue ici"))
    assert texts(HEAD.replace(";", delimiter).replace("\n", end) + row + end) == ["Bien reçue ici"]


def test_the_directive_of_spreadsheets_is_obeyed() -> None:
    assert texts(b"sep=|\r\n" + HEAD.replace(";", "|").encode() + b"14/03/2025|Lise|5|a;b;c\r\n") == ["a;b;c"]


def test_quoted_cells_hold_lines_quotes_and_delimiters() -> None:
    assert texts(HEAD + '14/03/2025;Lise;5;"un ; ""deux""\n\ntrois"\n') == ['un ; "deux"\n\ntrois']
    assert texts('Date,Auteur,Note,Avis\n14/03/2025,Lise,5,"dit \\"bonjour\\", puis rien"\n') == [
        'dit "bonjour", puis rien'
    ]


@pytest.mark.parametrize("first", ["Date,Auteur,Note,Avis", '"Date,Auteur,Note,Avis"'])
def test_lines_quoted_whole_by_a_spreadsheet_are_opened(first: str) -> None:
    assert texts(f'{first}\n"14/03/2025,Lise,5,""Bien, merci"""\n') == ["Bien, merci"]


def test_titles_repeated_in_the_middle_are_no_review() -> None:
    assert [type(item) for item in read(HEAD + "14/03/2025;Lise;5;Bien\n" + HEAD)] == [Draft, Reject]


def test_a_stray_quote_does_not_swallow_the_file() -> None:
    rows = "".join(f"1{n}/03/2025;Omar{n};3;moyen sans plus {'x' * 80}\n" for n in range(10))
    assert len(texts(HEAD + '09/03/2025;Lise;5;"Bon\n' + rows)) == 11


def test_nul_bytes_are_dropped() -> None:
    assert texts(HEAD + "14/03/2025;Li\x00se;5;Bi\x00en reçue\n") == ["Bien reçue"]


def test_a_cell_of_two_megabytes_is_read_and_a_larger_one_refused_alone() -> None:
    long = HEAD + "14/03/2025;Lise;5;" + "mot " * 500_000 + "\n15/03/2025;Omar;1;court et mal\n"
    assert [len(text) for text in texts(long)] == [200_000, 12]
    endless = HEAD + "15/03/2025;Omar;1;court et mal\n14/03/2025;Lise;5;" + "mot " * 2_500_000 + "\n"
    assert [type(item) for item in read(endless)] == [Draft, Reject]


@pytest.mark.parametrize(
    "data", [b'"' * 200_000, b";" * 200_000, b"a" * 2_000_000, b"a;b\n" * 50_000, b"\n" * 100_000 + b"x"]
)
def test_shapeless_texts_are_refused(data: bytes) -> None:
    with pytest.raises(RefusedError):
        read(data)


def test_a_large_file_is_never_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "grand.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD)
        for number in range(12_000):
            stream.write(f"14/03/2025;Auteur {number};{number % 5 + 1};{'mot ' * 60}{number}\n")
    items = read_file(path, now=NOW).items
    tracemalloc.start()
    count = sum(isinstance(item, Draft) for item in items)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 12_000
    assert peak < path.stat().st_size / 2


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        fill(book)
    return buffer.getvalue()


def sheet_xml(cells: str) -> bytes:
    """Return a workbook whose one sheet holds raw cells."""
    data = workbook(lambda book: book.add_worksheet())
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'.encode()
            out.writestr(item.filename, content)
    return buffer.getvalue()


def test_a_workbook_that_claims_billions_of_cells_is_refused() -> None:
    far = (
        "<row r='1'><c t='inlineStr' r='A1'><is><t>Date</t></is></c></row>"
        "<row r='1048576'><c t='inlineStr' r='XFD1048576'><is><t>x</t></is></c></row>"
    )
    with pytest.raises(RefusedError, match="démesuré"):
        read(sheet_xml(far))


def test_a_damaged_workbook_is_refused() -> None:
    whole = workbook(lambda book: book.add_worksheet().write(0, 0, "Date"))
    for data in (
        whole[: len(whole) // 2],
        whole[:60],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        sheet_xml("<row"),
    ):
        with pytest.raises(RefusedError):
            read(data)


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(RefusedError, match="vide"):
        read(workbook(lambda book: book.add_worksheet()))


def test_numbers_of_spreadsheets_are_shown_as_typed() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for column, title in enumerate(("Date", "Code avis", "Note", "Avis")):
            sheet.write(0, column, title)
        sheet.write_row(1, 0, [45730, 123456789, 4.5, "Bien reçue ici"])

    (draft,) = read(workbook(fill))
    assert isinstance(draft, Draft)
    assert draft.published is not None
    assert (draft.published.day.isoformat(), draft.rating) == ("2025-03-14", 4.5)
