"""Evidence: dropped, refused, found again, exported; whatever goes wrong, nothing is half done."""

import os
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.jobs import cases, evidence, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PDF = b"%PDF-1.7 une page"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël")
        cases.open_by_hand(made, "dr-elise-noel", "Message sur un forum")
        yield made


def add(context: Context, home: Path, body: bytes = PDF, name: str = "page.pdf", **options: int) -> int:
    return evidence.add(context, 1, BytesIO(body), name, home=home, **options).number


def test_a_file_is_sealed_with_its_name_its_moment_and_who(context: Context, home: Path) -> None:
    piece = evidence.add(context, 1, BytesIO(PDF), "Ma page\x07.pdf", home=home)
    assert (piece.name, piece.size, piece.who, piece.media) == (
        "Ma page.pdf",
        len(PDF),
        "administrateur",
        "application/pdf",
    )
    assert (piece.at, piece.path) == (NOW, "preuves/003-Ma-page.pdf")
    with evidence.open_exhibit(context, 1, piece.number, home=home) as file:
        assert file.read() == PDF
    with pytest.raises(RefusedError, match="pièce n° 99 manque"):
        evidence.open_exhibit(context, 1, 99, home=home)


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"MZ" + bytes(100), "capture.png", "programme"),
        (b"", "vide.pdf", "vide"),
        (PDF, "page.exe", "son nom ne dit pas"),
    ],
)
def test_a_refused_file_changes_nothing(
    context: Context, home: Path, body: bytes, name: str, words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        add(context, home, body, name)
    assert not [path for path in home.rglob("*") if path.is_file()]
    assert evidence.verify(context, home=home).checked == 2


def test_the_same_file_enters_a_case_once(context: Context, home: Path) -> None:
    number = add(context, home)
    with pytest.raises(RefusedError, match=f"pièce n° {number}"):
        add(context, home, name="autre nom.pdf")


def test_two_people_dropping_at_once_the_second_is_told(context: Context, home: Path) -> None:
    add(context, home, expected=2)
    with pytest.raises(RefusedError, match="quelqu’un d’autre"):
        add(context, home, PDF + b"2", expected=2)


def test_a_reader_drops_and_exports_nothing(context: Context, home: Path) -> None:
    reader = replace(context, viewer=Viewer("lise", Role.READER, portfolios=frozenset({1})))
    with pytest.raises(RefusedError, match="lire les dossiers"):
        add(reader, home)
    with pytest.raises(RefusedError, match="lire les dossiers"):
        evidence.archive(reader, 1, home=home)


def test_every_case_in_view_is_verified(context: Context, home: Path) -> None:
    number = add(context, home)
    cases.open_by_hand(context, "dr-elise-noel", "Autre")
    assert evidence.verify(context, home=home) == evidence.Verdict(3 + 1 + 2, 0, None)
    with evidence.open_exhibit(context, 1, number, home=home) as file:
        path = Path(file.name)
    path.chmod(0o640)
    path.write_bytes(PDF + b"!")
    verdict = evidence.verify(context, home=home)
    assert not verdict.ok
    assert verdict.broken is not None
    assert (verdict.broken.event, verdict.broken.file) == (number, "page.pdf")
    assert evidence.verify(context, 2, home=home).ok
    with pytest.raises(RefusedError, match="Aucun dossier n° 7"):
        evidence.verify(context, 7, home=home)


def test_an_export_appears_whole_or_not_at_all(context: Context, home: Path, tmp_path: Path) -> None:
    add(context, home)
    for target, words in ((tmp_path / "d.pdf", r"fichier \.zip"), (tmp_path / "x" / "d.zip", "n’existe pas")):
        with pytest.raises(RefusedError, match=words):
            evidence.export(context, 1, target, home=home)
    seal = evidence.export(context, 1, tmp_path / "d.zip", home=home)
    assert len(seal) == 64
    assert [path.name for path in tmp_path.glob("d.zip*")] == ["d.zip"]
    assert evidence.archive(context, 1, home=home).startswith(b"PK\x03\x04")


def test_files_that_no_case_refers_to_are_swept_after_an_hour(context: Context, home: Path) -> None:
    kept = add(context, home)
    stray = evidence.vault_of(home).keep(BytesIO(PDF + b"3"), "p.pdf")
    path = evidence.vault_of(home).path(stray.sha256)
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert evidence.sweep(context, home=home) == 0
    assert evidence.sweep(replace(context, now=NOW + timedelta(hours=2)), home=home) == 1
    assert not path.exists()
    with evidence.open_exhibit(context, 1, kept, home=home) as file:
        assert file.read() == PDF


def test_a_sweep_asks_for_an_administrator_and_spares_the_files_of_another_database(
    context: Context, home: Path, tmp_path: Path
) -> None:
    later = replace(context, now=NOW + timedelta(hours=2))
    with pytest.raises(RefusedError):
        evidence.sweep(replace(later, viewer=Viewer("Lise", Role.READER)), home=home)
    elsewhere = tmp_path / "autre"
    stray = evidence.vault_of(elsewhere).keep(BytesIO(PDF + b"4"), "p.pdf")
    path = evidence.vault_of(elsewhere).path(stray.sha256)
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    cases.erase(later, 1, cases.ErasureReason.MISTAKE, home=home)
    assert evidence.sweep(later, home=elsewhere) == 0
    assert path.exists()
