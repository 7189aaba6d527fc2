import pytest

from ereput.text import find_hints, hint_labels, signals


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Ce médecin est un charlatan.", "injure", "charlatan"),
        ("Bande d'incapables et de feignasses.", "injure", "Bande d'incapables"),
        ("Quel c*nnard.", "injure", "c*nnard"),
        ("Il a facturé des soins jamais réalisés.", "fait_precis", "facturé des soins jamais réalisés"),
        ("Il sentait l'alcool.", "fait_precis", "sentait l'alcool"),
        ("Il m'a arraché la mauvaise dent.", "fait_precis", "arraché la mauvaise"),
        ("Retourne dans ton pays.", "haine", "Retourne dans ton pays"),
        ("Je sais où vous habitez.", "menace", "Je sais où vous habitez"),
        ("Remboursez-moi sinon je mets des avis partout.", "menace", "sinon je mets des avis"),
        ("Son portable perso : 06 39 98 12 34", "donnees_personnelles", "06 39 98 12 34"),
        ("Écrivez-lui : jean.x@example.org", "donnees_personnelles", "jean.x@example.org"),
        ("Il habite rue des Lilas.", "donnees_personnelles", "Il habite rue"),
        ("Je suis une ancienne salariée du cabinet.", "conflit_interets", "ancienne salariée"),
        ("Je n'ai jamais consulté ici.", "conflit_interets", "n'ai jamais consulté"),
    ],
)
def test_each_kind_is_raised_with_its_words(text: str, kind: str, words: str) -> None:
    raised = {hint.kind: hint.words for hint in find_hints(text)}
    assert any(words in quote for quote in raised[kind])


@pytest.mark.parametrize(
    "text",
    [
        "Incompétent, nul, à fuir, une honte.",
        "C'est de l'arnaque, hors de prix.",
        "Je vais porter plainte et saisir l'Ordre.",
        "Il nous prend pour des idiots.",
        "Je me suis sentie idiote.",
        "Ce n'est pas un charlatan.",
        "Le cabinet : 12 rue des Lilas, secrétariat 01 39 98 12 34.",
        "Mon ancien dentiste était mieux.",
        "J'ai failli mourir de peur.",
        "Mon mari est malade, il est suivi ici.",
        "Un confrère me l'a recommandé.",
        "Les équipes nous ont accompagnés jusqu'à la mort de mon père.",
        "Erreur de diagnostic, je suis déçue.",
        "",
    ],
)
def test_a_harsh_opinion_or_a_patient_s_story_raises_none(text: str) -> None:
    assert find_hints(text) == ()


def test_a_reported_insult_is_a_fact_not_an_insult() -> None:
    assert signals("Il m'a traitée de grosse vache.").hints == ("fait_precis",)


def test_some_words_only_count_together() -> None:
    assert signals("Mme Anne Durand est là.").hints == ()
    assert signals("Mme Anne Durand, opérée d'un cancer, est là.").hints == ("donnees_personnelles",)


def test_an_accusation_is_negative_whatever_the_other_words() -> None:
    assert signals("Il sentait l'alcool.").label == "neg"


def test_a_hint_is_a_question_to_a_person_in_french() -> None:
    hint = find_hints("Ce charlatan.")[0]
    assert hint.sentence == "Injure possible, à vérifier par un humain\u202f: «\u202fcharlatan\u202f»"
    assert next(iter(hint_labels())) == hint.kind


@pytest.mark.parametrize(
    "text", [None, float("nan"), b"\xff", "\ud800", "🙂" * 5000, "a*" * 5000, "0 " * 20000]
)
def test_nothing_raises(text: str) -> None:
    assert isinstance(find_hints(text), tuple)
