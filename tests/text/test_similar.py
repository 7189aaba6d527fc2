import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.text import near_identical

COPY = "Très mauvais médecin, à fuir, il ne m'a pas écouté du tout"


def test_copies_and_slight_edits_are_together() -> None:
    texts = [
        COPY,
        "Excellent accueil et bons soins, merci.",
        COPY.upper() + " !!!",
        COPY.replace("il ", "elle "),
    ]
    assert near_identical(texts) == [0, 1, 0, 0]


def test_short_texts_are_together_only_when_equal_and_empty_ones_never() -> None:
    assert near_identical(["Très bien", "très bien !", "Très bon accueil", "Très bon médecin"]) == [
        0,
        0,
        1,
        2,
    ]
    assert near_identical(["", None, "…", ""]) == [0, 1, 2, 3]
    assert near_identical([]) == []


def test_other_stories_of_the_same_subject_are_apart() -> None:
    texts = [
        "Deux heures d'attente et une secrétaire désagréable",
        "Une heure d'attente mais un médecin charmant",
    ]
    assert near_identical(texts) == [0, 1]


@pytest.mark.parametrize("threshold", [0, -1, 1.2])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_identical([COPY], threshold=threshold)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.text("abc ", max_size=30), max_size=12))
def test_numbers_follow_first_appearances_and_never_change(texts: list[str]) -> None:
    found = near_identical(texts)
    assert found == near_identical(list(texts))
    assert all(number <= max(found[:i], default=-1) + 1 for i, number in enumerate(found))


def test_many_distinct_texts_stay_apart() -> None:
    chance = random.Random(5)  # noqa: S311 - a seeded sample
    vocabulary = [f"mot{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(300)]
    texts = [" ".join(chance.choices(vocabulary, k=30)) for _ in range(400)]
    assert near_identical(texts) == list(range(400))
