"""Two worlds that only differ by what a viewer must not know.

In both stand Anne and her portfolio « Ouest ». The larger one also holds Bruno, of portfolio « Est »:
reviews, imports, rejected rows, alerts, cases, feeds, grants. A read shows nothing of Bruno when it
gives the same in both worlds; it shows no words when none of the marked ones is in what it gives.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ereput.domain.practitioner import Role
from ereput.jobs import cases, feeds, practitioners, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.store import Store, journal, open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS, NAME, LINK = "zxqmots", "zxqauteur", "zxqlien"
"""What no broker may read without a grant: words of publications, names of authors, links to them."""

STANDING = {
    "computed_at": NOW, "data_version": 1, "reviews": 42, "rated": 42, "rating": 3.1, "low": 2.7, "high": 3.5,
    "raw_rating": 3.0, "reviews_90": 14, "negatives_90": 6, "rating_90": 3.0, "reviews_previous": 28,
    "negatives_previous": 4, "rating_previous": 3.2, "unanswered": 3, "open_alerts": 1, "level": "alert",
    "log_odds": 3.0, "observed": 5.0, "expected": 0.8, "last_published": date(2026, 11, 14),
}  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """A practitioner of a world, with the person who looks at its reviews."""

    slug: str
    name: str
    portfolio: str
    viewer: str


ANNE = Somebody("anne", "Dr Anne Alba", "Ouest", "Alba")
BRUNO = Somebody("bruno", "Dr Bruno Bex", "Est", "Boris")


@dataclass(frozen=True)
class World:
    """A store that nobody writes to, and the administrator in it."""

    context: Context
    file: Path

    @property
    def store(self) -> Store:
        """The store."""
        return self.context.store

    def entered(self, name: str) -> Context:
        """Return the surroundings of somebody's jobs."""
        return viewers.enter(self.store, name, NOW)


def reviews(folder: Path, who: Somebody, *, words: str) -> Path:
    """Return a file of reviews, the last row of which no reader understands."""
    lines = ["Date;Auteur;Note;Titre;Avis;Réponse;Lien"]
    lines += [
        f"{day:02}/11/2026;{NAME} {words} {day};{1 + day % 5};{WORDS} {words};Trop d’attente {WORDS} {day};"
        f"{'' if day % 5 == 1 else f'Merci {WORDS}'};https://avis.example/{LINK}-{who.slug}-{day}"
        for day in range(1, 15)
    ]
    lines.append(f"pas une date {WORDS};;;;;;")
    path = folder / f"avis-{who.slug}-{words}.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def settle(context: Context, who: Somebody, folder: Path) -> None:
    """Give somebody a bit of everything."""
    practitioners.add(
        context, name=who.name, slug=who.slug, portfolio=who.portfolio, guarantee="oui", city="Niort"
    )
    viewers.add(context, name=who.viewer, role=Role.PRACTITIONER, people=[who.slug])
    viewers.add(context, name=f"Courtier {who.portfolio}", role=Role.BROKER, portfolios=[who.portfolio])
    viewers.add(context, name=f"Lecteur {who.portfolio}", role=Role.READER, portfolios=[who.portfolio])
    import_file(context, reviews(folder, who, words="un"), practitioner=who.slug, platform="google")
    edited = folder / f"avis-{who.slug}-deux.csv"
    edited.write_text(
        reviews(folder, who, words="un").read_text("utf-8").replace("Trop d’attente", "Jamais à l’heure"),
        "utf-8",
    )
    import_file(context, edited, practitioner=who.slug, platform="google")
    broker = f"Courtier {who.portfolio}"
    viewers.let_read(context, who.slug, broker, until=date(2027, 1, 31), reason="lettre")
    feeds.add(context, f"https://flux.example/{who.slug}", practitioner=who.slug)
    with context.store.reading() as connection:
        first = connection.execute(
            sa.select(schema.publication.c.id)
            .join(schema.practitioner)
            .where(schema.practitioner.c.slug == who.slug)
            .order_by(schema.publication.c.published_on, schema.publication.c.id)
            .limit(2)
        ).scalars()
        pair = list(first)
    cases.open_from_publication(context, who.slug, pair[0], home=folder / "home")
    with context.store.writing() as connection:
        _add_rest(connection, who, pair)


def _add_rest(connection: sa.Connection, who: Somebody, pair: list[int]) -> None:
    """Insert what takes weeks to come about: an alert, a doubt, rows that wait, a watch, a look."""
    row = connection.execute(
        sa.select(schema.practitioner).where(schema.practitioner.c.slug == who.slug)
    ).one()
    batch = connection.execute(sa.select(sa.func.max(schema.import_batch.c.id))).scalar_one()
    mine: dict[str, Any] = {"practitioner_id": row.id}
    week = date(2026, 11, 9)
    figures = {"observed": 5.0, "expected": 0.8, "upper": 3.0, "odds": 6.0, "why": '{"tail": 0.0001}'}
    days = {"week": week, "last_week": week, "peak_week": week, "raised_at": NOW, "changed_at": NOW}
    _insert(
        connection, schema.alert, mine | figures | days,
        kind="spike", level="alert", is_provisional=False, state="open",
    )  # fmt: skip
    _insert(
        connection, schema.doubtful_pair, mine,
        publication_id=pair[0], other_id=pair[1], reason="même auteur", batch_id=batch,
    )  # fmt: skip
    _insert(connection, schema.standing, mine | STANDING)
    _insert(connection, schema.detector_state, mine, prior_version="", week=week, state=b"", history=b"")
    answered = (schema.publication.c.practitioner_id == row.id, schema.publication.c.id == pair[1])
    connection.execute(sa.update(schema.publication).where(*answered).values(replied_on=date(2026, 11, 20)))
    _insert(connection, schema.watch, mine, watched_at=NOW, viewer="administrateur", note="rien")
    _insert(connection, schema.listing, mine, id=100 + row.id, platform="google", url="https://fiche.example")
    _insert(
        connection,
        schema.listing_snapshot,
        mine,
        listing_id=100 + row.id,
        number=1,
        day=week,
        rating=4.0,
        count=9,
        origin="hand",
        viewer="administrateur",
        taken_at=NOW,
    )
    _insert(
        connection, schema.publication, mine,
        id=10**6 + row.id, platform="forum", kind="mention", source=f"Forum {who.slug}", title=WORDS,
        body=WORDS, url=f"https://forum.example/{LINK}", author=NAME, author_key=7, content=7, version=1,
        published_on=week, earliest=week, latest=week, precision="day", week=week, month=week.replace(day=1),
        first_seen=NOW, batch_id=batch, label="neg", score=-0.5, is_negative=True, is_contradictory=False,
        signals_version=1,
    )  # fmt: skip
    _insert(connection, schema.readiness, mine, item="modeles", confirmed_on=week, viewer="administrateur")
    _insert(connection, schema.office, mine, number=1, address=f"1 rue {who.slug}", phone="01 99 00 00 00")
    case = connection.execute(
        sa.select(schema.case.c.id).where(schema.case.c.practitioner_id == row.id)
    ).scalar()
    _insert(
        connection, schema.listing_case, mine, listing_id=100 + row.id, finding="a_revendiquer", case_id=case
    )
    _insert(
        connection, schema.waiting, {},
        batch_id=batch, row=99, portfolio_id=row.portfolio_id, place_key=7,
        place=f"Cabinet {who.slug}", reason="nom seul", draft="{}",
    )  # fmt: skip
    _insert(
        connection, schema.meeting, {},
        whose=f"practitioner:{row.id}", practitioner_id=row.id, span="month", first=date(2026, 10, 1),
        last=date(2026, 10, 31), opened_at=NOW, opened_by="administrateur", closed_at=NOW, pack="{}",
    )  # fmt: skip
    held = connection.execute(sa.select(sa.func.max(schema.meeting.c.id))).scalar_one()
    _insert(
        connection, schema.decision, mine,
        meeting_id=held, text=f"Appeler {who.name}", state="open", made_at=NOW, made_by="administrateur",
    )  # fmt: skip
    _insert(connection, schema.meeting_quote, mine, meeting_id=held, rank=0, publication_id=pair[0], text="…")
    _insert(
        connection, schema.subscription, {},
        viewer_id=connection.execute(
            sa.select(schema.viewer.c.id).where(schema.viewer.c.name == who.viewer)
        ).scalar_one(),
        channel="email", address=f"{who.slug}@bex.example", rhythm="weekly", is_urgent=True,
        quiet_from=20, quiet_to=8,
    )  # fmt: skip
    told = connection.execute(sa.select(sa.func.max(schema.subscription.c.id))).scalar_one()
    _insert(
        connection, schema.sending, {},
        key=f"digest-{told}", subscription_id=told, kind="digest", state="sent", attempts=1, tried_at=NOW,
    )  # fmt: skip
    journal.note(connection, ADMINISTRATOR, viewers.LOOK, subject=who.slug, detail="page", now=NOW)


def _insert(connection: sa.Connection, table: sa.Table, mine: dict[str, Any], **values: Any) -> None:
    connection.execute(sa.insert(table).values(**mine, **values))


def build(store: Store, folder: Path, *people: Somebody) -> None:
    """Settle people in a store."""
    for who in people:
        settle(Context(store, ADMINISTRATOR, NOW), who, folder)


@pytest.fixture(scope="session")
def worlds(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    """The smaller world and the larger one, on SQLite: the larger is a copy where Bruno came."""
    folder = tmp_path_factory.mktemp("worlds")
    files = [folder / "small.db", folder / "large.db"]
    for file, before, newcomer in zip(files, [sqlite_template, files[0]], [ANNE, BRUNO], strict=True):
        shutil.copyfile(before, file)
        with closing(open_store(f"sqlite:///{file}")) as store:
            build(store, folder, newcomer)
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with (
        closing(open_store(f"sqlite:///{files[0]}")) as small,
        closing(open_store(f"sqlite:///{files[1]}")) as large,
    ):
        yield (
            World(Context(small, ADMINISTRATOR, NOW), files[0]),
            World(Context(large, ADMINISTRATOR, NOW), files[1]),
        )


@pytest.fixture(scope="session")
def small(worlds: tuple[World, World]) -> World:
    """Anne alone."""
    return worlds[0]


@pytest.fixture(scope="session")
def large(worlds: tuple[World, World]) -> World:
    """Anne and Bruno."""
    return worlds[1]


@pytest.fixture(scope="session")
def bare(small: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Anne, and Bruno of whom nothing is known but the name."""
    file = tmp_path_factory.mktemp("bare") / "bare.db"
    shutil.copyfile(small.file, file)
    with closing(open_store(f"sqlite:///{file}")) as store:
        context = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(
            context,
            name=BRUNO.name,
            slug=BRUNO.slug,
            portfolio=BRUNO.portfolio,
            guarantee="oui",
            city="Niort",
        )
        yield World(context, file)


@pytest.fixture(scope="session")
def bare_of_grants(large: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Anne and Bruno, who took their agreements back."""
    file = tmp_path_factory.mktemp("grants") / "bare.db"
    shutil.copyfile(large.file, file)
    with closing(open_store(f"sqlite:///{file}")) as store:
        with store.writing() as connection:
            connection.execute(sa.delete(schema.grant))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        yield World(Context(store, ADMINISTRATOR, NOW), file)


@pytest.fixture
def large_anywhere(database_url: str, tmp_path: Path) -> Iterator[World]:
    """Anne and Bruno, once on SQLite and once on PostgreSQL."""
    with closing(open_store(database_url)) as store:
        build(store, tmp_path, ANNE, BRUNO)
        yield World(Context(store, ADMINISTRATOR, NOW), tmp_path)
