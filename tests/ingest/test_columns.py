"""Headers met in real exports, with cells of the right kind: each must be understood."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ereput.ingest import Role, header_signature
from ereput.ingest.columns import Guess, find_header, guess

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
TEXTS = (
    "Très bon accueil au cabinet, merci",
    "Deux heures d’attente pour rien du tout",
    "Cabinet calme et à l’heure",
)
CELLS = {
    "T": TEXTS,
    "D": ("14/03/2025", "28/02/2025", "05/01/2025"),
    "R": ("5", "1", "4"),
    "A": ("Lise Fauxnom", "Omar Exemple", "Nina Modèle"),
    "P": ("Merci de votre message", "", "Nous prenons note"),
    "S": ("Google", "PagesJaunes", "Facebook"),
    "M": ("4.3", "4.3", "4.2"),
    "N": ("88", "120", "12"),
    "U": ("https://x.exemple/1", "https://x.exemple/2", "https://x.exemple/3"),
    "I": ("ab12cd34", "ab12cd35", "ab12cd36"),
    "C": ("0.94", "0.88", "0.15"),
    "Y": ("Oui", "Non", "Oui"),
    "W": ("il y a 2 mois", "hier", "il y a un an"),
    "L": ("Cabinet Inventé", "Cabinet Inventé", "Autre Cabinet"),
    "_": ("", "", ""),
}
ROLES = {
    "T": Role.TEXT,
    "D": Role.DATE,
    "R": Role.RATING,
    "A": Role.AUTHOR,
    "P": Role.REPLY,
    "S": Role.SOURCE,
    "U": Role.URL,
    "I": Role.ID,
    "Y": Role.RECOMMENDED,
    "L": Role.PLACE_NAME,
    "M": Role.PLACE_RATING,
    "N": Role.PLACE_COUNT,
}


def guessed(titles: list[str], kinds: str) -> Guess:
    return guess(titles, [[CELLS[kind][row] for kind in kinds] for row in range(3)], now=NOW)


@pytest.mark.parametrize(
    ("titles", "kinds"),
    [
        ("Date;Auteur;Note;Avis;Réponse", "DARTP"),
        (" DATE ;AUTEUR;NOTE; avis;reponse", "DARTP"),
        ("Publié le|Patient|Appréciation|Verbatim", "DART"),
        ("Date de l'avis|Plateforme|Établissement|Auteur|Note|Commentaire|Réponse", "DSLARTP"),
        (
            "Date de publication|Nom de l'établissement|Auteur de l'avis|Nombre d'étoiles|Contenu de l'avis",
            "DLART",
        ),
        ("reviewer_name,rating,review_text,review_date,review_url,review_id", "ARTDUI"),
        ("userName,score,content,at,replyContent", "ARTDP"),
        ("Reviewer|Stars|Comment|Created At|Owner response", "ARTDP"),
        ("authorName|starRating|text|publishedDate|permalink", "ARTDU"),
        ("place_name,place_rating,reviews_count,reviewer,rating,comment,review_date", "LMNARTD"),
        ("note_moyenne,nb_avis_total,auteur,note,date,avis", "MNARDT"),
        ("Autor;Puntuación;Reseña;Fecha;Respuesta del propietario", "ARTDP"),
        ("Verfasser;Sterne;Bewertungstext;Datum;Antwort", "ARTDP"),
        ("autore;voto;testo;data;risposta", "ARTDP"),
        ("autor;nota;comentário;data da avaliação", "ARTD"),
        ("auteursnaam;sterren;recensie;datum", "ARTD"),
        ("Date|Nom|Recommande|Texte", "DAYT"),
        ("review.author.name|review.rating.value|review.body|review.publishedAt", "ARTD"),
        ("user.name|rating|text|date|owner_answer", "ARTDP"),
    ],
)
def test_headers_of_many_tools(titles: str, kinds: str) -> None:
    names = titles.replace(";", "|").replace(",", "|").split("|")
    found = guessed(names, kinds).mapping.columns
    assert {role: found.get(role) for role in map(ROLES.__getitem__, kinds)} == {
        ROLES[kind]: (index,) for index, kind in enumerate(kinds)
    }


@pytest.mark.parametrize(
    "title",
    ["Score", "sentiment_score", "NPS", "confidence", "Note moyenne", "average_rating", "venue_rating"],
)
def test_columns_that_only_look_like_stars(title: str) -> None:
    kind = "C" if title in ("Score", "sentiment_score", "confidence") else "M"
    assert not guessed(["date", "avis", title], f"DT{kind}").has(Role.RATING)


def test_a_title_contradicted_by_its_cells_is_not_believed() -> None:
    found = guessed(["Customer", "Rating", "Date_review", "Experience Date"], "ARDT")
    assert found.mapping.columns[Role.TEXT] == (3,)
    assert not found.named(Role.TEXT)


def test_an_empty_column_gives_way_to_a_filled_one() -> None:
    assert guessed(["auteur", "note", "note-aria-label", "texte"], "A_RT").mapping.columns[Role.RATING] == (
        2,
    )


def test_an_exact_date_comes_before_a_relative_one() -> None:
    columns = guessed(["text", "rating", "date", "iso_date"], "TRWD").mapping.columns
    assert columns[Role.DATE] == (3, 2)


def test_first_and_last_names_go_together() -> None:
    pair = guessed(["Prénom", "Nom", "Note", "Avis", "Date"], "AARTD").mapping.columns
    assert (pair[Role.FIRST_NAME], pair[Role.LAST_NAME]) == ((0,), (1,))
    lone = guessed(["Nom", "Note", "Avis", "Date"], "ARTD").mapping.columns
    assert lone[Role.AUTHOR] == (0,)


def test_a_table_without_titles_is_read_by_its_contents() -> None:
    columns = guessed(["", "", "", "", ""], "DARTP").mapping.columns
    assert [columns[role][0] for role in (Role.DATE, Role.AUTHOR, Role.RATING, Role.TEXT)] == [0, 1, 2, 3]


def test_pins_settle_what_titles_would_not_and_in_order() -> None:
    rows = [[CELLS[kind][row] for kind in "LART"] for row in range(3)]
    pins = {"Title": Role.PLACE_NAME, "NAME": Role.AUTHOR, "text": Role.TEXT, "stars": None}
    columns = guess(["title", "name", "stars", "text"], rows, now=NOW, pins=pins).mapping.columns
    assert columns == {Role.PLACE_NAME: (0,), Role.AUTHOR: (1,), Role.TEXT: (3,)}


def test_each_column_says_in_french_why() -> None:
    columns = guessed(["Date", "Avis", "Truc"], "DT_").columns
    assert [column.reason for column in columns] == [
        "Lue comme la date, d’après son titre.",
        "Lue comme le texte de l’avis, d’après son titre.",
        "Colonne non utilisée.",
    ]


@pytest.mark.parametrize(
    ("rows", "position"),
    [
        ([["Date", "Note", "Avis"], ["14/03/2025", "5", "Bien"]], 0),
        ([["Export des avis", ""], ["", ""], ["Date", "Auteur"], ["14/03/2025", "Lise"]], 2),
        ([["Période : du 01/01/2025 au 31/03/2025"], ["Date", "Note", "Avis"]], 1),
        ([["1741944413", "CMD-1", "5", TEXTS[0]]], None),
        ([["14/03/2025", "Lise", "5", TEXTS[0]], ["15/03/2025", "Omar", "1", TEXTS[1]]], None),
        ([], None),
    ],
)
def test_the_row_of_titles_is_found(rows: list[list[str]], position: int | None) -> None:
    assert find_header(rows) == position


def test_a_header_has_one_signature_whatever_its_writing() -> None:
    assert header_signature(["Date de l’avis", "NOTE"]) == header_signature([" date de l'avis ", "Note"])
    assert header_signature(["Date", "Note"]) != header_signature(["Note", "Date"])
