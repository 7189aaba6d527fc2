import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.publication import Label
from ereput.text import signals, signals_many
from ereput.text.model import LinearModel, checksum
from ereput.text.normalise import clean, tokens
from ereput.text.opinion import SETTLED, SIDE, OpinionModel, Read, opinion_model, side_of
from ereput.text.opinion_features import features_of, items, readings, senses_of, shape
from ereput.text.sentiment import NOTHING
from ereput.text.themes import themes

WAITED = "Trois romans lus dans la salle, et toujours pas appelée."
PRAISED = "Grâce à elle je n'ai plus mal, un cancer suivi de A à Z."


def test_an_item_is_a_word_a_negated_word_or_two_neighbours() -> None:
    found, weight = items(tokens("Il n'écoute pas le patient. Merci"))
    assert "~patient" in found
    assert "pas le" in found
    assert "merci" in found
    assert "patient merci" not in found
    assert weight == pytest.approx(7**-0.5)


def test_words_share_letters_and_senses() -> None:
    known, misspelt = features_of("chaleureux"), features_of("chaleureuz")
    assert len(known.keys() & misspelt.keys()) > 10
    assert "bonte" in senses_of("chaleureux")
    assert "ns:bonte" in features_of("~chaleureux")
    assert features_of("2024") == features_of("1999")


def test_what_is_measured_on_a_text_is_bounded() -> None:
    found = shape("NUL" * 1000 + "!" * 1000, 1)
    assert all(0 <= value <= 1 for value in found.values())
    assert readings(NOTHING, (), ()) == {"l:incertain": 1.0, "l:score": 0.0}


def test_the_shipped_model_has_a_head_for_every_signal() -> None:
    model = opinion_model()
    wanted = {SIDE, SETTLED, *(t.id for t in themes()), *(side_of(t.id) for t in themes())}
    assert wanted < set(model.heads)
    assert set(model.thresholds) == {head for head in model.heads if not head.endswith("±")}


def test_complaints_and_praise_without_a_polar_word_are_read() -> None:
    assert signals(WAITED).label is Label.NEGATIVE
    assert signals(PRAISED).label is Label.POSITIVE


def test_the_words_that_weighed_are_the_text_s_own() -> None:
    read = signals(WAITED)
    assert read.evidence
    assert all(words in WAITED for words in read.evidence)


def test_a_text_is_read_the_same_alone_or_among_others() -> None:
    texts = [WAITED, PRAISED, "", "Nul", "ok " * 300, "Où se garer ?"] * 60
    alone = {text: signals(text) for text in texts}
    assert signals_many(texts) == [alone[text] for text in texts]


def test_forgetting_what_was_met_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signals(WAITED)
    monkeypatch.setattr("ereput.text.opinion._MEMO_LIMIT", 0)
    assert signals(WAITED) == before


def test_the_weight_of_a_text_is_the_sum_of_its_named_features() -> None:
    text = clean(PRAISED)
    words = tokens(text)
    found, weight = items(words)
    places: dict[str, int] = {}
    for item in found:
        for name in features_of(item):
            places.setdefault(name, len(places))
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(len(places), 1)).astype(np.float32).astype(float)
    model = LinearModel(
        ("x",),
        {checksum(name): place for name, place in places.items()},
        weights,
        np.array([0.25]),
        {"thresholds": "{}", "stretch": '{"x": 1.0}'},
    )
    expected = 0.25 + weight * sum(
        value * weights[places[name], 0] for item in found for name, value in features_of(item).items()
    )
    (verdict,) = OpinionModel(model).judge([Read(text, words, NOTHING, (), ())])
    assert verdict.chances["x"] == pytest.approx(1 / (1 + np.exp(-expected)), abs=1e-3)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=80))
def test_any_text_gives_a_label(text: str) -> None:
    read = signals(text)
    assert read.label in Label
    assert -1 <= read.score <= 1


@pytest.mark.parametrize(
    "text",
    [
        None,
        float("nan"),
        b"\xff\xfe",
        "",
        "🙂🙂",
        "\u202eمرحبا",
        "Sehr guter Arzt und sehr nett",
        "a" * 2_000_000,
    ],
)
def test_what_holds_no_french_is_unsure_or_labelled_but_never_fails(text: str) -> None:
    assert signals(text).label in Label
