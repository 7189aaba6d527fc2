"""The table of the command `detect`: what is unknown, what is refused, what comes out."""

import numpy as np
import pandas as pd
import pytest

from ereput.detect.prior import Prior
from ereput.detect.table import detect_table
from ereput.domain.errors import RefusedError

PRIOR = Prior()


def table(*, weeks: int = 80, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"series_id": np.repeat(["b", "a", "c"], weeks), "week": np.tile(np.arange(weeks), 3)}
    )
    frame["neg"] = rng.poisson(0.8, len(frame))
    return frame.assign(total=frame["neg"] + rng.poisson(5.0, len(frame)))


def test_the_last_weeks_of_each_series_come_out_in_order() -> None:
    found = detect_table(table().sample(frac=1.0, random_state=2), last=10)
    assert list(found) == ["series_id", "week", "alarm", "score", "expected", "upper"]
    assert found["series_id"].tolist() == ["a"] * 10 + ["b"] * 10 + ["c"] * 10
    assert found["week"].tolist() == list(range(70, 80)) * 3
    assert set(found["alarm"]) <= {0, 1}
    assert (found["upper"] > found["expected"]).all()


def test_a_burst_alarms_and_its_number_of_weeks_does_not_matter() -> None:
    frame = table()
    frame.loc[(frame["series_id"] == "a") & (frame["week"] == 78), ["neg", "total"]] += 9
    found = detect_table(frame, last=5, prior=PRIOR)
    alarms = found[found["alarm"] == 1]
    assert alarms[["series_id", "week"]].to_numpy().tolist() == [["a", 78]]
    assert alarms["score"].iloc[0] > 2
    shifted = detect_table(frame.assign(week=frame["week"] + 2_900), last=5, prior=PRIOR)
    pd.testing.assert_frame_equal(shifted.drop(columns="week"), found.drop(columns="week"))


def test_a_missing_row_and_an_empty_count_are_one_and_the_same_unknown() -> None:
    frame = table().astype({"neg": float})
    hole = (frame["series_id"] == "b") & frame["week"].between(72, 74)
    emptied = frame.assign(neg=frame["neg"].mask(hole))
    missing = detect_table(frame[~hole], last=20, prior=PRIOR)
    pd.testing.assert_frame_equal(detect_table(emptied, last=20, prior=PRIOR), missing)
    unknown = missing[(missing["series_id"] == "b") & missing["week"].between(72, 74)]
    assert unknown["alarm"].tolist() == [0, 0, 0]
    assert unknown[["score", "expected", "upper"]].isna().all(axis=None)
    zeroed = detect_table(frame.assign(neg=frame["neg"].mask(hole, 0)), last=20, prior=PRIOR)
    after = missing["week"] == 75
    assert (missing.loc[after, "expected"] >= zeroed.loc[after, "expected"]).all()
    assert not missing[after].equals(zeroed[after])


def test_an_unknown_last_week_is_still_the_last() -> None:
    frame = table().astype({"neg": float})
    frame.loc[frame["week"] == 79, "neg"] = np.nan
    found = detect_table(frame, last=2)
    assert found["week"].tolist() == [78, 79] * 3
    assert found.loc[found["week"] == 79, "score"].isna().all()


def test_series_of_any_length_sit_together() -> None:
    frame = table()
    frame = frame[(frame["series_id"] != "c") | (frame["week"] >= 77)]
    found = detect_table(frame, last=30)
    assert found.groupby("series_id").size().to_dict() == {"a": 30, "b": 30, "c": 3}


def test_totals_are_used_and_not_required() -> None:
    frame = table()
    told = detect_table(frame, last=10, prior=Prior(coupling=0.5))
    untold = detect_table(frame.drop(columns="total"), last=10, prior=Prior(coupling=0.5))
    assert not np.allclose(told["expected"], untold["expected"])
    pd.testing.assert_frame_equal(untold, detect_table(frame.drop(columns="total"), last=10, prior=PRIOR))


def test_an_empty_table_gives_an_empty_one() -> None:
    found = detect_table(table().iloc[:0])
    assert list(found) == ["series_id", "week", "alarm", "score", "expected", "upper"]
    assert found.empty


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"week": 1}, "deux fois"),
        ({"week": "x"}, "entiers"),
        ({"week": 1.5}, "entiers"),
        ({"week": np.inf}, "entiers"),
        ({"neg": -1}, "positifs"),
        ({"neg": "beaucoup"}, "positifs"),
        ({"neg": np.inf}, "positifs"),
        ({"series_id": None}, "vides"),
        ({"total": 0, "neg": 3}, "plus petit"),
    ],
)
def test_nonsense_is_refused_in_french(change: dict[str, object], words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        detect_table(table(weeks=4).assign(**change))


@pytest.mark.parametrize("column", ["series_id", "week", "neg"])
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(RefusedError, match=f"« {column} » manque"):
        detect_table(table(weeks=4).drop(columns=column))


def test_absurd_spans_are_refused() -> None:
    frame = pd.DataFrame({"series_id": ["a", "a"], "week": [0, 900_000], "neg": [1, 1]})
    with pytest.raises(RefusedError, match="siècle"):
        detect_table(frame)
    with pytest.raises(RefusedError, match="au moins une"):
        detect_table(table(weeks=4), last=0)
