import random
import sys
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.text import vader

TRICKY = [
    "no", "NO", "kind", "of", "least", "at", "very", "or", "nor", "pas", "PAS", "jamais", "ni", "sans", "n't",
    "très", "TRÈS", "trop", "sérieux", "serieux", "SÉRIEUSE", "saoule", "bon", "BON", "le", "A", "ª", "ß",
    "İ", "putain", "de", "quelque", "peu", "à", "près", "peine", "bad", "ass", "yeah", "right", "the", "shit",
    "!", "!!!!!", "??", "????", "..", "....", "", ":)", "😀", "👍", "❤",
]  # fmt: skip


@pytest.fixture(scope="module")
def original() -> Any:
    return vader.upstream.SentimentIntensityAnalyzer()


def test_generated_texts_score_as_the_library_scores_them(original: Any) -> None:
    ours = vader.analyzer()
    lexicon = sorted(ours.lexicon)
    chance = random.Random(20261123)  # noqa: S311 - a seeded sample
    for _ in range(1500):
        words = [
            chance.choice(TRICKY if chance.random() < 0.5 else lexicon) for _ in range(chance.randint(0, 14))
        ]
        words = [word.upper() if chance.random() < 0.1 else word for word in words]
        text = chance.choice((" ", "  ", "'", "\n")).join(words)
        assert ours.polarity_scores(text) == original.polarity_scores(text), text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_scores_as_the_library_scores_it(text: str) -> None:
    expected = vader.upstream.SentimentIntensityAnalyzer.polarity_scores(vader.analyzer(), text)
    assert vader.analyzer().polarity_scores(text) == expected


@pytest.mark.parametrize(
    "text", [None, float("nan"), b"tr\xe8s bon", "", "   ", 12, "\ud800", "مرحبا", "x" * 300_000]
)
def test_anything_gets_a_score(text: object) -> None:
    assert -1 <= vader.compound(text) <= 1


def test_the_path_and_the_warnings_are_left_as_they_were() -> None:
    assert "/" not in sys.path
    assert all("fuzzywuzzy" not in str(entry[1]) for entry in warnings.filters)
