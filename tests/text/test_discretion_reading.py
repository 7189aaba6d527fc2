"""How the reply check reads: words, patterns, sentences, who greets and who signs."""

import pytest

from ereput.text import discretion
from ereput.text.discretion_features import features, outline
from ereput.text.discretion_patterns import Patterns
from ereput.text.discretion_rules import Level, rules
from ereput.text.discretion_sentences import sentences
from ereput.text.discretion_words import key_of, lexicon, read_words, tokens


def cut(text: str) -> list[str]:
    return [part.text for part in sentences(text)]


def kinds(text: str) -> list[str]:
    return discretion.functions(sentences(text))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("01 99 00 12 34", "xtel"),
        ("+33 1 99 00 12 34", "xtel"),
        ("0199001234", "xtel"),
        ("12 €", "xeuro"),
        ("45 euros", "xeuro"),
        ("8 h 30", "xheure"),
        ("18h", "xheure"),
        ("3 mai", "xdate"),
        ("1er août", "xdate"),
        ("12/05", "xdate"),
        ("4/5", "xnote"),
        ("2026", "xannee"),
        ("12", "12"),
    ],
)
def test_numbers_are_read_for_what_they_are(text: str, key: str) -> None:
    found = [word for word in read_words(text) if word.raw != "+"]
    assert (found[0].key, found[0].raw) == (key, text.lstrip("+"))


def test_words_are_located_in_the_text() -> None:
    text = "Bonjour, le rendez-vous du 3 mai coûte 12 €."
    for word in read_words(text):
        assert text[word.start : word.end] == word.raw
    assert [token.key for token in tokens("l’ÉTÉ")] == ["l", "ete"]
    assert key_of("Professionnellement") == key_of("professionelement")


def test_a_pattern_has_alternatives_options_gaps_lists_and_beginnings() -> None:
    found = Patterns(
        [
            ("votre ~2 @thing", "a"),
            ("regret* ?bien ca", "b"),
            ("comme_convenu/prevu hier", "c"),
            ("# ans", "d"),
        ],
        {"thing": "dent/genou"},
    )
    cases = {
        "votre tres gros genou": "a",
        "votre dent": "a",
        "regrettons ca": "b",
        "regret bien ca": "b",
        "comme convenu hier": "c",
        "12 ans": "d",
    }
    for line, value in cases.items():
        (match,) = found.scan(line.split())
        assert (match.start, match.end, match.value) == (0, len(line.split()), value)
    for line in ("votre a b c dent", "votre . dent", "regret bien", "comme prevu", "ans"):
        assert found.scan(line.split()) == []


@pytest.mark.parametrize("pattern", ["?a ?b", "~2 a"])
def test_a_pattern_that_could_match_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Patterns([(pattern, "x")])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Bonjour, merci. À vous.", ["Bonjour,", "merci.", "À vous."]),
        ("merci 😊 bonne journée", ["merci 😊", "bonne journée"]),
        ("le cabinet est ouvert Merci à vous", ["le cabinet est ouvert", "Merci à vous"]),
        ("Écrire à a.b@c.example. Merci.", ["Écrire à a.b@c.example.", "Merci."]),
        ("Merci. Cabinet du Dr A. Alba", ["Merci.", "Cabinet du Dr A. Alba"]),
        ("Voir l’art. 12 du code.", ["Voir l’art. 12 du code."]),
        ("Bonjour Laura, merci", ["Bonjour Laura,", "merci"]),
        ("merci pour ce mot Nadia", ["merci pour ce mot", "Nadia"]),
    ],
)
def test_sentences_are_parted_where_they_begin(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@pytest.mark.parametrize(
    "signature",
    [
        "Dr Anne Alba, cardiologue",
        "Le Dr Martin et son équipe",
        "Cabinet du Dr Alba",
        "SELARL Dupont et associés",
        "Pharmacie du Centre",
        "Centre d'imagerie médicale du Parc",
        "Marie Dupuis, responsable de la relation patient",
        "Votre équipe officinale",
        "Dr ROUX",
        "Pr H.",
        "Le secrétariat",
        "Cordialement",
        "Nathalie et toute l'équipe",
    ],
)
def test_what_ends_a_reply_signs_it(signature: str) -> None:
    assert kinds(f"Bonjour, merci pour ce message.\n{signature}")[-1] == "signature"


@pytest.mark.parametrize(
    "ending", ["Merci Sophie", "Votre dossier est prêt", "La dent va mieux", "Julie vous connaît", "Ta radio"]
)
def test_what_says_something_signs_nothing(ending: str) -> None:
    assert kinds(f"Bonjour, merci pour ce message.\n{ending}")[-1] != "signature"


def test_a_title_before_the_trade_of_who_signs_is_no_greeting() -> None:
    assert kinds("Bonjour, merci pour ce message. Mme Lefort, orthophoniste")[-1] == "signature"
    assert (
        discretion.check_reply("Bonjour, merci pour ce message. Mme Lefort, orthophoniste").verdict == "libre"
    )
    assert discretion.check_reply("Bonjour Mme Lefort, merci pour ce message.").verdict == "bloquant"


@pytest.mark.parametrize(
    ("text", "you", "past", "fact"),
    [
        ("Merci de votre message.", "s", "", ""),
        ("Vous pouvez écrire au secrétariat.", "m", "", ""),
        ("Nous vous remercions.", "p", "", ""),
        ("Vous étiez pressé.", "o", "i", ""),
        ("Nous avons soigné la dent.", "", "c", "d"),
        ("Une carie se soigne.", "", "", "g"),
    ],
)
def test_the_outline_says_of_whom_when_and_what(text: str, you: str, past: str, fact: str) -> None:
    (sentence,) = sentences(text)
    found = outline(sentence.words)
    assert (found.you, found.past, found.fact) == (you, past, fact)


def test_features_do_not_depend_on_case_or_accents() -> None:
    (one,), (two,) = sentences("Le délai est long."), sentences("le delai est long.")
    assert features(one) == features(two)


def test_each_rule_explains_itself_and_says_what_to_write() -> None:
    for rule in rules().values():
        assert rule.level in Level
        assert rule.why.endswith((".", "»"))
        assert rule.instead
    for section in ("names", "readings", "style"):
        for entry in lexicon()[section].values():
            assert entry["why"]
            assert entry["instead"]
