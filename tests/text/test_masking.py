import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.text import mask


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Le Dr Martin est bien.", "Martin"),
        ("Merci à Mme Dupont-Leroy.", "Dupont"),
        ("Ma fille Léa y va.", "Léa"),
        ("Julien m'a bien reçu.", "Julien"),
        ("Venu le 12 mars 2024.", "mars"),
        ("Venu le 12/03/2024.", "12/03"),
        ("Reçue mardi.", "mardi"),
        ("J'ai 72 ans.", "72"),
        ("Appelez le 06 39 98 12 34.", "39 98"),
        ("Mail : a.b@example.org", "example"),
        ("Voir www.exemple.fr", "exemple"),
        ("Il vit 12 rue des Lilas, Lyon.", "Lilas"),
        ("Soignée pour un cancer du sein.", "cancer"),
        ("Je suis enceinte et dépressive.", "enceinte"),
        ("Patient séropositif.", "séropositif"),
    ],
)
def test_what_identifies_is_hidden(text: str, hidden: str) -> None:
    assert hidden in text
    assert hidden not in mask(text)
    assert "…" in mask(text)


@pytest.mark.parametrize(
    "text",
    ["Très bon médecin, à l'écoute. Je recommande !", "SUPER NUL, 3 mois d'attente.", "Accueil froid.", ""],
)
def test_an_opinion_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_hidden_words_in_a_row_make_one_mark() -> None:
    assert mask("le Dr Jean Martin") == "le Dr …"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=120))
def test_no_text_raises_and_masking_twice_changes_little(text: str) -> None:
    assert len(mask(mask(text))) <= len(mask(text))


@pytest.mark.parametrize("text", [None, float("nan"), b"\xff"])
def test_what_is_no_text_gives_an_empty_or_readable_quote(text: str) -> None:
    assert isinstance(mask(text), str)
