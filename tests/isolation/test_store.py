"""Every read of the store: asked about somebody out of view, it gives what it would if nobody was there."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import ereput.store
from ereput.detect.funnel import Funnel
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.jobs import viewers
from ereput.store import schema
from ereput.store.portfolio import Asked, Sort
from ereput.store.reads_practitioner import Filters

NO_READ = {
    "journal.note": "writes who acts",
    "portfolio.note_many": "writes who acts",
    "journal.insert_watch": "writes who acts",
    "feeds.remove": "writes; tried through its job",
    "notices.delete_subscription": "writes; tried through its command",
    "listings.write_ready": "writes who acts",
    "cases.lock": "needs a transaction that writes; tried through its job",
    "viewers.token_since": "speaks of the asker alone; tried through its job",
    "scope.visible": "the rule itself",
    "scope.visible_ids": "the rule itself",
    "scope.sees": "the rule itself",
    "locks.beyond": "gives nothing; the read inside it is tried",
    "meetings.visible_meetings": "the rule itself",
}
# Anne has some publications; neither is made up.
SAYS_ONLY_YES = {"reads_home.holds_publications", "practitioners.has_demo"}
INTRUDERS = ("Alba", "Courtier Ouest", "Lecteur Ouest")
# What is asked for, by the name of the parameter: always something of Bruno's.
ASKED: dict[str, Callable[[Any], object]] = {
    "action": lambda _: viewers.LOOK,
    "alert_id": lambda known: known(schema.alert.c.id),
    "asked": lambda _: Asked(portfolio="Est"),
    "batch_id": lambda known: known(schema.import_batch.c.id),
    "case_id": lambda known: known(schema.case.c.id),
    "case_ids": lambda known: [known(schema.case.c.id)],
    "everything": lambda _: True,
    "filters": lambda _: Filters(),
    "funnel": lambda _: Funnel(4.5, 0.1, 0.0, 2),
    "ids": lambda known: [known(schema.publication.c.id)],
    "before": lambda _: "later",
    "label": lambda _: "Dr Bruno Bex",
    "limit": lambda _: 50,
    "listing_id": lambda known: known(schema.listing.c.id),
    "watched_since": lambda _: datetime(2026, 11, 1, tzinfo=UTC),
    "confirmed_since": lambda _: date(2026, 1, 1),
    "control": lambda _: 0.6,
    "quarter": lambda _: date(2026, 9, 1),
    "year": lambda _: date(2025, 12, 1),
    "first": lambda _: date(2026, 1, 1),
    "last": lambda _: date(2026, 12, 31),
    "since": lambda _: date(2026, 11, 20),
    "moment": lambda _: datetime(2026, 11, 1, tzinfo=UTC),
    "mute": lambda _: (),
    "theme": lambda _: "",
    "meeting_id": lambda known: known(schema.meeting.c.id),
    "decision_id": lambda known: known(schema.decision.c.id),
    "whose": lambda known: f"practitioner:{known(schema.practitioner.c.id)}",
    "name": lambda _: "Est",
    "names": lambda _: ["Dr Bruno Bex"],
    "now": lambda _: "later",
    "offset": lambda _: 0,
    "place_key": lambda _: 7,
    "portfolio_id": lambda known: known(schema.practitioner.c.portfolio_id),
    "portfolio_name": lambda _: "Est",
    "practitioner_id": lambda known: known(schema.practitioner.c.id),
    "practitioner_ids": lambda known: [known(schema.practitioner.c.id)],
    "publication_id": lambda known: known(schema.publication.c.id),
    "slug": lambda _: "bruno",
    "sort": lambda _: Sort.ODDS,
    "states": lambda _: (),
    "today": lambda _: "today",
    "words": lambda _: "bruno",
    "is_open": lambda _: False,
    "worse": lambda _: True,
    "z": lambda _: 0.1,
    "viewers.read_one.name": lambda _: "Boris",
    "meetings.find.first": lambda _: date(2026, 10, 1),
    "meetings.find.last": lambda _: date(2026, 10, 31),
    "meetings.read_followed.first": lambda _: date(2026, 11, 1),
    "reads_meeting.by_practitioner.ids": lambda known: [known(schema.practitioner.c.id)],
    "reads_meeting.delays_of.ids": lambda known: [known(schema.practitioner.c.id)],
    "reads_meeting.names.ids": lambda known: [known(schema.practitioner.c.id)],
}


def reads() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in pkgutil.iter_modules(ereput.store.__path__):
        for name, function in inspect.getmembers(
            importlib.import_module(f"ereput.store.{module.name}"), inspect.isfunction
        ):
            told = inspect.signature(function).parameters.values()
            is_here = function.__module__ == f"ereput.store.{module.name}" and not name.startswith("_")
            if is_here and any(parameter.annotation is Viewer for parameter in told):
                found[f"{module.name}.{name}"] = function
    return {name: function for name, function in found.items() if name not in NO_READ}


def bruno_s(world: Any) -> Callable[[sa.Column[Any]], Any]:
    """Return what looks up a number of Bruno's by its column."""

    def known(column: sa.Column[Any]) -> Any:
        query = sa.select(column).where(schema.practitioner.c.slug == "bruno")
        if column.table is not schema.practitioner:
            query = query.join(
                schema.practitioner, schema.practitioner.c.id == column.table.c.practitioner_id
            )
        with world.store.reading() as connection:
            return connection.execute(query.order_by(column.desc()).limit(1)).scalar_one()

    return known


def asked_for(name: str, world: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for parameter in list(inspect.signature(reads()[name]).parameters)[2:]:
        wanted = ASKED.get(f"{name}.{parameter}") or ASKED.get(parameter)
        if wanted is None:
            pytest.fail(f"say in ASKED what of Bruno's stands for « {parameter} »")
        values[parameter] = wanted(bruno_s(world))
    clock = {"now": world.context.now, "today": world.context.today}
    clock["before"] = world.context.now + timedelta(days=1)
    return values | {key: value for key, value in clock.items() if key in values}


def answer(function: Callable[..., Any], world: Any, viewer: Viewer, values: dict[str, Any]) -> str:
    with world.store.reading() as connection:
        try:
            return repr(function(connection, viewer, **values))
        except RefusedError as refusal:
            return f"refused: {refusal}"


def required(function: Callable[..., Any], values: dict[str, Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters
    return {key: value for key, value in values.items() if parameters[key].default is inspect.Parameter.empty}


@pytest.mark.parametrize("name", reads())
@pytest.mark.parametrize("intruder", INTRUDERS)
def test_a_read_tells_nothing_of_somebody_out_of_view(
    name: str, intruder: str, small: Any, large: Any
) -> None:
    function = reads()[name]
    wanted = asked_for(name, large)
    for values in (wanted, required(function, wanted)):
        given = [answer(function, world, world.entered(intruder).viewer, values) for world in (small, large)]
        assert given[0] == given[1]
        assert "Bex" not in given[1]


@pytest.mark.parametrize("name", sorted(reads().keys() - SAYS_ONLY_YES))
def test_the_question_itself_finds_something(name: str, small: Any, large: Any) -> None:
    """A read that finds nothing for whom may see Bruno either would prove nothing above."""
    function = reads()[name]
    wanted = asked_for(name, large)
    insiders = [large.context.viewer, large.entered("Courtier Est").viewer]
    assert any(
        answer(function, small, viewer, values) != answer(function, large, viewer, values)
        for viewer in insiders
        for values in (wanted, required(function, wanted))
    )


def test_both_databases_keep_the_same_secrets(large_anywhere: Any) -> None:
    world = large_anywhere
    for intruder in INTRUDERS:
        viewer = world.entered(intruder).viewer
        for name, function in reads().items():
            wanted = asked_for(name, world)
            for values in (wanted, required(function, wanted)):
                given = answer(function, world, viewer, values)
                assert "Bex" not in given, name
                assert "bruno" not in given or given.startswith("refused"), name


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_second_lock_changes_no_answer(large_anywhere: Any) -> None:
    """As the role that row-level security holds, each read gives each viewer what it gives without."""
    world = large_anywhere
    with world.store.writing() as connection:
        for statement in (
            "DROP ROLE IF EXISTS ereput_reads",
            "CREATE ROLE ereput_reads",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ereput_reads",
        ):
            connection.execute(sa.text(statement))
    for name in ("", *INTRUDERS, "Boris", "Courtier Est"):
        viewer = world.entered(name).viewer
        bound = world.store.seen_by(viewer)
        for read, function in reads().items():
            values = asked_for(read, world)
            with bound.reading() as connection:
                connection.execute(sa.text("SET LOCAL ROLE ereput_reads"))
                locked = _given(function, connection, viewer, values)
            assert locked == answer(function, world, viewer, values), f"{read} for {name or 'everybody'}"


def _given(function: Callable[..., Any], connection: Any, viewer: Viewer, values: dict[str, Any]) -> str:
    try:
        return repr(function(connection, viewer, **values))
    except RefusedError as refusal:
        return f"refused: {refusal}"
