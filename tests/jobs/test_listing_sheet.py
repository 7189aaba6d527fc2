"""A sheet of listings as a secretary types it: matched, normalised, its rejects explained."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.presence import Listing, ListingStatus, Origin
from ereput.jobs import practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.listing_sheet import import_sheet
from ereput.jobs.presence import save
from ereput.store import Store, listings
from ereput.store import practitioners as table

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROWS = (Path(__file__).parent / "fiches_mal_tapees.csv").read_text("utf-8")


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug="anne", portfolio="Est", city="Paris")
    practitioners.add(made, name="Dr Bruno Bexon", slug="bruno", portfolio="Est", city="Bourg-en-Bresse")
    return made


def written(folder: Path, text: str = ROWS) -> Path:
    path = folder / "fiches.csv"
    path.write_text(text, "utf-8")
    return path


def of(context: Context, slug: str) -> list[Listing]:
    with context.store.reading() as connection:
        who = table.read_one(connection, context.viewer, slug)
        return listings.read_all(connection, context.viewer, [who.id])


def of_platform(found: list[Listing], platform: str) -> list[Listing]:
    return [one for one in found if one.platform == platform]


def test_twenty_badly_typed_rows_are_matched_normalised_and_their_rejects_explained(
    context: Context, tmp_path: Path
) -> None:
    done = import_sheet(context, written(tmp_path), portfolio="Est")
    assert (done.read, done.practitioners) == (20, 2)
    rejects = dict(done.rejects)
    assert rejects.keys() == {13, 14, 15, 16, 17, 18, 19}
    assert "aucun praticien de ce nom" in rejects[13]
    assert "ni plateforme ni lien" in rejects[14]
    assert rejects[15] == "plateforme inconnue : « Zorglub »"
    assert "se contredisent" in rejects[16]
    assert "ni plateforme ni lien" in rejects[17]
    assert rejects[18] == "la même fiche est déjà décrite autrement à la ligne 3"
    assert "plusieurs fiches Google" in rejects[19]
    anne, bruno = of(context, "anne"), of(context, "bruno")
    assert {one.phone for one in anne} == {"01 99 00 12 34", ""}
    assert [one.status for one in of_platform(anne, "google")] == [
        ListingStatus.CLAIMED, ListingStatus.TO_REMOVE,
    ]  # fmt: skip
    assert of_platform(anne, "google")[0].address == "12 bd St-Michel, 75006 Paris"
    assert of_platform(anne, "facebook")[0].status is ListingStatus.UNCLAIMED
    assert of_platform(anne, "pagesjaunes")[0].url == "https://www.pagesjaunes.fr/pros/1"
    assert of_platform(anne, "hospitalidee")[0].status is ListingStatus.MISSING
    assert of_platform(bruno, "google")[0].address == "5 pl. du Gal Leclerc, 01000 Bourg-en-Bresse"
    assert of_platform(bruno, "maiia")[0].url == ""
    remarks = dict(done.remarks)
    assert "lue comme Google" in remarks[1]
    assert any(row == 4 and "« Docteur Alba » rapproché" in why for row, why in done.remarks)
    assert any(row == 10 and "rapproché de Dr Bruno Bexon" in why for row, why in done.remarks)
    assert {"lien « javascript:alert(1) » non compris : laissé de côté"} <= {why for _, why in done.remarks}
    assert any("dans l’avenir" in why for _, why in done.remarks)


def test_displayed_figures_become_snapshots_and_the_same_sheet_adds_nothing(
    context: Context, tmp_path: Path
) -> None:
    first = import_sheet(context, written(tmp_path), portfolio="Est")
    assert first.snapshots >= 6
    with context.store.reading() as connection:
        before = listings.read_snapshots(connection, context.viewer, 1)
    again = import_sheet(context, written(tmp_path), portfolio="Est")
    assert (again.added, again.changed, again.snapshots) == (0, 0, 0)
    with context.store.reading() as connection:
        assert listings.read_snapshots(connection, context.viewer, 1) == before
    google = next(one for one in before if one.count == 57)
    assert (google.rating, google.day, google.origin) == (4.3, date(2026, 11, 20), Origin.SHEET)


def test_an_empty_cell_erases_nothing(context: Context, tmp_path: Path) -> None:
    url = "https://www.doctolib.fr/x/anne-alba"
    save(
        context, "anne", platform="doctolib", status="revendiquee",
        texts={"url": url, "phone": "0199001234", "hours": "lun 9h-12h"},
    )  # fmt: skip
    text = f"Plateforme;Lien;Nom\nDoctolib;{url};Dr Anne Alba\n"
    done = import_sheet(context, written(tmp_path, text), practitioner="anne")
    assert (done.added, done.changed) == (0, 1)
    (one,) = of(context, "anne")
    assert (one.name, one.phone, one.hours, one.status) == (
        "Dr Anne Alba", "01 99 00 12 34", "lun 9h-12h", ListingStatus.CLAIMED,
    )  # fmt: skip


def test_a_workbook_is_read_like_a_csv(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "fiches.xlsx"
    with closing(xlsxwriter.Workbook(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Fiches du cabinet"])
        sheet.write_row(2, 0, ["Site", "Téléphone", "Note", "Nombre d'avis"])
        sheet.write_row(3, 0, ["Google", 199001234, 4.6, 1204])
    done = import_sheet(context, path, practitioner="anne")
    assert (done.read, done.added, done.snapshots, done.rejects) == (1, 1, 1, ())
    (one,) = of(context, "anne")
    assert one.phone == "01 99 00 12 34"


def test_a_row_of_somebody_else_is_not_taken(context: Context, tmp_path: Path) -> None:
    text = "Praticien;Plateforme;Note\nDr Bruno Bexon;Google;4\nDr Anne Alba;Google;4,1\n"
    done = import_sheet(context, written(tmp_path, text), practitioner="anne")
    assert done.rejects == ((1, "la ligne est de « Dr Bruno Bexon »"),)
    assert done.added == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Date;Auteur;Avis\n01/11/2026;X;Bien\n", "n’est pas une feuille de fiches"),
        ("Nom;Ville\nDr X;Paris\n", "n’est pas une feuille de fiches"),
        ("Plateforme;Note\nZorglub;4\n", "Aucune ligne"),
    ],
)
def test_what_is_no_sheet_of_listings_is_refused_and_changes_nothing(
    text: str, why: str, context: Context, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match=why):
        import_sheet(context, written(tmp_path, text), practitioner="anne")
    assert not of(context, "anne")


def test_a_reader_and_a_stranger_are_refused(context: Context, tmp_path: Path) -> None:
    text = "Plateforme;Note\nGoogle;4\n"
    reader = Context(context.store, Viewer("L", Role.READER, portfolios=frozenset({1})), NOW)
    with pytest.raises(RefusedError, match="pas de les modifier"):
        import_sheet(reader, written(tmp_path, text), practitioner="anne")
    stranger = Context(context.store, Viewer("S", Role.PRACTITIONER, practitioners=frozenset({2})), NOW)
    with pytest.raises(RefusedError, match="Aucun praticien"):
        import_sheet(stranger, written(tmp_path, text), practitioner="anne")
