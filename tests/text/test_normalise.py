import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.text.normalise import MAX_CHARACTERS, clean, elided, fold, key_of, sentences, tokens


@pytest.mark.parametrize("value", [None, float("nan"), 3, [], object()])
def test_what_is_no_text_is_read_as_empty(value: object) -> None:
    assert clean(value) == ""


def test_a_text_is_composed_and_loses_its_invisible_marks() -> None:
    assert clean("e\u0301te\u0301\u200b \u202eoui\x00") == "été oui"
    assert clean("bon\nmédecin") == "bon\nmédecin"
    assert len(clean("x" * (MAX_CHARACTERS + 5))) == MAX_CHARACTERS


def test_case_accents_and_ligatures_do_not_count() -> None:
    assert fold("ŒIL Élevé, ça") == "oeil eleve, ca"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("proffesionnel", "professionnel"),
        ("Acceuil", "accueil"),
        ("suuuuper", "super"),
        ("bcp", "beaucoup"),
        ("RECOMMANDE", "recommande"),
    ],
)
def test_usual_misspellings_share_a_key(written: str, right: str) -> None:
    assert key_of(written) == key_of(right)


def test_words_that_only_look_alike_keep_their_keys() -> None:
    assert key_of("salle") != key_of("sale")
    assert key_of("fille") != key_of("file")


@pytest.mark.parametrize("word", ["jai", "dattente", "laccueil", "jrecommande", "cetait"])
def test_text_messages_drop_apostrophes(word: str) -> None:
    assert elided(word)
    assert [token.key for token in tokens(word)] == [word[0], key_of(word[1:])]


@pytest.mark.parametrize("word", ["dentiste", "mal", "mètres", "dont", "les", "salle", "ja"])
def test_whole_words_stay_whole(word: str) -> None:
    assert not elided(word)


def test_tokens_locate_words_numbers_signs_and_stops() -> None:
    text = "N'a pas 2 min… 👍 :)"
    found = tokens(text)
    assert [token.key for token in found] == ["n", "a", "pas", "2", "minutes", ".", "👍", ":)"]
    assert [text[token.start : token.end] for token in found] == [
        "N",
        "a",
        "pas",
        "2",
        "min",
        "…",
        "👍",
        ":)",
    ]
    assert [token.is_stop for token in found].count(True) == 1


def test_sentences_end_with_stops_and_new_lines_not_with_commas() -> None:
    assert sentences(tokens("Bon, mais cher. À fuir !\nVoilà")) == [0, 0, 0, 0, 0, 1, 1, 1, 2]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=80))
def test_tokens_follow_one_another_within_the_text(text: str) -> None:
    readable = clean(text)
    position = 0
    for token in tokens(readable):
        assert position <= token.start < token.end <= len(readable)
        position = token.end
