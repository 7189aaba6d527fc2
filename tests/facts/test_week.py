from collections.abc import Callable
from datetime import date, datetime

from ereput.facts import week
from ereput.facts.scope import Scope
from ereput.jobs.context import Context
from ereput.jobs.survey import survey

Write = Callable[..., None]


def test_a_week_opens_on_its_negatives_its_alert_and_its_steps(
    context: Context, anne: Scope, now: datetime, write: Write
) -> None:
    for rank in range(30):
        write("anne", "5/5", f"Bien {rank}.", author=f"P{rank}", date=f"{rank % 28 + 1:02d}/10/2026")
    for rank in range(14):
        write("anne", "1/5", f"À fuir {rank}.", author=f"N{rank}", date="17/11/2026")
    write("anne", "1/5", "Plus tôt.", date="03/11/2026")
    survey(context)
    found = week.read(context.store, context.viewer, anne, now, first=date(2026, 11, 19))
    assert found is not None
    assert found.monday == date(2026, 11, 16)
    assert len(found.reviews) == 14
    assert all(review.is_negative for review in found.reviews)
    assert found.alert is not None
    assert found.alert.week <= found.monday <= found.alert.last_week
    assert found.group.steps


def test_a_calm_week_has_no_alert(context: Context, anne: Scope, now: datetime) -> None:
    found = week.read(context.store, context.viewer, anne, now, first=date(2026, 11, 2))
    assert found is not None
    assert not found.reviews
    assert found.alert is None


def test_a_week_is_of_somebody(context: Context, everybody: Scope, now: datetime) -> None:
    assert week.read(context.store, context.viewer, everybody, now, first=date(2026, 11, 2)) is None
