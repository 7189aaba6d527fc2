import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.ingest.clean import body, cell, original, plain, repair, tidy


def test_mojibake_is_undone_only_when_it_is_one() -> None:
    assert repair("CinÃ©ma, thÃ©Ã¢tre") == "Cinéma, théâtre"
    assert repair("lâ€™hÃ´pital") == "l’hôpital"
    assert repair("NÃO, São Paulo") == "NÃO, São Paulo"
    assert repair("Déjà vu") == "Déjà vu"
    assert repair("Déjà soignÃ© ici") == "Déjà soigné ici"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a  ", "a"),
        ("a\x00b", "ab"),
        ("a\r\nb", "a\nb"),
        ("a &amp; b", "a & b"),
        ("R&D;", "R&D;"),
        ("un<br/>deux", "un\ndeux"),
        ("<p>un <b>deux</b></p>", "un deux"),
        ("je t’aime <3", "je t’aime <3"),
        ("\ufeffa", "a"),
        ("a\ud800b", "ab"),
    ],
)
def test_texts_are_tidied(raw: str, clean: str) -> None:
    assert tidy(raw) == clean


@pytest.mark.parametrize(
    "shown",
    [
        "(Translated by Google) Clean practice.\n\n(Original)\nCabinet propre.",
        "Cabinet propre.\n\n(Translated by Google)\nClean practice.",
        "(Traduit par Google) Clean.\n\n(Avis d'origine)\nCabinet propre.",
        "(Traducido por Google) Limpio.\n\n(Original)\nCabinet propre.",
        "(Übersetzt von Google) Sauber.\n\n(Original)\nCabinet propre.",
    ],
)
def test_the_authors_words_are_kept_not_their_translation(shown: str) -> None:
    assert original(shown) == "Cabinet propre."


def test_a_mention_of_google_is_no_translation() -> None:
    assert original("Trouvé (sur Google) par hasard") == "Trouvé (sur Google) par hasard"


def test_what_a_page_glued_after_the_text_is_cut() -> None:
    assert body("Très bien.Date of experience: October 31, 2023") == "Très bien."
    assert body("Très bien… Lire la suite") == "Très bien…"
    assert body("J’ai lu la suite") == "J’ai lu la suite"


def test_cells_of_any_type_become_text() -> None:
    assert [cell(value) for value in ("a", 5.0, 4.5, 7, None, True, ["x"], {})] == [
        "a",
        "5",
        "4.5",
        "7",
        "",
        "",
        "",
        "",
    ]


def test_html_becomes_its_visible_text() -> None:
    link = '<a href="javascript:alert(1)">bien</a>'
    page = f"<p>Le <em>cabinet</em>&nbsp;est {link} &#8230;</p><script>x()</script><p>Oui</p>"
    assert plain(page) == "Le cabinet est bien …\n\nOui"
    assert plain("a < b") == "a < b"


@given(st.text(max_size=80))
def test_nothing_raises_and_nothing_unwritable_remains(text: str) -> None:
    for function in (tidy, body, plain, repair):
        function(text)
    tidy(text).encode()
