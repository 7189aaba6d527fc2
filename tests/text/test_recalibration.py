import pytest

from ereput.domain.publication import Label
from ereput.text import recalibration, signals_many
from ereput.text.recalibration import ENOUGH, recalibrate

JARGON = [f"Passage numéro {n}, du pur zigouigoui" for n in range(150)]
REVERSED = [f"Visite {n}, excellent et formidable" for n in range(150)]


def test_too_few_reviews_change_nothing() -> None:
    done = recalibrate(["Très bien", "Nul", "Bof"], [5, 1, 3])
    assert (done.n, done.shipped, done.local, done.is_kept) == (2, None, None, False)
    assert recalibrate(["Très bien"] * ENOUGH, [5] * ENOUGH).shipped is None


def test_what_one_s_own_reviews_teach_is_kept_when_it_reads_better() -> None:
    texts, stars = JARGON + REVERSED, [5.0] * 150 + [1.0] * 150
    done = recalibrate(texts, stars)
    assert done.model is not None
    assert done.shipped is not None
    assert done.local is not None
    assert done.local > done.shipped
    said = ["Encore un zigouigoui", "Excellent et formidable", "Où se garer ?"]
    reads = signals_many(said)
    moved = recalibration.apply(done.model, said, reads)
    assert [read.label for read in moved[:2]] == [Label.POSITIVE, Label.NEGATIVE]
    assert [read.themes for read in moved] == [read.themes for read in reads]


def test_the_shipped_model_stays_when_nothing_is_gained() -> None:
    texts = [f"Excellent médecin, le meilleur {n}" for n in range(150)]
    texts += [f"À fuir, incompétent {n}" for n in range(150)]
    done = recalibrate(texts, [5.0] * 150 + [1.0] * 150)
    assert (done.shipped, done.is_kept) == (pytest.approx(1.0), False)


def test_ratings_and_texts_go_together() -> None:
    with pytest.raises(ValueError, match="argument"):
        recalibrate(["Bien"], [])
