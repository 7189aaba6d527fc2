from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.text import model
from ereput.text.model import LinearModel, ModelError, checksum, load, save, train

ROWS = [
    {"merci": 1.0, "message": 1.0},
    {"merci": 1.0, "avis": 1.0},
    {"votre": 1.0, "dent": 1.0},
    {"votre": 1.0, "message": 0.5, "dent": 1.0},
] * 3
LABELS = ["libre", "libre", "bloquant", "bloquant"] * 3
CLASSES = ("libre", "bloquant")


@pytest.fixture(scope="module")
def trained() -> LinearModel:
    return train(ROWS, LABELS, classes=CLASSES, about={"made_from": "rows"})


def test_it_learns_which_words_go_with_which_label(trained: LinearModel) -> None:
    assert trained.chances({"merci": 1.0})["libre"] > 0.75
    assert trained.chances({"dent": 1.0})["bloquant"] > 0.75
    assert sum(trained.chances({"dent": 1.0, "merci": 1.0}).values()) == pytest.approx(1)


def test_unknown_features_weigh_nothing(trained: LinearModel) -> None:
    assert trained.chances({"jamais vu": 9.0}) == trained.chances({})
    assert trained.chances_many([]).shape == (0, 2)


def test_rare_features_are_left_out() -> None:
    found = train([{"a": 1.0}, {"a": 1.0, "once": 1.0}], list(CLASSES), classes=CLASSES, rare=2)
    assert list(found.places) == [checksum("a")]


def test_it_says_which_features_weighed(trained: LinearModel) -> None:
    pulls = trained.pulls({"dent": 1.0, "merci": 1.0, "inconnu": 1.0}, ("bloquant",), ("libre",))
    assert pulls["dent"] > 0 > pulls["merci"]
    assert "inconnu" not in pulls


def test_training_is_deterministic_and_a_file_gives_back_the_model(
    tmp_path: Path, trained: LinearModel
) -> None:
    again = train(ROWS, LABELS, classes=CLASSES, about={"made_from": "rows"})
    save(trained, tmp_path / "one.npz")
    save(again, tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    read = load(tmp_path / "one.npz")
    assert (read.classes, read.about, read.places) == (trained.classes, trained.about, trained.places)
    assert np.allclose(read.chances_many(ROWS), trained.chances_many(ROWS))


def test_the_slope_of_the_loss_is_right() -> None:
    places = {checksum(name): line for line, name in enumerate(("merci", "votre", "dent"))}
    loss = model._log_loss(model._Sparse.of(ROWS, places), LABELS, CLASSES, 0.3)
    here = np.linspace(-1, 1, 8)
    value, slope = loss(here)
    for place in range(len(here)):
        step = np.zeros_like(here)
        step[place] = 1e-6
        assert (loss(here + step)[0] - value) / 1e-6 == pytest.approx(slope[place], abs=1e-4)


def test_lbfgs_finds_the_least_of_a_narrow_valley() -> None:
    def valley(at: model.Floats) -> tuple[float, model.Floats]:
        x, y = at
        slope = np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
        return float(100 * (y - x * x) ** 2 + (1 - x) ** 2), slope

    assert model._minimum(valley, np.array([-1.2, 1.0]), 200) == pytest.approx([1, 1], abs=1e-3)


@pytest.mark.parametrize(
    ("rows", "labels"),
    [([], []), (ROWS, LABELS[:-1]), ([{"a": 1.0}], ["inconnu"])],
    ids=["none", "short", "odd"],
)
def test_rows_that_teach_nothing_are_refused(rows: list[dict[str, float]], labels: list[str]) -> None:
    with pytest.raises(ValueError, match="rows"):
        train(rows, labels, classes=CLASSES)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{}", b"not a model"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ModelError):
        load(tmp_path / "x.npz")


def test_a_model_of_another_make_is_refused(tmp_path: Path, trained: LinearModel) -> None:
    odd = LinearModel(("one",), trained.places, trained.weights, trained.bias)
    save(odd, tmp_path / "x.npz")
    with pytest.raises(ModelError):
        load(tmp_path / "x.npz")
    with pytest.raises(OSError, match="nothing"):
        load(tmp_path / "nothing.npz")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["merci", "votre", "dent", "x"]), st.floats(-9, 9), max_size=4))
def test_chances_always_add_up(row: dict[str, float]) -> None:
    trained = train(ROWS, LABELS, classes=CLASSES, steps=5)
    chances = trained.chances(row)
    assert sum(chances.values()) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in chances.values())
