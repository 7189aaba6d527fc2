"""Imports: all or nothing, once only, nothing lost. On SQLite and on PostgreSQL."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import Draft, Kind, PartialDate, Precision, Reject
from ereput.ingest.reading import Reading
from ereput.jobs import practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Outcome, Request, covered_days, store_publications
from ereput.jobs.undo import undo_batch
from ereput.store import batches, open_store, publications, rollups, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = PartialDate.exact(date(2026, 11, 3))


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", profession="dentiste")
        practitioners.add(made, name="Dr Paul Marin")
        yield made


def review(row: int = 1, **values: object) -> Draft:
    base = Draft(
        row,
        "google",
        author="Camille R.",
        published=DAY,
        rating=1.0,
        text="Accueil glacial, je ne reviendrai pas",
    )
    return replace(base, **values)  # type: ignore[arg-type] # a test's shorthand


def store(context: Context, *rows: Draft | Reject, who: int = 1, **request: object) -> Outcome:
    wanted = Request("file", "avis.csv", practitioner_id=who, **request)  # type: ignore[arg-type] # same
    return store_publications(context, wanted, lambda: Reading("reviews", "test", items=iter(rows)))


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.edited, outcome.unchanged, outcome.removed


def stored(context: Context, who: int = 1) -> list[sa.Row[tuple[object, ...]]]:
    with context.store.reading() as connection:
        return list(publications.read_all(connection, context.viewer, who))


def test_a_second_run_changes_nothing(context: Context) -> None:
    rows = [
        review(1),
        review(2, author="M. D.", rating=5.0, text=""),
        review(3, author="Utilisateur Google", text=""),
    ]
    assert counts(store(context, *rows)) == (3, 0, 0, 0)
    before = stored(context)
    assert counts(store(context, *rows)) == (0, 0, 3, 0)
    assert stored(context) == before


def test_two_namesakes_and_two_empty_five_star_reviews_are_kept(context: Context) -> None:
    nobody = review(3, author="Utilisateur Google", rating=5.0, text="")
    rows = [review(1), review(2, text="Un autre avis du même nom"), nobody, replace(nobody, row=4)]
    assert counts(store(context, *rows)) == (4, 0, 0, 0)
    assert counts(store(context, *rows)) == (0, 0, 4, 0)


def test_an_edit_keeps_the_old_version(context: Context) -> None:
    store(context, review())
    assert counts(store(context, review(text="Finalement le cabinet m'a rappelé", rating=4.0))) == (
        0,
        1,
        0,
        0,
    )
    (row,) = stored(context)
    assert (row.rating, row.version, row.label) == (4.0, 2, "pos")
    with context.store.reading() as connection:
        (old,) = publications.read_versions(connection, context.viewer, 1, row.id)
    assert (old.rating, old.body) == (1.0, "Accueil glacial, je ne reviendrai pas")


def test_one_id_twice_in_a_file_is_one_publication(context: Context) -> None:
    row = review(external_id="x1", id_namespace="google")
    assert counts(store(context, row, replace(row, row=2))) == (1, 0, 1, 0)


def test_three_tools_export_the_same_review_in_any_order(context: Context) -> None:
    plain = review()
    takeout = review(external_id="t1", id_namespace="takeout")
    scraped = review(
        external_id="s1",
        id_namespace="scraper",
        published=PartialDate(DAY.day, date(2026, 11, 1), date(2026, 11, 7), Precision.WEEK),
    )
    for number, order in enumerate(
        [(plain, takeout, scraped), (scraped, plain, takeout), (takeout, scraped, plain)]
    ):
        with context.store.writing() as connection:
            for table in (schema.publication, schema.publication_key):
                connection.execute(sa.delete(table))
        for row in (*order, *order):
            store(context, row)
        assert len(stored(context)) == 1, number


def test_a_complete_import_marks_what_vanished(context: Context) -> None:
    kept, gone = review(1), review(2, author="M. D.", text="Très déçu de la visite")
    store(context, kept, gone)
    assert counts(store(context, kept, is_complete=True)) == (0, 0, 1, 1)
    assert [row.author for row in stored(context) if row.removed_at] == ["M. D."]
    assert counts(store(context, kept, gone, is_complete=True)) == (0, 0, 2, 0)
    assert not [row for row in stored(context) if row.removed_at]


def test_one_story_in_two_feeds_is_one_mention_with_two_sightings(context: Context) -> None:
    story = Draft(
        1, "presse", Kind.MENTION, url="https://a.example/1", title="Le cabinet du port ferme ses portes"
    )
    twin = replace(story, row=2, url="https://b.example/9", title=story.title + " - Le Fil")
    assert counts(store(context, story, twin)) == (1, 0, 1, 0)
    with context.store.reading() as connection:
        seen = (
            connection.execute(sa.select(schema.sighting.c.url).order_by(schema.sighting.c.url))
            .scalars()
            .all()
        )
    assert seen == ["https://a.example/1", "https://b.example/9"]


def test_undo_restores_what_was(context: Context) -> None:
    first = store(context, review(1), review(2, author="M. D.", text="Parfait, merci"))
    before = stored(context)
    second = store(
        context,
        review(1, text="J'ai changé d'avis : accueil correct"),
        review(3, author="A. B.", text="Nouveau venu"),
        is_complete=True,
    )
    assert counts(second) == (1, 1, 0, 1)
    undo_batch(context, second.batch)
    after = stored(context)
    shown = ("id", "body", "rating", "version", "removed_at", "edited_at", "content")
    assert [[getattr(row, name) for name in shown] for row in after] == [
        [getattr(row, name) for name in shown] for row in before
    ]
    with pytest.raises(RefusedError, match="déjà annulé"):
        undo_batch(context, second.batch)
    undo_batch(context, first.batch)
    assert stored(context) == []


def test_undo_keeps_what_a_later_import_saw(context: Context) -> None:
    first = store(context, review(1), review(2, author="M. D.", text="Parfait, merci"))
    store(context, review(1))
    assert undo_batch(context, first.batch) == 1
    assert [row.author for row in stored(context)] == ["Camille R."]
    assert counts(store(context, review(1))) == (0, 0, 1, 0)


def test_rejects_are_kept_with_their_reason(context: Context) -> None:
    outcome = store(context, review(1), Reject(2, "Date illisible.", "31/31/2026"))
    assert outcome.rejected == 1
    with context.store.reading() as connection:
        (reject,) = batches.read_rejects(connection, context.viewer, outcome.batch)
    assert (reject.row, reject.reason, reject.raw) == (2, "Date illisible.", "31/31/2026")


def test_a_file_without_a_review_stores_nothing(context: Context) -> None:
    with pytest.raises(RefusedError, match="aucun avis"):
        store(context, Reject(1, "Ligne vide."))
    with context.store.reading() as connection:
        assert batches.read_all(connection, context.viewer) == []


def test_a_failure_in_the_middle_leaves_nothing(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(rollups, "rebuild", broken)
    with pytest.raises(OSError, match="power cut"):
        store(context, review())
    assert stored(context) == []


def test_a_plan_overtaken_by_another_import_is_made_again(context: Context) -> None:
    others: list[Outcome] = []

    def rows() -> Iterator[Draft]:
        yield review()
        if not others:  # somebody else imports the same review while this one is being read
            others.append(store(context, review()))

    request = Request("file", "avis.csv", practitioner_id=1)
    outcome = store_publications(context, request, lambda: Reading("reviews", "test", items=rows()))
    assert counts(outcome) == (0, 0, 1, 0)
    assert len(stored(context)) == 1


def test_a_viewer_sees_its_own_only(context: Context) -> None:
    store(context, review())
    stranger = Viewer("autre", Role.PRACTITIONER, practitioners=frozenset({2}))
    with context.store.reading() as connection:
        assert publications.read_all(connection, stranger, 1) == []
        assert rollups.read_weekly(connection, stranger, 1) == []
        assert batches.read_all(connection, stranger) == []


def test_weekly_counts_follow_the_publications(context: Context) -> None:
    relative = PartialDate(DAY.day, date(2026, 10, 20), date(2026, 11, 20), Precision.MONTH)
    store(
        context,
        review(1),
        review(2, author="M. D.", rating=4.5, text=""),
        review(3, author="Z. Z.", published=relative),
    )
    with context.store.reading() as connection:
        (week,) = rollups.read_weekly(connection, context.viewer, 1)
        (total,) = rollups.read_totals(connection, context.viewer, 1)
    assert (week.week, week.stars_1, week.stars_5, week.negatives) == (date(2026, 11, 2), 1, 1, 1)
    assert (total.stars_1, total.undated, total.negatives) == (2, 1, 2)


def test_coverage_reaches_today_when_the_calm_is_plausible() -> None:
    today = NOW.date().toordinal()
    week = timedelta(weeks=1).days
    assert covered_days(today - 50 * week, today - 2 * week, 50, today)[1] == NOW.date()
    late = covered_days(today - 50 * week, today - 20 * week, 50, today)[1]
    assert late == NOW.date() - timedelta(weeks=20)


def test_news_added_to_the_counts_give_what_counting_all_anew_gives(context: Context) -> None:
    relative = PartialDate(date(2026, 11, 2), date(2026, 10, 27), date(2026, 11, 2), Precision.MONTH)
    store(context, *(review(n, text=f"Avis {n} lisible", rating=float(1 + n % 5)) for n in range(1, 9)))
    store(
        context,
        review(1, text="Trop d’attente à chaque fois", published=PartialDate.exact(date(2026, 10, 1))),
        review(2, text="Très bien reçu par tous", rating=4.5, reply="Merci"),
        review(3, text="Sans étoile ni semaine connue", rating=None, published=relative),
        review(4, text="Sans aucune date du tout", published=None, platform="facebook"),
        replace(review(5, url="https://presse.example/1"), kind=Kind.MENTION, rating=None, platform="presse"),
    )
    tables = (schema.weekly, schema.monthly, schema.total)

    def counted() -> list[list[tuple[object, ...]]]:
        with context.store.reading() as connection:
            return [
                [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
                for table in tables
            ]

    added = counted()
    with context.store.writing() as connection:
        rollups.rebuild(connection, [1])
    assert added == counted()
    assert [len(rows) for rows in added] == [3, 3, 3]
