import pytest

from ereput.facts.shapes import Good, Tile


def _tile(value: float | None, previous: float | None, **details: object) -> Tile:
    return Tile("Note", value, 12, "définition", previous=previous, **details)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("value", "previous", "text"),
    [(4.3, 4.2, "+0,1"), (4.2, 4.5, "\u22120,3"), (4.31, 4.29, "stable"), (None, 4.0, "pas de comparaison")],
)
def test_a_change_is_that_of_the_figures_shown(
    value: float | None, previous: float | None, text: str
) -> None:
    assert _tile(value, previous, decimals=1).change_text == text


def test_no_data_is_a_dash_and_not_zero() -> None:
    assert _tile(None, None, unit=" sur 5").text == "–"
    assert _tile(0, None).text == "0"


@pytest.mark.parametrize(
    ("good", "worse"), [(Good.UP, False), (Good.DOWN, True), (Good.NEITHER, False)], ids=str
)
def test_worse_depends_on_which_way_is_good(good: Good, *, worse: bool) -> None:
    assert _tile(3, 2, good=good).is_worse is worse
    assert _tile(2, 2, good=good).is_worse is False
