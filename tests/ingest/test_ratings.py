import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.ingest.ratings import RatingReader, guess_scale, header_scale, recommends


@pytest.mark.parametrize(
    ("shown", "mark"),
    [
        ("5", 5.0),
        ("4,5", 4.5),
        ("4.5", 4.5),
        (4, 4.0),
        (4.0, 4.0),
        ("4/5", 4.0),
        ("3,5 / 5", 3.5),
        ("9/10", 4.5),
        ("17/20", 4.25),
        ("80 %", 4.0),
        ("4 sur 5", 4.0),
        ("4 out of 5 stars", 4.0),
        ("Noté 3,5 sur 5", 3.5),
        ("Rated 4 out of 5", 4.0),
        ("★★★★☆", 4.0),
        ("★★★", 3.0),
        ("⭐⭐⭐⭐⭐", 5.0),
        ("★★★½", 3.5),
        ("*****", 5.0),
        ("☆☆☆☆★", 1.0),
        ("5 étoiles", 5.0),
        ("1 star", 1.0),
        ("5*", 5.0),
        ("★ 4", 4.0),
        ("FIVE", 5.0),
        ("deux", 2.0),
        ("Excellent", 5.0),
        ("Mauvais", 1.0),
        ("Très satisfait", 5.0),
        ("note 3,5", 3.5),
        ("stars-4.5.svg", 4.5),
        ("ui_bubble bubble_45", 4.5),
        ("width: 80%", 4.0),
        ("0/10", 0.0),
    ],
)
def test_marks_in_many_writings(shown: object, mark: float) -> None:
    assert RatingReader().read(shown)[0] == pytest.approx(mark)


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "0",
        "0/5",
        "6",
        "11/10",
        "null",
        "STAR_RATING_UNSPECIFIED",
        "bonjour",
        "★★★★★★★",
        None,
        True,
        [],
        float("inf"),
        "9" * 200,
    ],
)
def test_what_is_no_mark_gives_none(shown: object) -> None:
    assert RatingReader().read(shown)[0] is None


def test_bare_numbers_follow_the_scale_of_their_column() -> None:
    assert RatingReader(20).read("17") == (4.25, "17/20")
    assert RatingReader(10).read("0") == (0.0, "0/10")
    assert RatingReader(10).read("4/5") == (4.0, "4/5")


@pytest.mark.parametrize(
    ("title", "scale"),
    [
        ("Note /20", 20),
        ("Recommandation (0-10)", 10),
        ("Note sur 10", 10),
        ("Rating (out of 5)", 5),
        ("Satisfaction %", 100),
        ("Score (1 à 10)", 10),
        ("Note", None),
        ("Date", None),
    ],
)
def test_a_title_may_announce_the_scale(title: str, scale: float | None) -> None:
    assert header_scale(title) == scale


def test_the_scale_is_guessed_from_the_values_but_not_from_a_slip() -> None:
    assert guess_scale(["5", "3", "9/10"]) == 5
    assert guess_scale(["10", "2", "7"]) == 10
    assert guess_scale(["17", "3,5"]) == 20
    assert guess_scale(["95", "40"]) == 100
    assert guess_scale([*["4"] * 40, "44"]) == 5


@pytest.mark.parametrize(
    "shown", ["Oui", "positive", "Recommande", "true", "👍", True, 1, "Je recommande ce cabinet"]
)
def test_recommends(shown: object) -> None:
    assert recommends(shown) is True


@pytest.mark.parametrize(
    "shown", ["Non", "negative", "Ne recommande pas", "doesn't recommend", False, 0, "👎"]
)
def test_does_not_recommend(shown: object) -> None:
    assert recommends(shown) is False


@pytest.mark.parametrize("shown", ["", "peut-être", None, 7, float("inf"), []])
def test_says_neither(shown: object) -> None:
    assert recommends(shown) is None


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers()), st.sampled_from([5.0, 10.0, 20.0, 100.0]))
def test_a_mark_is_always_between_0_and_5(shown: object, scale: float) -> None:
    mark, _ = RatingReader(scale).read(shown)
    assert mark is None or 0 <= mark <= 5
