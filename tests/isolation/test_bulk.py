"""What a broker imports of many practitioners at once: scored, then kept from the broker until a grant."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.domain.practitioner import Role
from ereput.facts import practitioner, reviews, sources
from ereput.facts import scope as scopes
from ereput.facts.period import Stretch, until
from ereput.jobs import exporting, practitioners, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.settings import parse_now
from ereput.store import open_store, schema
from ereput.store.reads_practitioner import Filters

NOW = parse_now("2026-11-23T09:00:00+01:00")
WORDS, NAME = "zxqmots", "zxqauteur"


@pytest.fixture
def context(database_url: str) -> Iterator[Context]:
    """A broker and two insured practitioners, nothing imported yet."""
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        for name, city in (("Dr Anne Alba", "Niort"), ("Dr Bruno Bex", "Tours")):
            practitioners.add(made, name=name, slug=name.split()[1].lower(), portfolio="Ouest", city=city)
        viewers.add(made, name="Camille", role=Role.BROKER, portfolios=["Ouest"])
        viewers.add(made, name="Anne", role=Role.PRACTITIONER, people=["anne"])
        yield made


def bulk(folder: Path) -> Path:
    """Return one file about both, about somebody unknown, and with a row that nobody understands."""
    lines = ["Praticien;Ville;Date;Auteur;Note;Avis;Réponse"]
    for name, city in (("Dr Anne Alba", "Niort"), ("Dr Bruno Bex", "Tours"), ("Dr Inconnu", "Brest")):
        lines += [
            f"{name};{city};{day:02}/11/2026;{NAME} {day};1;Deux heures d’attente {WORDS} {day};{WORDS}"
            for day in range(1, 8)
        ]
    lines.append(f"Dr Anne Alba;Niort;pas une date {WORDS};{NAME};;;")
    path = folder / "tous.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def told(context: Context, slug: str) -> str:
    """Return all that the pages tell somebody of a practitioner's publications."""
    store, viewer = context.store, context.viewer
    scope = scopes.read(store, viewer).on(slug)
    period = until(Stretch.ALL, context.today)
    assert scope.who is not None
    answers: list[object] = [
        practitioner.read(store, viewer, scope, period, NOW),
        sources.read(store, viewer, scope, period, NOW),
        reviews.read_page(store, viewer, scope.who, Filters(), size=50),
        reviews.read_page(store, viewer, scope.who, Filters(words=WORDS), size=50).reviews,
    ]
    if viewer.role is not Role.PRACTITIONER:  # rows of others stand in the same file
        answers.append(sources.rejects(store, viewer, 1))
    return repr(answers)


def test_bulk_words_are_scored_and_kept_from_the_broker(context: Context, tmp_path: Path) -> None:
    broker = viewers.enter(context.store, "Camille", NOW)
    done = import_file(broker, bulk(tmp_path), portfolio="Ouest", platform="google")
    assert done.new == 14
    with context.store.reading() as connection:
        kept = connection.execute(sa.select(schema.publication.c.body, schema.publication.c.label)).all()
    assert all(WORDS in row.body for row in kept)  # kept whole, and scored
    assert {row.label for row in kept} == {"neg"}
    for slug in ("anne", "bruno"):
        assert WORDS not in told(broker, slug)
        assert NAME not in told(broker, slug)
        assert WORDS not in exported(broker, slug, tmp_path)
    own = viewers.enter(context.store, "Anne", NOW)
    assert WORDS in told(own, "anne")
    viewers.let_read(own, "anne", "Camille", until=date(2026, 12, 31))
    assert WORDS not in told(broker, "anne")  # not without a look in the audit
    opened = viewers.look(broker, "anne", where="Praticien")
    assert WORDS in told(opened, "anne")
    assert NAME not in told(opened, "anne")
    assert WORDS not in told(opened, "bruno")
    assert WORDS in exported(broker, "anne", tmp_path)
    assert WORDS not in exported(broker, "bruno", tmp_path)


def exported(context: Context, slug: str, folder: Path) -> str:
    """Return what somebody's export of a practitioner holds."""
    target = folder / f"{slug}.csv"
    exporting.export(context, slug, target)
    return target.read_text("utf-8-sig")
