from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.publication import Label
from ereput.text import Signals, is_negative, signals, signals_many

GOOD = "Très bon médecin, à l'écoute et très gentil. Je recommande vivement."
BAD = "Médecin désagréable et méprisant, deux heures d'attente. À fuir !"


@pytest.mark.parametrize(
    ("rating", "label", "score"),
    [(1, "neg", -1), (2, "neg", -0.5), (2.5, "neu", -0.25), (3, "neu", 0), (4, "pos", 0.5), (5.0, "pos", 1)],
)
def test_stars_win(rating: float, label: str, score: float) -> None:
    read = signals("Rendez-vous à 15 h.", rating=rating)
    assert (read.label, read.score, read.contradiction) == (label, score, False)


@pytest.mark.parametrize(
    ("text", "label"), [(GOOD, "pos"), (BAD, "neg"), ("Cabinet au deuxième étage.", "neu")]
)
@pytest.mark.parametrize("rating", [None, float("nan"), True])
def test_words_speak_without_stars(text: str, label: str, rating: float | None) -> None:
    assert signals(text, rating=rating).label == label


def test_a_contradiction_needs_clear_words_against_clear_stars() -> None:
    assert signals(GOOD, rating=1).contradiction
    assert signals(BAD, rating=5).contradiction
    assert not signals(GOOD, rating=3).contradiction
    assert not signals("Correct.", rating=1).contradiction
    assert not signals("", rating=1).contradiction


@pytest.mark.parametrize(
    "text",
    [
        None, "", "   ", "\u200b", "12345", "!!!", float("nan"), b"\x00\x01", 42, "\ud800",
        "The doctor was very rude and the staff never answered the phone.",
        "Der Arzt war nicht freundlich und das Wartezimmer ist sehr klein.",
        "الطبيب ممتاز", "Врач очень хороший", "这个医生很好",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_to_be_unsure(text: Any) -> None:
    assert signals(text).label is Label.UNSURE
    assert signals(text).score == 0


def test_bytes_are_read_in_utf_8_or_windows_encoding() -> None:
    assert (
        signals("Très bon médecin".encode()).label
        == signals("Très bon médecin".encode("cp1252")).label
        == "pos"
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=200), st.none() | st.floats())
def test_no_text_and_no_rating_raises(text: str, rating: float | None) -> None:
    read = signals(text, rating=rating)
    assert isinstance(read, Signals)
    assert -1 <= read.score <= 1


def test_many_texts_read_as_one_by_one() -> None:
    texts, ratings = [GOOD, BAD, GOOD, None, BAD], [None, 5, None, 1, None]
    expected = [signals(text, rating=rating) for text, rating in zip(texts, ratings, strict=True)]
    assert signals_many(texts, ratings) == expected
    assert signals_many([GOOD]) == [signals(GOOD)]
    with pytest.raises(ValueError, match="1 ratings for 2 texts"):
        signals_many([GOOD, BAD], [1])


@pytest.mark.parametrize(
    ("text", "rating", "expected"),
    [
        ("", 2, True),
        (BAD, 3, False),
        (GOOD, 1.9, True),
        (BAD, None, True),
        (GOOD, None, False),
        ("Ni bien ni mal.", None, False),
    ],
)
def test_what_counts_in_the_weekly_negatives(text: str, rating: float | None, expected: bool) -> None:  # noqa: FBT001 - parametrised
    assert is_negative(rating, signals(text, rating=rating)) is expected


def test_evidence_quotes_the_text() -> None:
    read = signals(BAD)
    assert read.evidence
    assert all(quote in BAD for quote in read.evidence)
