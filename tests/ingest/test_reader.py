from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ereput.domain.publication import Draft
from ereput.ingest import (
    DateOrder,
    Mapping,
    RefusedError,
    Role,
    preview,
    preview_bytes,
    read_bytes,
    read_file,
    to_plain,
)
from ereput.ingest.formats import FORMATS

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
ODD = (
    "machin;truc;bidule;chose\n05/04/2025;Lise;8;Bien reçue par tous ici\n"
    "06/04/2025;Omar;2;Mal reçu par tous ici\n"
).encode()


def drafts(data: bytes, **options: object) -> list[Draft]:
    return [
        item for item in read_bytes(data, "avis.csv", now=NOW, **options).items if isinstance(item, Draft)
    ]  # type: ignore[arg-type] # a table of options


def test_a_users_mapping_is_obeyed() -> None:
    columns = {Role.DATE: (0,), Role.AUTHOR: (1,), Role.RATING: (2,), Role.TEXT: (3,)}
    first, second = drafts(ODD, mapping=Mapping(columns))
    assert (first.author, first.rating, first.scale, first.text) == (
        "Lise",
        4.0,
        "8/10",
        "Bien reçue par tous ici",
    )
    assert second.rating == 1.0
    american = drafts(ODD, mapping=Mapping(columns, order=DateOrder.MONTH_FIRST, scale=20.0))[0]
    assert american.published is not None
    assert (american.published.day.isoformat(), american.rating) == ("2025-05-04", 2.0)


def test_a_mapping_for_another_table_never_crashes() -> None:
    beyond = Mapping({Role.TEXT: (3,), Role.RATING: (99,), Role.AUTHOR: (-4,)})
    assert [draft.text for draft in drafts(ODD, mapping=beyond)] == [
        "Bien reçue par tous ici",
        "Mal reçu par tous ici",
    ]


def test_a_format_can_be_imposed() -> None:
    csv = "Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Bien reçue\n".encode()
    assert read_bytes(csv, "x", now=NOW, format_name="tableur").format == "tableur"
    with pytest.raises(RefusedError, match="inconnu"):
        read_bytes(csv, "x", now=NOW, format_name="nimporte")
    with pytest.raises(RefusedError, match="n’est pas au format"):
        read_bytes(b"<rss><channel/></rss>", "x", now=NOW, format_name="google")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data", [b"Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Bien\n", b'[{"a": 1}]', b"<rss/>", b"<opml/>"]
)
def test_imposing_any_format_on_any_file_never_crashes(name: str, data: bytes) -> None:
    try:
        to_plain(read_bytes(data, "x", now=NOW, format_name=name))
    except RefusedError as refusal:
        assert str(refusal)  # noqa: PT017 # a refusal is one of the two good ends


@pytest.mark.parametrize(
    "data",
    [b"/dev/zero", b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:9/", b"C:\\Windows\\win.ini"],
)
def test_bytes_that_look_like_a_path_are_not_opened(data: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_bytes(data, data.decode(), now=NOW)
    assert "root:" not in str(refusal.value)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path, Path("/dev/zero"), Path("a\x00b")):
        with pytest.raises(RefusedError):
            read_file(path, now=NOW)


def test_a_preview_shows_rows_reasons_and_a_lasting_signature(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_bytes("Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Bien reçue\n".encode())
    seen = preview(path, now=NOW)
    assert seen.rows == (("14/03/2025", "Lise", "5", "Bien reçue"),)
    assert [column.role for column in seen.columns] == [Role.DATE, Role.AUTHOR, Role.RATING, Role.TEXT]
    assert (
        seen.signature
        == preview_bytes(b" DATE;auteur;note;AVIS\n15/03/2025;Omar;1;Mal\n", "x", now=NOW).signature
    )
    assert [draft.author for draft in drafts(path.read_bytes(), mapping=seen.mapping)] == ["Lise"]


def test_a_feed_has_no_preview() -> None:
    with pytest.raises(RefusedError, match="aucun tableau"):
        preview_bytes(b"<rss version='2.0'><channel/></rss>", "x", now=NOW)


def test_the_plain_object_has_the_fields_of_the_contract() -> None:
    data = (
        "Date;Auteur;Note;Avis;Plateforme;Répondu le\n"
        "14/03/2025;Lise;8/10;Bien;google;15/03/2025\nTotal;;;;;\n"
    ).encode()
    plain = to_plain(read_bytes(data, "x", now=NOW))
    assert plain["rows"] == [
        {
            "source": "Google",
            "author": "Lise",
            "date": "2025-03-14",
            "rating": 4.0,
            "scale": "8/10",
            "title": "",
            "text": "Bien",
            "reply": "(réponse publiée, texte non fourni)",
            "url": "",
            "external_id": "",
        }
    ]
    assert plain["rejects"] == [{"row": 2, "reason": "Ligne de total ou de moyenne : ce n’est pas un avis."}]
    assert (plain["status"], plain["kind"], plain["format"]) == ("ok", "reviews", "tableur")
