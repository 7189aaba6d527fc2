from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ereput.domain.publication import Draft, Reject
from ereput.ingest import read_bytes
from ereput.ingest.replies import REPLY_WITHOUT_TEXT

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))


def items(text: str, name: str = "avis.csv") -> list[Draft | Reject]:
    return list(read_bytes(text.encode(), name, now=NOW).items)


def drafts(text: str, name: str = "avis.csv") -> list[Draft]:
    return [item for item in items(text, name) if isinstance(item, Draft)]


def rejects(text: str) -> list[Reject]:
    return [item for item in items(text) if isinstance(item, Reject)]


def test_blank_rows_are_passed_over_and_totals_refused() -> None:
    text = (
        "Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Très bien reçu\n"
        ";;;\n\nTotal;2 avis;moyenne 3;\nMoyenne : 4;;;\n"
    )
    assert [draft.row for draft in drafts(text)] == [1]
    assert [reject.row for reject in rejects(text)] == [4, 5]
    assert all("total" in reject.reason for reject in rejects(text))


def test_an_author_called_na_is_somebody() -> None:
    text = "Date;Auteur;Note;Avis\n" + "".join(
        f"14/03/2025;{name};5;Très bien reçu\n" for name in ("NA", "null", "**", "-", "?")
    )
    assert [draft.author for draft in drafts(text)] == ["NA", "null", "", "", ""]


def test_identical_rows_are_all_kept() -> None:
    assert len(drafts("Date;Auteur;Note;Avis\n" + "14/03/2025;Lise;5;Parfait\n" * 3)) == 3


def test_a_row_with_neither_text_nor_mark_is_refused_with_a_reason() -> None:
    text = "Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Bien\n15/03/2025;Omar;;\n"
    assert rejects(text) == [
        Reject(2, "La ligne n’a ni texte, ni note, ni recommandation.", "15/03/2025 | Omar")
    ]


def test_a_dated_row_counts_where_nobody_gives_marks() -> None:
    text = "Date de publication;Ville;Avis\n14/03/2025;Lyon;Bien reçu ici\n15/03/2025;Lyon; \n"
    assert [draft.text for draft in drafts(text)] == ["Bien reçu ici", ""]


@pytest.mark.parametrize("said", ["No Reply", "non", "0", "-", "Aucune", "sans réponse", "n/a", "FALSE", ""])
def test_no_reply_in_many_words(said: str) -> None:
    (draft,) = drafts(f"Date;Auteur;Note;Avis;Réponse\n14/03/2025;Lise;5;Bien reçu;{said}\n")
    assert draft.reply == ""


def test_a_reply_known_by_a_flag_or_a_date() -> None:
    (flagged,) = drafts("Date;Auteur;Note;Avis;Répondu (O/N)\n14/03/2025;Lise;5;Bien reçu;Oui\n")
    assert flagged.reply == REPLY_WITHOUT_TEXT
    (dated,) = drafts("Date;Auteur;Note;Avis;Répondu le\n14/03/2025;Lise;5;Bien reçu;15/03/2025\n")
    assert dated.reply == ""
    assert dated.replied is not None


def test_a_reply_written_whole_into_one_cell() -> None:
    text = (
        "review_id,review,author,rating,date,owner_response\n"
        "ab12cd34,Bien reçu,\"{'name': 'Lise'}\",5,2025-03-14,"
    )
    (draft,) = drafts(text + "\"{'text': 'Merci à vous', 'date': '2025-03-15'}\"\n")
    assert (draft.author, draft.reply) == ("Lise", "Merci à vous")
    assert draft.replied is not None


def test_unpublished_reviews_are_refused() -> None:
    text = (
        "Date;Auteur;Note;Avis;Statut\n14/03/2025;Lise;5;Bien reçu;Publié\n"
        "14/03/2025;Omar;1;Nul;Supprimé\n14/03/2025;Spam;5;Pub;SPAM\n"
    )
    assert [draft.author for draft in drafts(text)] == ["Lise"]
    assert len(rejects(text)) == 2


def test_addresses_of_persons_are_never_kept() -> None:
    text = (
        "Date;Auteur;Note;Avis;Email;IP\n14/03/2025;lise@exemple.test;5;Bien;l@exemple.test;192.0.2.7\n"
        "15/03/2025;Omar;;;o@exemple.test;192.0.2.8\n"
    )
    assert "exemple.test" not in str(items(text))
    assert "192.0.2" not in str(items(text))


def test_a_line_number_is_no_identifier() -> None:
    assert [
        draft.external_id for draft in drafts("id;Date;Auteur;Note;Avis\n1;14/03/2025;Lise;5;Bien reçu\n")
    ] == [""]
    (draft,) = drafts("id_avis;Date;Auteur;Note;Avis\n1;14/03/2025;Lise;5;Bien reçu\n", "trustpilot.csv")
    assert (draft.external_id, draft.id_namespace) == ("1", "trustpilot")


def test_the_platform_comes_from_the_row_then_its_address_then_the_file() -> None:
    head = "Date;Auteur;Note;Avis;Plateforme;Lien\n"
    rows = (
        "14/03/2025;A;5;Bien reçu;Facebook;\n"
        "14/03/2025;B;5;Bien reçu;;https://www.google.com/maps/x\n14/03/2025;C;5;Bien reçu;;\n"
    )
    assert [draft.platform for draft in drafts(head + rows, "export doctolib.csv")] == [
        "facebook",
        "google",
        "doctolib",
    ]


def test_an_edited_review_says_so() -> None:
    head = "auteur,note,avis,createdAt,updatedAt\n"
    same, later = drafts(
        head
        + (
            "A,5,Bien reçu,2025-03-14T10:00:00Z,2025-03-14T10:00:30Z\n"
            "B,5,Bien reçu,2025-03-14T10:00:00Z,2025-03-16T10:00:00Z\n"
        )
    )
    assert (same.edited, later.edited) == (False, True)


def test_the_text_after_a_stray_delimiter_is_kept_only_when_it_is_last() -> None:
    (draft,) = drafts("Date;Auteur;Note;Avis\n14/03/2025;Lise;5;Bien ; vraiment\n")
    assert draft.text == "Bien vraiment"
    text = (
        "Date;Auteur;Note;Avis;Réponse\n14/03/2025;Lise;5;Bien;Merci\n"
        "14/03/2025;Omar;1;Nul ; vraiment;Désolés\n"
    )
    assert [reject.row for reject in rejects(text)] == [2]


def test_places_are_read_with_their_own_figures() -> None:
    text = (
        "RPPS;Praticien;Ville;Téléphone;Note moyenne;Nombre d'avis;Date;Auteur;Note;Avis\n"
        "10 001 234 567;Dr A;Lyon;04 00;4,3;88;14/03/2025;Lise;5;Bien\n"
    )
    (draft,) = drafts(text)
    assert (draft.place.rpps, draft.place.name, draft.place.city, draft.place.phone) == (
        "10001234567",
        "Dr A",
        "Lyon",
        "04 00",
    )
    assert (draft.place.rating, draft.place.count, draft.rating) == (4.3, 88, 5.0)


def test_good_and_bad_points_make_one_text() -> None:
    (draft,) = drafts(
        "Date;Note globale;Points positifs;Points négatifs\n14/03/2025;4;Accueil souriant;Attente longue\n"
    )
    assert draft.text == "Accueil souriant\nAttente longue"
