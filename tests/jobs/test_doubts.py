"""Pairs that may be one publication: merged or kept, and every import can still be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import Draft, PartialDate
from ereput.ingest.reading import Reading
from ereput.jobs import cases, doubts, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Outcome, Request, store_publications
from ereput.jobs.undo import undo_batch
from ereput.store import Store, publications, reads_sources, rollups, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD = Draft(
    1,
    "google",
    author="Utilisateur Google",
    published=PartialDate.exact(date(2026, 11, 3)),
    rating=1.0,
    text="À fuir",
    external_id="a1",
    id_namespace="takeout",
)
# Another tool's export of what may be the same review: its clock is in another zone.
NEW = replace(
    OLD,
    published=PartialDate.exact(date(2026, 11, 4)),
    external_id="z9",
    id_namespace="apify",
    reply="Appelez le cabinet.",
)
WHO = 1


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Élise Noël", profession="dentiste")
    return made


@pytest.fixture
def bring(context: Context) -> Callable[..., Outcome]:
    """Import some rows: `bring(OLD, is_complete=True)`."""

    def imported(*rows: Draft, **request: object) -> Outcome:
        wanted = Request("file", "avis.csv", practitioner_id=WHO, **request)  # type: ignore[arg-type]  # a test's shorthand
        return store_publications(context, wanted, lambda: Reading("reviews", "test", items=iter(rows)))

    return imported


Bring = Callable[..., Outcome]


def pair(context: Context) -> tuple[int, int]:
    with context.store.reading() as connection:
        (row,) = reads_sources.undecided_pairs(connection, context.viewer)
    return row.publication_id, row.other_id


def stored(context: Context) -> list[int]:
    with context.store.reading() as connection:
        return [row.id for row in publications.read_all(connection, context.viewer, WHO)]


def reply(context: Context) -> str:
    with context.store.reading() as connection:
        (row,) = publications.read_all(connection, context.viewer, WHO)
    return str(row.reply)


def negatives(context: Context) -> int:
    with context.store.reading() as connection:
        return sum(row.negatives for row in rollups.read_weekly(connection, context.viewer, WHO))


def test_the_same_review_is_counted_once_and_every_import_agrees(context: Context, bring: Bring) -> None:
    bring(OLD)
    assert bring(NEW).doubtful == 1
    newer, older = pair(context)
    assert negatives(context) == 2
    doubts.merge(context, WHO, newer, older)
    assert stored(context) == [older]
    assert negatives(context) == 1
    assert reply(context) == "Appelez le cabinet."
    for row in (OLD, NEW):
        again = bring(row)
        assert (again.new, again.edited, again.unchanged, again.doubtful) == (0, 0, 1, 0)
    with context.store.reading() as connection:
        assert reads_sources.count_undecided(connection, context.viewer) == 0
        (noted,) = connection.execute(
            sa.select(schema.audit.c.subject, schema.audit.c.detail).where(
                schema.audit.c.action == "avis fusionnés"
            )
        ).all()
    assert noted == (f"publication {older}", f"publication {newer} retirée")


def test_two_reviews_stay_two_and_are_not_asked_about_again(context: Context, bring: Bring) -> None:
    bring(OLD)
    bring(NEW)
    doubts.keep_both(context, WHO, *pair(context))
    assert len(stored(context)) == 2
    assert bring(NEW).unchanged == 1
    with context.store.reading() as connection:
        assert not reads_sources.undecided_pairs(connection, context.viewer)


def test_taking_back_the_second_import_leaves_what_the_first_brought(context: Context, bring: Bring) -> None:
    bring(OLD)
    second = bring(NEW)
    newer, older = pair(context)
    doubts.merge(context, WHO, newer, older)
    assert undo_batch(context, second.batch) == 0
    assert stored(context) == [older]
    assert reply(context) == ""
    assert bring(NEW).doubtful == 1


def test_taking_back_the_first_import_leaves_what_the_second_saw(context: Context, bring: Bring) -> None:
    first = bring(OLD)
    second = bring(NEW)
    newer, older = pair(context)
    doubts.merge(context, WHO, newer, older)
    assert undo_batch(context, first.batch) == 0
    assert stored(context) == [older]
    assert bring(NEW).unchanged == 1
    assert undo_batch(context, second.batch) == 0  # seen once more since
    assert stored(context) == [older]


def test_what_a_complete_import_missed_under_its_other_name_is_there_again(
    context: Context, bring: Bring
) -> None:
    bring(OLD)
    assert bring(NEW, is_complete=True).removed == 1
    doubts.merge(context, WHO, *pair(context))
    with context.store.reading() as connection:
        (row,) = publications.read_all(connection, context.viewer, WHO)
    assert row.removed_at is None


def test_what_resembles_the_one_that_went_now_resembles_the_one_that_stayed(
    context: Context, bring: Bring
) -> None:
    bring(OLD)
    bring(NEW)
    first = pair(context)
    third = replace(
        NEW,
        published=PartialDate.exact(date(2026, 11, 5)),
        external_id="q4",
        id_namespace="outscraper",
    )
    assert bring(third).doubtful == 1
    doubts.merge(context, WHO, *first)
    resembling, resembled = pair(context)
    assert resembled == first[1]
    doubts.merge(context, WHO, resembling, resembled)
    assert stored(context) == [resembled]
    assert [bring(row).unchanged for row in (third, NEW, OLD)] == [1, 1, 1]


def test_the_one_with_a_case_stays(context: Context, bring: Bring) -> None:
    bring(OLD)
    bring(NEW)
    newer, older = pair(context)
    cases.open_from_publication(context, "dr-elise-noel", newer)
    doubts.merge(context, WHO, newer, older)
    assert stored(context) == [newer]
    assert bring(OLD).unchanged == 1


def test_two_cases_keep_two_reviews(context: Context, bring: Bring) -> None:
    bring(OLD)
    bring(NEW)
    both = pair(context)
    for publication in both:
        cases.open_from_publication(context, "dr-elise-noel", publication)
    with pytest.raises(RefusedError, match="Un dossier est ouvert sur chacun"):
        doubts.merge(context, WHO, *both)
    assert len(stored(context)) == 2


@pytest.mark.parametrize("decide", [doubts.merge, doubts.keep_both])
def test_a_pair_is_decided_once_and_by_those_who_see_it(
    decide: Callable[..., None], context: Context, bring: Bring
) -> None:
    bring(OLD)
    bring(NEW)
    both = pair(context)
    with pytest.raises(RefusedError):
        decide(Context(context.store, Viewer("b", Role.BROKER), NOW), WHO, *both)
    decide(context, WHO, *both)
    with pytest.raises(RefusedError, match="n’est plus à décider"):
        decide(context, WHO, *both)


def test_a_pair_whose_half_was_taken_back_is_no_longer_asked_about(context: Context, bring: Bring) -> None:
    first = bring(OLD)
    bring(NEW)
    undo_batch(context, first.batch)
    with context.store.reading() as connection:
        assert reads_sources.count_undecided(connection, context.viewer) == 0
