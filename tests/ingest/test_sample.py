import gzip
import io
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ereput.domain.publication import Draft
from ereput.ingest import RefusedError, read_bytes

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
CSV = "Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Bien reçue ici\n".encode()


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A ZipInfo of our own bears no time of day: the archives name the tests below.
            entry = zipfile.ZipInfo(name.replace("__", "."))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def count(data: bytes, name: str = "avis.csv") -> int:
    return sum(isinstance(item, Draft) for item in read_bytes(data, name, now=NOW).items)


def test_the_content_decides_not_the_name() -> None:
    assert count(CSV, "avis.xlsx") == 1
    assert count(CSV, "avis.json") == 1


def test_one_readable_file_in_an_archive_is_read() -> None:
    assert count(gzip.compress(CSV, mtime=0)) == 1
    assert count(packed(avis__csv=CSV, lisez__pdf=b"%PDF")) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"  \r\n \x00", "vide"),
        (b"%PDF-1.7\n\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (bytes(range(256)) * 10, "texte"),
        (b"{\\rtf1 bonjour}", "RTF"),
        (packed(a__csv=CSV, b__csv=CSV), "plusieurs fichiers"),
        (packed(a__png=b"x"), "aucun fichier lisible"),
        (packed(a__csv=packed(b__csv=CSV)), "autre archive"),
        (packed(a__csv=gzip.compress(CSV, mtime=0)), "autre archive"),
        (gzip.compress(gzip.compress(CSV, mtime=0), mtime=0), "autre archive"),
        (gzip.compress(b"a,b\n" * 12_000_000, mtime=0), "démesuré"),
        (packed(a__csv=b"0" * 40_000_000), "démesuré"),
        (gzip.compress(CSV, mtime=0)[:30], "endommagée"),
        (b"PK\x03\x04" + b"\0" * 100, "endommagé"),
        (packed(**{"word/document__xml": b"<w/>"}), "Word"),
        (b"<html><body>Connexion</body></html>", "page web"),
        (b"<!DOCTYPE html><p>404</p>", "page web"),
        (b"Date;Auteur;Note;Avis\n", "ligne de titres"),
    ],
)
def test_refusals_say_why_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(RefusedError, match=words) as refusal:
        count(data)
    assert str(refusal.value)[0].isupper()
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "Agence;Ville;Note moyenne;Nombre d'avis\nA;Lyon;4,2;88\nB;Paris;3,9;120\n",
        "agence,note,nb_avis\nA,4.2,88\nB,3.9,120\n",
        "Mois;Note moyenne;Nombre d'avis\nmars 2025;4,2;12\n",
        "Note;Nombre\n5;120\n4;30\n",
        "Nom;Prénom;Téléphone;Adresse\nDurand;Paul;0600000000;1 rue X\n",
        "Date;Client;Produit;Montant\n14/03/2025;Durand;Soin;50,00\n",
        "Date;Heure;Patient;Motif;Téléphone\n14/03/2025;09:00;Durand;Suivi;0600\n",
        "Date de parution;Objet;Acheteur;Lien\n14/03/2025;Avis de marché;Mairie;https://x.exemple\n",
        "name,rating,reviews,phone,address\nCabinet,4.2,88,04,1 rue X\n",
        "Identifiant PP|Nom d'exercice|Prénom d'exercice|Profession\n1|DURAND|PAUL|Médecin\n",
        "timestamp,level,message\n2025-03-14T10:00:00Z,INFO,Server started on port\n",
        "date;vues;clics\n14/03/2025;1200;33\n",
        ",0\n0,1\n1,3\n",
        "une simple note, sans tableau\net une autre ligne, ici\n",
    ],
)
def test_lists_that_are_no_reviews_are_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        count(text.encode())


def test_a_table_of_a_web_page_is_read_when_its_titles_are_known() -> None:
    page = (
        "<html><body><table><tr><th>Date<th>Auteur<th>Note"
        "<th>Avis</tr><tr><td>14/03/2025</td><td>Lise</td><td>5</td>"
    )
    (draft,) = read_bytes(
        (f"{page}<td>Tr&egrave;s <b>bien</b><br>merci</td></tr></table>").encode(), "x", now=NOW
    ).items
    assert isinstance(draft, Draft)
    assert (draft.author, draft.rating, draft.text) == ("Lise", 5.0, "Très bien\nmerci")
    with pytest.raises(RefusedError, match="page web"):
        count(b"<html><table><tr><td>menu</td><td>accueil</td></tr></table></html>")
