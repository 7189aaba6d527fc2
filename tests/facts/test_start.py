from collections.abc import Callable
from datetime import datetime

import pytest

from ereput.domain.practitioner import Role
from ereput.facts import start
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.jobs.context import Context

Write = Callable[..., None]


def _read(context: Context, scope: Scope, year: Period, now: datetime) -> start.Start:
    return start.read(context.store, context.viewer, scope, year, now)


def test_the_next_step_is_the_first_that_is_left(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    found = _read(context, everybody, year, now)
    assert [stage.is_done for stage in found.stages] == [True, False, False, False]
    assert [stage.title for stage in found.stages if stage.is_next] == ["Déposer un export d’avis"]
    assert found.can_change
    assert not found.can_show, "somebody real is there: nothing made up comes beside"


def test_reviews_are_a_file_and_a_result(
    context: Context, everybody: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Très bien.")
    found = _read(context, everybody, year, now)
    assert [stage.is_done for stage in found.stages] == [True, True, False, True]


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.READER])
def test_whoever_may_change_nothing_is_not_asked_to(
    role: Role, context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    from dataclasses import replace

    viewer = replace(context.viewer, role=role)
    assert not start.read(context.store, viewer, everybody, year, now).can_change
