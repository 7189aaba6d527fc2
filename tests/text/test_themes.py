import pytest

from ereput.text import signals
from ereput.text.normalise import sentences, tokens
from ereput.text.sentiment import sentiment
from ereput.text.themes import themes, themes_in


def by_rules(text: str) -> dict[str, str]:
    words = tokens(text)
    parts = sentences(words)
    return {theme: side.value for theme, side in themes_in(words, parts, sentiment(text, words, parts))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Deux heures d'attente.", {"attente": "neg"}),
        ("Toujours à l'heure.", {"attente": "pos"}),
        ("Secrétaire très aimable, dentiste brutal.", {"accueil": "pos", "douleur": "neg"}),
        ("Accueil froid mais médecin compétent.", {"accueil": "neg", "competence": "pos"}),
        ("Il prend le temps d'expliquer.", {"ecoute": "pos"}),
        ("Tarifs excessifs.", {"honoraires": "neg"}),
        ("Cabinet propre et moderne.", {"locaux": "pos"}),
        ("Impossible d'avoir un rendez-vous.", {"rendez_vous": "neg"}),
        ("Je n'ai rien senti, aucune douleur.", {"douleur": "pos"}),
        ("Très bon suivi après l'opération.", {"suivi": "pos"}),
        ("Ordonnance oubliée, dossier perdu.", {"administratif": "neg"}),
        ("Parking à 200 mètres.", {"locaux": "neu"}),
    ],
)
def test_the_rules_read_themes_and_their_side(text: str, expected: dict[str, str]) -> None:
    found = by_rules(text)
    assert {theme: found.get(theme) for theme in expected} == expected


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Je suis en salle d'attente.", "attente"),
        ("Cher docteur, merci.", "honoraires"),
        ("Il répond à toutes mes questions.", "rendez_vous"),
        ("Il répond à mes attentes.", "attente"),
        ("La secrétaire est souriante.", "ecoute"),
        ("Je ne recommande pas.", "accueil"),
    ],
)
def test_words_that_only_look_like_a_theme(text: str, theme: str) -> None:
    assert theme not in by_rules(text)


def test_a_mention_follows_the_whole_text_when_nothing_is_near() -> None:
    assert dict(signals("Les honoraires. À fuir !").themes)["honoraires"].value == "neg"


@pytest.mark.parametrize(
    ("text", "theme", "side"),
    [
        ("Deux heures d'attente et personne ne s'excuse.", "attente", "neg"),
        ("Secrétaire très aimable, dentiste brutal.", "accueil", "pos"),
        ("Secrétaire très aimable, dentiste brutal.", "douleur", "neg"),
        ("La facture était deux fois plus lourde que le devis.", "honoraires", "neg"),
        ("Très bon suivi après l'opération.", "suivi", "pos"),
        ("Trois appels, quatre messages, jamais un créneau.", "rendez_vous", "neg"),
    ],
)
def test_the_model_reads_themes_beyond_the_lists(text: str, theme: str, side: str) -> None:
    assert dict(signals(text).themes)[theme].value == side


def test_the_ten_themes_have_french_labels() -> None:
    assert [theme.id for theme in themes()] == [
        "attente", "accueil", "ecoute", "competence", "honoraires",
        "locaux", "rendez_vous", "douleur", "suivi", "administratif",
    ]  # fmt: skip
    assert all(theme.label[0].isupper() for theme in themes())


def test_no_theme_is_read_in_another_language() -> None:
    assert signals("The parking was very far and the prices were not fair.").themes == ()
