"""The list of insured practitioners: whom a row is, what it changes; a second run changes nothing."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Profession, Role
from ereput.ingest.insured import InsuredRole
from ereput.jobs import insured, practitioners, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.insured import InsuredOutcome, understand
from ereput.store import open_store, schema
from ereput.store import practitioners as table

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEADER = "Nom;Profession;Ville;CP;RPPS;E-mail;Garantie;Assureur;Contrat;Délai"
NOEL = (
    "Dr Élise Noël;Chirurgien-dentiste;Niort;79000;10001234567;E.Noel@exemple.fr;oui;"
    "Mutuelle du Port;RC-42;10 jours"
)
MARIN = "Paul Marin;Infirmier libéral;Tours;37000;;;non;;;"


@pytest.fixture
def context(database_url: str) -> Iterator[Context]:
    with closing(open_store(database_url)) as store:
        yield Context(store, ADMINISTRATOR, NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def imported(
    context: Context, folder: Path, *rows: str, header: str = HEADER, **options: Any
) -> InsuredOutcome:
    path = folder / "liste.csv"
    path.write_text("\n".join([header, *rows]), "utf-8")
    return insured.import_list(context, path, portfolio_name="Ouest", **options)


def people(context: Context) -> dict[str, Any]:
    with context.store.reading() as connection:
        return {who.slug: who for who in table.read_all(connection, context.viewer)}


def audit(context: Context) -> list[tuple[str, str, str]]:
    query = sa.select(schema.audit.c.action, schema.audit.c.subject, schema.audit.c.detail)
    with context.store.reading() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(schema.audit.c.id))]


def test_a_list_is_added_once_and_a_second_run_changes_nothing(context: Context, folder: Path) -> None:
    done = imported(context, folder, NOEL, MARIN)
    assert (done.read, done.added, done.changed, done.rejected) == (2, 2, 0, 0)
    noel = people(context)["dr-elise-noel"]
    assert (noel.profession, noel.department, noel.email) == (Profession.DENTIST, "79", "e.noel@exemple.fr")
    assert (noel.guarantee, noel.insurer, noel.contract, noel.declaration_days) == (
        "oui",
        "Mutuelle du Port",
        "RC-42",
        10,
    )
    before, lines = people(context), audit(context)
    again = imported(context, folder, NOEL, MARIN)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert (people(context), audit(context)) == (before, lines)


def test_an_update_changes_what_it_says_and_leaves_a_line(context: Context, folder: Path) -> None:
    imported(context, folder, NOEL)
    row = "NOËL Élise;;Niort;;10001234567;autre@exemple.fr;non;;;"
    done = imported(context, folder, row)
    noel = people(context)["dr-elise-noel"]
    assert (done.changed, noel.guarantee, noel.insurer, noel.name) == (
        1,
        "non",
        "Mutuelle du Port",
        "Dr Élise Noël",
    )
    action, slug, detail = audit(context)[-2]
    assert (action, slug) == ("praticien modifié", "dr-elise-noel")
    assert "garantie oui → non" in detail
    assert "e-mail" in detail
    assert "exemple.fr" not in detail
    with context.store.reading() as connection:
        assert table.read_versions(connection, [noel.id]) == {noel.id: 1}


@pytest.mark.parametrize(
    ("row", "added", "changed", "why"),
    [
        ("Dr Élise Noël;;Niort;;;;;;;", 0, 0, ""),
        ("Dr Élise Noël;;Poitiers;;;;;;;", 1, 0, ""),
        ("Dr Élise Noël;;Niort;;10009999999;;;;;", 1, 0, ""),
        ("Dr Élise Noël;;;;;;;;RC-42;", 0, 0, ""),
        ("Élise Noël-Martin;;Niort;;10001234567;;;;;", 0, 1, ""),
        ("Dr Élise Noël;;;;;;;;;", 0, 0, "ajoutez la ville"),
        ("Paul Marin;;Tours;;10001234567;;;;;", 0, 1, ""),
        (";;Niort;;;;;;;", 0, 0, "pas de nom"),
        (f"{'x' * 400};;Niort;;;;;;;", 0, 0, "300 caractères"),
    ],
)
def test_whom_a_row_is(
    context: Context, folder: Path, *, row: str, added: int, changed: int, why: str
) -> None:
    imported(context, folder, NOEL, MARIN)
    done = imported(context, folder, row, "Zoé Témoin;;Lille;;;;;;;")
    assert (done.added - 1, done.changed, done.rejected) == (added, changed, int(bool(why)))
    assert not why or why in done.rejects[0][1]


def test_signs_that_point_to_two_people_are_rejected(context: Context, folder: Path) -> None:
    imported(context, folder, NOEL, MARIN.replace(";;;non", ";10007654321;;non").replace(";;10", ";10"))
    header = "Identifiant;Nom;Ville;RPPS"
    done = imported(context, folder, "paul-marin;Paul Marin;Tours;10001234567", "a;Zoé;Lille;", header=header)
    assert "plusieurs assurés" in done.rejects[0][1]


def test_two_rows_of_one_person_must_agree(context: Context, folder: Path) -> None:
    done = imported(context, folder, NOEL, NOEL, NOEL.replace("oui", "non"))
    assert (done.added, done.unchanged, done.rejected) == (1, 1, 1)
    assert "ligne 1" in done.rejects[0][1]
    assert people(context)["dr-elise-noel"].guarantee == "oui"


def test_namesakes_get_a_slug_each(context: Context, folder: Path) -> None:
    practitioners.add(context, name="Paul Marin", portfolio="Est")
    imported(
        context, folder, MARIN, MARIN.replace("Tours", "Brest"), "Paul Marin;;Lyon;;;;;;;", "李;;Lille;;;;;;;"
    )
    assert people(context).keys() == {
        "paul-marin", "paul-marin-tours", "paul-marin-brest", "paul-marin-lyon", "praticien",
    }  # fmt: skip


def test_a_corrected_column_is_remembered(context: Context, folder: Path) -> None:
    header = "Libellé;Lieu d’activité;Garantie"
    with pytest.raises(RefusedError, match="quelle colonne porte les noms"):
        imported(context, folder, "Dr Élise Noël;Niort;oui", header=header)
    columns = {"nom": "Libellé", "ville": "Lieu d’activité"}
    done = imported(context, folder, "Dr Élise Noël;Niort;oui", header=header, columns=columns)
    assert (done.added, people(context)["dr-elise-noel"].city) == (1, "Niort")
    assert done.columns[0].reason == "Lue comme le nom affiché, à votre demande."
    again = imported(context, folder, "Dr Élise Noël;Niort;oui", header=header)
    assert (again.unchanged, [column.role for column in again.columns]) == (
        1,
        [InsuredRole.NAME, InsuredRole.CITY, InsuredRole.GUARANTEE],
    )
    with pytest.raises(RefusedError, match="n’est pas une colonne"):
        imported(context, folder, NOEL, columns={"pointure": "Nom"})
    with pytest.raises(RefusedError, match="Aucune colonne"):
        imported(context, folder, NOEL, columns={"ville": "Pays"})


def test_nothing_is_kept_when_nothing_is_understood(context: Context, folder: Path) -> None:
    with pytest.raises(RefusedError, match="Aucune ligne"):
        imported(context, folder, ";Médecin;Niort;;;;;;;")
    assert (people(context), audit(context)) == ({}, [])
    with context.store.reading() as connection:
        assert table.read_portfolios(connection, ADMINISTRATOR) == []


def test_nobody_real_enters_the_demonstration(context: Context, folder: Path) -> None:
    with context.store.writing() as connection:
        table.ensure_portfolio(connection, "Ouest", is_demo=True)
    with pytest.raises(RefusedError, match="démonstration"):
        imported(context, folder, NOEL)


def test_who_may_import(context: Context, folder: Path) -> None:
    imported(context, folder, NOEL)
    viewers.add(context, name="Carla", role=Role.BROKER, portfolios=["Ouest"])
    viewers.add(context, name="Alba", role=Role.PRACTITIONER, people=["dr-elise-noel"])
    viewers.add(context, name="Lise", role=Role.READER, portfolios=["Ouest"])
    assert imported(viewers.enter(context.store, "Carla", NOW), folder, MARIN).added == 1
    with pytest.raises(RefusedError, match="Est"):
        insured.import_list(
            viewers.enter(context.store, "Carla", NOW), folder / "liste.csv", portfolio_name="Est"
        )
    for name in ("Alba", "Lise"):
        with pytest.raises(RefusedError, match="rôle"):
            imported(viewers.enter(context.store, name, NOW), folder, MARIN)


@pytest.mark.parametrize(
    ("role", "text", "field", "value"),
    [
        ("delay", "5 jours ouvrés", "declaration_days", 5),
        ("delay", "2 semaines", "declaration_days", 10),
        ("delay", "1 mois", "declaration_days", 20),
        ("delay", "14 jours calendaires", "declaration_days", 10),
        ("delay", "10 j", "declaration_days", 10),
        ("delay", "30", "declaration_days", 30),
        ("delay", "0", "declaration_days", None),
        ("delay", "rapide", "declaration_days", None),
        ("guarantee", "Souscrite", "guarantee", "oui"),
        ("guarantee", "X", "guarantee", "oui"),
        ("guarantee", "non souscrite", "guarantee", "non"),
        ("guarantee", "peut-être", "guarantee", None),
        ("rpps", "10 001 234 567", "rpps", "10001234567"),
        ("rpps", "123", "rpps", None),
        ("email", "Nom@Exemple.fr", "email", "nom@exemple.fr"),
        ("email", "nom chez exemple", "email", None),
        ("department", "1", "department", "01"),
        ("department", "79 - Deux-Sèvres", "department", "79"),
        ("department", "2a", "department", "2A"),
        ("department", "Deux-Sèvres", "department", "Deux-Sèvres"),
        ("postcode", "1000", "department", "01"),
        ("postcode", "20137", "department", "2A"),
        ("postcode", "20290", "department", "2B"),
        ("postcode", "97410", "department", "974"),
        ("profession", "Infirmière libérale (IDEL)", "profession", Profession.NURSE),
        ("profession", "Sage-femme", "profession", Profession.MIDWIFE),
        ("profession", "CHIRURGIEN DENTISTE", "profession", Profession.DENTIST),
        ("profession", "Masseuse-kinésithérapeute", "profession", Profession.PHYSIOTHERAPIST),
        ("profession", "Cardiologue", "profession", Profession.DOCTOR),
        ("profession", "Ostéopathe", "profession", Profession.OTHER),
    ],
)
def test_what_a_cell_means(role: str, text: str, field: str, value: object) -> None:
    values, remarks = understand({InsuredRole.NAME: "N", InsuredRole(role): text})
    assert values.get(field) == value
    assert len(remarks) == int(value is None)
    assert value is not None or text in remarks[0]


def test_a_large_list_takes_seconds(context: Context, folder: Path) -> None:
    rows = [
        f"Praticien {n:05};Médecin;Ville {n % 90};79000;{10_000_000_000 + n};;oui;A;C{n};5"
        for n in range(3_000)
    ]
    done = imported(context, folder, *rows)
    assert done.added == 3_000
    assert imported(context, folder, *rows).unchanged == 3_000
    assert done.seconds < 10
