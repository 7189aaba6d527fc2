"""Scoring on several processes gives what one gives, in the same order."""

from ereput.jobs.scoring import SMALL, Scoring
from ereput.text import signals_many

TEXTS = ["Accueil glacial, à fuir", "Très bon praticien, à l'écoute", "", "Deux heures d'attente !"]


def test_processes_change_nothing() -> None:
    chunk = TEXTS * (SMALL // len(TEXTS) // 4 + 1)
    ratings = [None] * len(chunk)
    expected = signals_many(chunk, ratings)
    with Scoring(processes=2) as scoring:
        done = []
        for number in range(6):
            scoring.submit([number], chunk, ratings)
            done += list(scoring.ready())
        done += list(scoring.rest())
        assert scoring.pool is not None
    assert [rows for rows, _ in done] == [[number] for number in range(6)]
    assert all(signals == expected for _, signals in done)


def test_a_small_import_starts_no_process() -> None:
    with Scoring(processes=2) as scoring:
        scoring.submit(["a"], TEXTS, [None] * len(TEXTS))
        assert [rows for rows, _ in scoring.rest()] == [["a"]]
        assert scoring.pool is None


def test_a_killed_process_loses_nothing() -> None:
    chunk = TEXTS * (SMALL // len(TEXTS) + 1)
    with Scoring(processes=2) as scoring:
        scoring.submit([0], chunk, [None] * len(chunk))
        assert scoring.pool is not None
        for process in scoring.pool._processes.values():
            process.kill()
        assert [(rows, len(signals)) for rows, signals in scoring.rest()] == [([0], len(chunk))]
