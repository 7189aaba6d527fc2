"""A hostile review leaves in every kind of file as text: no formula, no link, nothing lost."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.facts.portfolio import Asked
from ereput.facts.sources import Reject
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.exporting import export
from ereput.jobs.importing import import_file
from ereput.jobs.insured_export import export_list
from ereput.jobs.practitioners import add
from ereput.report.cells import LONGEST, cell, workbook_cell
from ereput.store import open_store
from ereput.ui.imports import _file_of
from tests.security import hostile

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STARTS = tuple("=+-@\t\r\n＝＋－＠")


@pytest.fixture(scope="module")
def context(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    folder = tmp_path_factory.mktemp("hostile")
    database = folder / "ereput.db"
    database.write_bytes(sqlite_template.read_bytes())
    with closing(open_store(f"sqlite:///{database}")) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        add(made, name=hostile.FORMULA, slug="alba", city=hostile.HEADER)
        found = import_file(
            made,
            hostile.export(folder / "avis.csv", huge=True),
            name="avis.csv",
            practitioner="alba",
            platform="google",
        )
        assert found.new == found.read == len(hostile.TEXTS) + len(hostile.FORMULAS) + 1
        yield made


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def workbook(path: Path) -> str:
    with zipfile.ZipFile(path) as files:
        assert not [name for name in files.namelist() if "externalLink" in name or "vba" in name]
        return "".join(files.read(name).decode() for name in files.namelist() if "worksheets/" in name)


def test_no_cell_of_a_csv_is_a_formula_and_none_is_lost(context: Context, tmp_path: Path) -> None:
    csv.field_size_limit(10**7)
    export(context, "alba", tmp_path / "avis.csv")
    rows = table(tmp_path / "avis.csv")
    assert [one for row in rows for one in row if one.lstrip().startswith(STARTS)] == []
    texts = [row[rows[0].index("texte")] for row in rows]
    assert any(text.startswith("'=HYPERLINK") for text in texts)
    assert len(max(texts, key=len)) > LONGEST  # what reading keeps of a text, in whole


def test_no_cell_of_a_workbook_is_a_formula_and_a_long_text_is_cut_not_dropped(
    context: Context, tmp_path: Path
) -> None:
    from python_calamine import CalamineWorkbook

    export(context, "alba", tmp_path / "avis.xlsx")
    sheet = workbook(tmp_path / "avis.xlsx")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    rows = CalamineWorkbook.from_path(tmp_path / "avis.xlsx").get_sheet_by_index(0).to_python()
    longest = max((str(one) for row in rows for one in row), key=len)
    assert len(longest) == LONGEST
    assert longest.startswith("Très long.")
    assert longest.endswith("texte complet dans l’export .csv ou .json")


def test_json_gives_the_whole_text_back(context: Context, tmp_path: Path) -> None:
    export(context, "alba", tmp_path / "avis.json")
    texts = [row["body"] for row in json.loads((tmp_path / "avis.json").read_text("utf-8"))]
    longest = max(texts, key=len)
    assert len(longest) > LONGEST
    assert hostile.HUGE.startswith(longest)


def test_no_name_of_the_list_of_insured_is_a_formula(context: Context, tmp_path: Path) -> None:
    export_list(context, tmp_path / "assures.xlsx", asked=Asked())
    assert "<f>" not in workbook(tmp_path / "assures.xlsx")


def test_no_rejected_row_is_a_formula() -> None:
    data = _file_of([Reject(rank, text, text) for rank, text in enumerate(hostile.FORMULAS)])
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert [one for row in rows for one in row if one.lstrip().startswith(STARTS)] == []


@pytest.mark.parametrize("name", ["../../dehors.csv", "dehors.exe", "dehors"])
def test_an_export_goes_only_where_it_is_told_and_as_what_it_says(
    name: str, context: Context, tmp_path: Path
) -> None:
    from ereput.domain.errors import RefusedError

    inside = tmp_path / "absent" / "dossier"
    with pytest.raises(RefusedError):
        export(context, "alba", inside / name if name.startswith("..") else tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@given(st.text())
@pytest.mark.parametrize("made", [cell, workbook_cell])
def test_whatever_the_text_no_cell_is_a_formula(made: Callable[[str], str], text: str) -> None:
    assert not made(text).lstrip(" \u00a0").startswith(STARTS)


def test_a_name_that_turns_itself_around_is_shown_straight(context: Context) -> None:
    found = add(context, name=f"{hostile.REVERSED}\r\n{hostile.CONTROL}", slug="tourne", city="A\u202eB")
    assert found.name == "Dr gpj.exe fin avantaprès[31m"
    assert found.city == "AB"
