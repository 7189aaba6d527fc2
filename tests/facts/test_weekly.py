from collections.abc import Callable
from datetime import date, datetime, timedelta

import pandas as pd

from ereput.facts import weekly
from ereput.facts.scope import Scope
from ereput.facts.weekly import Weekly
from ereput.jobs.context import Context
from ereput.jobs.survey import survey

Write = Callable[..., None]


def _read(context: Context, anne: Scope, now: datetime) -> Weekly:
    assert anne.chosen is not None
    first = now.date() - timedelta(weeks=20)
    return weekly.read(context.store, context.viewer, anne.chosen, now, first=first, last=now.date())


def test_nothing_imported_is_nothing_seen(context: Context, anne: Scope, now: datetime) -> None:
    found = _read(context, anne, now)
    assert list(found.frame.columns) == list(weekly.COLUMNS)
    assert found.frame["negatives"].isna().all()
    assert found.takeaway.startswith("Aucune semaine de cette période n’a pu être observée.")


def test_weeks_are_counted_judged_and_never_guessed(
    context: Context, anne: Scope, now: datetime, write: Write
) -> None:
    for rank in range(18):
        day = now.date() - timedelta(days=7 * rank + 3)
        write("anne", "5/5", f"Bien {rank}.", author=f"P{rank}", date=f"{day:%d/%m/%Y}")
    for rank in range(14):  # no detector worth its name would miss it
        write("anne", "1/5", f"À fuir {rank}.", author=f"N{rank}", date="17/11/2026")
    frame = _read(context, anne, now).frame.set_index("week")
    assert frame.loc[date(2026, 11, 16), "negatives"] == 14
    assert frame.loc[date(2026, 11, 16), "level"] in {"watch", "alert"}
    assert frame.loc[date(2026, 11, 9), "negatives"] == 0
    assert frame.loc[date(2026, 11, 9), "level"] == ""
    before = frame.loc[date(2026, 7, 13)]
    assert before["covered"] == 0
    assert before.isna()["negatives"]


def test_what_a_survey_remembers_is_what_judging_again_gives(
    context: Context, anne: Scope, now: datetime, write: Write
) -> None:
    for rank in range(40):
        stars = "1/5" if rank % 5 == 0 else "5/5"
        write(
            "anne",
            stars,
            f"Avis {rank}.",
            author=f"P{rank}",
            date=f"{now.date() - timedelta(days=5 * rank):%d/%m/%Y}",
        )
    later = now + timedelta(weeks=3)
    scratch = [_read(context, anne, moment) for moment in (now, later)]
    survey(context)
    weekly._judged.cache_clear()
    for moment, expected in zip((now, later), scratch, strict=True):
        found = _read(context, anne, moment)
        pd.testing.assert_frame_equal(found.frame, expected.frame, rtol=1e-6)
        assert found.takeaway == expected.takeaway
    assert weekly._judged.cache_info().misses == 0
    write("anne", "1/5", "Un avis ancien.", author="Tard", date=f"{now.date() - timedelta(days=90):%d/%m/%Y}")
    found = _read(context, anne, now)
    assert weekly._judged.cache_info().misses == 1
    survey(context)
    pd.testing.assert_frame_equal(_read(context, anne, now).frame, found.frame, rtol=1e-6)
    assert weekly._judged.cache_info().misses == 1
