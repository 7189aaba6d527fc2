from collections.abc import Callable
from datetime import date, datetime

import pytest

from ereput.detect.rating import shrunk_mean
from ereput.facts import curves, practitioner
from ereput.facts.period import Period
from ereput.facts.practitioner import PractitionerFacts
from ereput.facts.scope import Scope
from ereput.jobs.context import Context

Write = Callable[..., None]


@pytest.fixture
def found(context: Context, anne: Scope, year: Period, now: datetime, write: Write) -> PractitionerFacts:
    for month, stars in ((9, (5, 5, 4)), (10, (5, 2)), (11, (1, 1, 5))):
        for rank, star in enumerate(stars):
            text = "Attente interminable." if star < 3 else "Bien."
            write("anne", f"{star}/5", text, author=f"{month}-{rank}", date=f"{10 + rank}/{month:02d}/2026")
    write("anne", "5/5", "Avant.", author="Z", date="03/06/2025", reply="Merci.")
    shown = practitioner.read(context.store, context.viewer, anne, year, now)
    assert shown is not None
    return shown


def test_nobody_chosen_is_no_facts(context: Context, everybody: Scope, year: Period, now: datetime) -> None:
    assert practitioner.read(context.store, context.viewer, everybody, year, now) is None


def test_figures_come_with_their_base_and_the_period_before(found: PractitionerFacts) -> None:
    rating, received, negative, answered, mentions = found.tiles
    assert rating.n == 8
    assert rating.value == pytest.approx(shrunk_mean([2, 1, 0, 1, 4]).mean)
    assert (received.value, received.previous) == (8, 1)
    assert (negative.value, negative.n, negative.change) == (3, 8, 3)
    assert (answered.text, answered.n) == ("0\u202f%", 3)
    assert (mentions.value, mentions.n_text) == (0, "n\u00a0=\u00a00\u00a0mention")


def test_the_sentence_is_made_of_the_figures(found: PractitionerFacts) -> None:
    mean = shrunk_mean([2, 1, 0, 1, 4]).mean
    assert found.sentence.startswith(f"{mean:.1f} sur 5 (n = 8), stable".replace(".", ","))


def test_frames_are_small_and_whole(found: PractitionerFacts, year: Period) -> None:
    assert list(found.rating.frame.columns) == ["month", "shrunk", "low", "high", "n"]
    assert list(found.rating.frame["month"]) == list(year.months)
    assert int(found.volume.frame["n"].sum()) == 8
    assert found.rating.frame["n"].max() == 8
    assert int(found.tones.frame["n"].sum()) == 8
    assert list(found.sources.frame["source"]) == ["Google"]
    assert found.sources.takeaway == "Google apporte 100\u202f% des 8 publications."
    assert len(found.calendar.frame) == curves.CALENDAR_DAYS
    assert found.calendar.frame["n"].sum() == 3
    assert found.weekly.frame["week"].is_monotonic_increasing


def test_nothing_at_all_is_no_zero(context: Context, everybody: Scope, year: Period, now: datetime) -> None:
    shown = practitioner.read(context.store, context.viewer, everybody.on("bruno"), year, now)
    assert shown is not None
    assert shown.sentence == "Aucun avis sur cette période."
    assert shown.tiles[0].value is None
    assert shown.tiles[0].text == "–"
    assert shown.tiles[0].change_text == "pas de comparaison"


def test_few_marks_are_said_to_be_few(
    context: Context, everybody: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("bruno", "5/5", "Parfait.", author="A", date="20/11/2026")
    shown = practitioner.read(context.store, context.viewer, everybody.on("bruno"), year, now)
    assert shown is not None
    assert "mais sur 1\u00a0note seulement" in shown.sentence


def test_a_gap_within_the_margins_is_no_move() -> None:
    few, many = shrunk_mean([1, 0, 0, 0, 4]), shrunk_mean([0, 0, 0, 1, 4])
    assert not curves.differs(few, many)
    assert curves.differs(shrunk_mean([80, 0, 0, 0, 20]), shrunk_mean([5, 0, 0, 0, 95]))


@pytest.mark.parametrize(("now_count", "before", "expected"), [(3, 0, False), (20, 3, True), (10, 8, False)])
def test_counts_differ_only_beyond_chance(now_count: int, before: int, *, expected: bool) -> None:
    assert practitioner.exceeds_chance(now_count, before) is expected


def test_days_that_nobody_saw_are_unknown(found: PractitionerFacts) -> None:
    frame = found.calendar.frame.set_index("day")["n"]
    assert frame[date(2026, 11, 11)] == 1
    assert frame.isna().any()


def test_sources_over_time_are_four_at_most(
    context: Context, anne: Scope, year: Period, now: datetime, write: Write
) -> None:
    for rank, platform in enumerate(("google", "google", "facebook", "trustpilot", "pagesjaunes", "yelp")):
        write("anne", "5/5", f"Bien {rank}.", author=f"P{rank}", platform=platform)
    shown = practitioner.read(context.store, context.viewer, anne, year, now)
    assert shown is not None
    assert shown.mix.frame["source"].nunique() == 4
    assert shown.mix.frame["n"].sum() == 6
    assert shown.mix.frame.groupby("source")["n"].sum()["Autres sources"] == 2
    assert "Google en tête avec 33" in shown.mix.takeaway
