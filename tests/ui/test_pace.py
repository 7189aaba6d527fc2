import pytest

from ereput.ui.pace import Pace, rows_in


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(pace: Pace, rows: int) -> str:
    return pace.text(rows).replace("\u00a0", " ").replace("\u202f", " ")


def test_rows_a_second_and_time_left_come_once_they_mean_something() -> None:
    clock = Clock()
    pace = Pace(20_000, clock)
    clock.now = 0.1
    assert told(pace, 1) == "1 ligne lue"
    clock.now = 2.0
    assert told(pace, 10_000) == "10 000 lignes lues · 5 000 lignes/s · encore 2 s environ"
    assert pace.share(10_000) == pytest.approx(0.5)
    assert told(pace, 20_000).endswith("enregistrement")
    assert pace.share(30_000) == 1.0


def test_a_long_import_counts_in_minutes_and_an_unknown_one_says_no_end() -> None:
    clock = Clock()
    pace = Pace(1_000_000, clock)
    clock.now = 10.0
    assert told(pace, 40_000).endswith("encore 4 min environ")
    unknown = Pace(None, clock)
    clock.now = 20.0
    assert told(unknown, 5_000) == "5 000 lignes lues · 500 lignes/s"
    assert unknown.share(5_000) == 0.0


def test_lines_tell_the_rows_of_a_text_and_nothing_of_a_workbook() -> None:
    assert rows_in("avis.CSV", b"date;note\n1;2\n3;4\n") == 2
    assert rows_in("avis.csv", b"") == 1
    assert rows_in("avis.xlsx", b"PK\n\n\n") is None
