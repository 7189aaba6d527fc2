"""Lists of insured practitioners: which column is what, and why."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.ingest.insured import InsuredRole, guess, read_insured, vocabulary

Write = Callable[..., Path]


@pytest.fixture(params=["csv", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    """Write rows as a file of each kind."""

    def written(*rows: Sequence[object]) -> Path:
        path = tmp_path / f"liste.{request.param}"
        if request.param == "csv":
            with path.open("w", encoding="cp1252", newline="") as file:
                csv.writer(file, delimiter=";").writerows(rows)
        else:
            with xlsxwriter.Workbook(str(path)) as book:
                sheet = book.add_worksheet()
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
        return path

    return written


def roles(path: Path) -> dict[str, str]:
    return {column.title: column.role.value for column in read_insured(path).columns if column.role}


def test_usual_titles(write: Write) -> None:
    path = write(
        ["Civilité", "Nom", "Prénom", "Profession", "Commune", "Code postal", "N° RPPS", "Courriel",
         "Garantie e-réputation (O/N)", "Compagnie", "Police n°", "Délai de déclaration (jours)"],
        ["Dr", "Noël", "Élise", "Chirurgien-dentiste", "Niort", "79000", "10001234567", "e.noel@exemple.fr",
         "O", "Mutuelle du Port", "RC-42", "5"],
    )  # fmt: skip
    assert list(roles(path).values()) == [
        "title", "last_name", "first_name", "profession", "city", "postcode", "rpps", "email",
        "guarantee", "insurer", "contract", "delay",
    ]  # fmt: skip


def test_a_title_above_the_header_and_columns_that_lie(write: Write) -> None:
    path = write(
        ["Portefeuille RC au 1er novembre 2026", "", "", ""],
        ["", "", "", ""],
        ["Praticien", "Contrat", "Date effet contrat", "Plafond garantie"],
        ["Dr Élise Noël", "RC-42", "01/01/2026", "20000"],
        ["Paul Marin", "RC-43", "01/02/2026", "20000"],
    )
    found = read_insured(path)
    assert roles(path) == {"Praticien": "name", "Contrat": "contract"}
    assert [(number, cells[InsuredRole.NAME]) for number, cells in found.rows()] == [
        (1, "Dr Élise Noël"),
        (2, "Paul Marin"),
    ]


def test_content_tells_what_no_title_does(write: Write) -> None:
    path = write(
        ["Nom complet", "Réf", "Contact", "RPPS"],
        ["Dr Élise Noël", "10001234567", "e.noel@exemple.fr", "inconnu"],
        ["Paul Marin", "10001234568", "p.marin@exemple.fr", "inconnu"],
    )
    reasons = {column.title: column.reason for column in read_insured(path).columns}
    assert roles(path) == {"Nom complet": "name", "Réf": "rpps", "Contact": "email"}
    assert reasons["Réf"] == "Lue comme le numéro RPPS, d’après son contenu."
    assert reasons["RPPS"] == "Colonne non utilisée."


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Nom", "Nom de l'assureur"], ["name", "insurer"]),
        (["Nom", "Prénom"], ["last_name", "first_name"]),
        (["Nom d'usage", "Ville d'exercice"], ["name", "city"]),
        (["Nom", "Statut du contrat"], ["name", None]),
        (["Raison sociale", "Département d’exercice"], ["name", "department"]),
    ],
)
def test_close_titles(titles: list[str], expected: list[str | None]) -> None:
    assert [column.role and column.role.value for column in guess(titles, [])] == expected


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"Date;Note;Avis\n01/02/2026;4;Bien\n", b"un texte sans tableau\n"]
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(RefusedError):
        read_insured(path)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(max_size=30), max_size=8),
    st.lists(st.lists(st.text(max_size=20), max_size=8), max_size=5),
)
def test_any_table_is_guessed_without_error(header: list[str], rows: list[list[str]]) -> None:
    found = guess(header, rows)
    given_roles = [column.role for column in found if column.role]
    assert len(found) == len(header)
    assert len(set(given_roles)) == len(given_roles)


def test_each_word_stands_for_one_thing() -> None:
    known = vocabulary()
    titles = [title for entry in known.roles.values() for title in entry.titles]
    assert len(set(titles)) == len(titles)
    assert set(known.guarantees.values()) == {"oui", "non", "inconnue"}
    assert {"yes", "true", "n", "0"} <= known.guarantees.keys()
