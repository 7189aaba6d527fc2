"""Signals follow the words and the rules in force, whatever happened meanwhile."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from ereput.domain.publication import Draft, PartialDate
from ereput.ingest.reading import Reading
from ereput.jobs import practitioners, rescoring
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Outcome, Request, store_publications
from ereput.jobs.survey import survey
from ereput.jobs.undo import undo_batch
from ereput.store import open_store, rollups, schema
from ereput.text import SIGNALS_VERSION

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BAD, GOOD = "Accueil odieux, attente interminable, à fuir.", "Excellent accueil, je recommande vivement !"


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel")
        yield made


def told(context: Context, text: str) -> Outcome:
    draft = Draft(
        1,
        "google",
        external_id="x1",
        id_namespace="t",
        author="Léa P.",
        published=PartialDate.exact(date(2026, 11, 3)),
        text=text,
    )
    request = Request("file", "avis.csv", practitioner_id=1)
    return store_publications(context, request, lambda: Reading("reviews", "t", items=iter([draft])))


def signals(context: Context) -> tuple[str, bool, int]:
    here = schema.publication.c
    query = sa.select(here.label, here.is_negative, here.signals_version)
    with context.store.reading() as connection:
        label, is_negative, version = connection.execute(query).one()
    return label, is_negative, version


def negatives(context: Context) -> int:
    with context.store.reading() as connection:
        return sum(row.negatives for row in rollups.read_weekly(connection, context.viewer, 1))


def test_signals_of_older_rules_are_made_anew_once(context: Context) -> None:
    told(context, BAD)
    before = signals(context)
    with context.store.writing() as connection:
        stale = {"signals_version": SIGNALS_VERSION - 1, "label": "pos", "is_negative": False}
        connection.execute(sa.update(schema.publication).values(**stale))
        rollups.rebuild(connection, [1])
    assert negatives(context) == 0
    assert rescoring.rescore(context) == 1
    assert (signals(context), negatives(context)) == (before, 1)
    assert rescoring.rescore(context) == 0


def test_an_edit_taken_back_gives_the_first_words_their_signals(context: Context) -> None:
    told(context, BAD)
    survey(context)
    before = signals(context)
    edit = told(context, GOOD)
    assert (edit.edited, signals(context)[0], negatives(context)) == (1, "pos", 0)
    undo_batch(context, edit.batch)
    survey(context)
    assert (signals(context), negatives(context)) == (before, 1)
