from collections import Counter
from pathlib import Path

import pytest

from ereput.domain.publication import Label
from ereput.text.normalise import clean, sentences, tokens
from ereput.text.sentiment import Sentiment, sentiment

MADE_UP = Path(__file__).with_name("opinions.tsv")


def read(text: str) -> Sentiment:
    readable = clean(text)
    words = tokens(readable)
    return sentiment(readable, words, sentences(words))


@pytest.mark.parametrize(
    "text",
    [
        "Je ne recommande pas.",
        "je recommande pas du tout",
        "Ce médecin n'est pas à l'écoute.",
        "Il n'a jamais été aimable.",
        "Aucune empathie.",
        "Ni aimable ni compétent.",
        "Peu aimable.",
        "il écoute pas",
        "Pas sérieux.",
        "Merci pour les deux heures d'attente.",
        "Un médecin très « compétent ».",
        "Accueil très chaleureux 🙄",
        "2/10",
        "Quel talent ! Aucune écoute, expédié et très froid.",
        "Personne ne répond.",
        "J'aurais aimé un peu plus d'écoute.",
        "👎",
    ],
)
def test_negation_irony_and_implicit_complaints_are_heard(text: str) -> None:
    assert read(text).label is Label.NEGATIVE


@pytest.mark.parametrize(
    "text",
    [
        "Je recommande.",
        "Rien à redire.",
        "Pas mal du tout.",
        "Je ne suis pas déçue.",
        "Aucun problème, sans douleur.",
        "Je n'ai jamais été aussi bien soignée.",
        "Non seulement gentil mais aussi efficace.",
        "Contrairement à mon ancien dentiste, brutal et cher, il est très doux.",
        "J'avais peur du dentiste, il m'a rassurée.",
        "Jamais déçu.",
        "9/10",
        "Parfait 👍",
        "Merci docteur !",
        "Toute la famille y va depuis dix ans.",
    ],
)
def test_praise_is_heard_through_negation_and_fear(text: str) -> None:
    assert read(text).label is Label.POSITIVE


@pytest.mark.parametrize(
    "text",
    [
        "Bon médecin mais secrétaire désagréable.",
        "Parking à 200 mètres.",
        "Prend-il de nouveaux patients ?",
        "Bonne journée.",
        "Avis mitigé.",
    ],
)
def test_both_sides_or_no_side_is_neutral(text: str) -> None:
    assert read(text).label is Label.NEUTRAL


def test_a_story_without_any_known_word_is_unsure() -> None:
    assert read("Je suis entré à midi et j'ai vu la mer.").label is Label.UNSURE


def test_illness_is_no_complaint() -> None:
    assert not [p for p in read("Douleurs horribles, mal de dos, cancer, anxieuse.").pieces if p.weight]


def test_what_follows_but_weighs_more() -> None:
    good_end, bad_end = read("Cher mais gentil."), read("Gentil mais cher.")
    assert good_end.score > bad_end.score


def test_evidence_is_quoted_heaviest_first() -> None:
    assert read("Accueil correct, médecin exceptionnel.").evidence == ("exceptionnel", "correct")


def test_made_up_opinions_of_patients_are_mostly_understood() -> None:
    rows = [line.split("\t") for line in MADE_UP.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    pairs = Counter((gold, read(text).label.value) for gold, _, text in rows)
    each = []
    for label in ("neg", "neu", "pos"):
        both = pairs[label, label]
        each.append(2 * both / sum(n * ((a == label) + (b == label)) for (a, b), n in pairs.items()))
    assert sum(each) / 3 >= 0.85
    assert min(each) >= 0.75
