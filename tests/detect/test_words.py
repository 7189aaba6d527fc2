"""How rarely, in French."""

import itertools
import math

import pytest

from ereput.detect.words import by_chance

WEEKS = 365.2425 / 7


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (1 / (9.2 * WEEKS), "par hasard, environ une fois tous les 9 ans"),
        (1 / (2 * WEEKS), "par hasard, environ une fois tous les 2 ans"),
        (1 / (43 * WEEKS), "par hasard, environ une fois tous les 40 ans"),
        (1 / (120 * WEEKS), "par hasard, moins d’une fois par siècle"),
        (0.0, "par hasard, moins d’une fois par siècle"),
        (1 / WEEKS, "par hasard, environ une fois par an"),
        (6 / WEEKS, "par hasard, environ une fois tous les 2 mois"),
        (12 / WEEKS, "par hasard, environ une fois par mois"),
        (0.5, "par hasard, environ une semaine sur 2"),
        (1 / 3, "par hasard, environ une semaine sur 3"),
        (0.9, "par hasard, presque chaque semaine"),
        (1.0, "par hasard, presque chaque semaine"),
    ],
)
def test_a_reader_can_wait_for_it(rate: float, words: str) -> None:
    assert by_chance(rate) == words


@pytest.mark.parametrize("rate", [-0.1, 1.1, math.nan])
def test_only_probabilities_have_words(rate: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        by_chance(rate)


def test_rarer_weeks_never_sound_more_frequent() -> None:
    seen = [by_chance(10**-exponent) for exponent in (x / 50 for x in range(250))]
    assert len(set(seen)) > 30
    changes = sum(one != two for one, two in itertools.pairwise(seen))
    assert changes == len(set(seen)) - 1
