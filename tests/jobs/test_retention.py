"""Retention: proposed, shown, confirmed, then done; figures stay, open cases hold, nothing comes back."""

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.guidance.events import Outcome
from ereput.jobs import cases, evidence, practitioners, register, retention
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.jobs.retention import Kept
from ereput.settings import Settings
from ereput.store import open_store, schema

THEN = datetime(2026, 1, 31, 9, tzinfo=UTC)
NOW = datetime(2026, 8, 31, 9, tzinfo=UTC)
WORDS = "zxqmots"


@pytest.fixture
def context(database_url: str, tmp_path: Path) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, THEN)
        practitioners.add(made, name="Dr Élise Noël", slug="noel")
        put(made, tmp_path)
        yield replace(made, now=NOW)


def put(context: Context, folder: Path) -> tuple[int, int, int]:
    path = folder / "avis.csv"
    rows = [f"0{n}/01/2026;Personne {n};{n};Accueil {WORDS} {n}" for n in (1, 2, 3)]
    path.write_text("\n".join(["Date;Auteur;Note;Avis", *rows, f"04/01/2026;Nom {WORDS};;"]), "utf-8")
    done = import_file(context, path, practitioner="noel", platform="google", is_complete=True)
    return done.new, done.edited, done.removed


def counts(shown: retention.Preview) -> dict[str, int]:
    return {row.kind.value: row.count for row in shown.rows if row.count}


def words(context: Context) -> int:
    with context.store.reading() as connection:
        query = sa.select(sa.func.count()).where(schema.publication.c.body.contains(WORDS))
        return int(connection.execute(query).scalar_one())


def totals(context: Context) -> list[sa.Row[tuple[object, ...]]]:
    with context.store.reading() as connection:
        return list(connection.execute(sa.select(schema.total)).all())


def test_the_durations_are_those_of_the_base() -> None:
    rule = retention.source().rule
    months = {int(n) * (12 if unit == "ans" else 1) for n, unit in re.findall(r"(\d+) (mois|ans)", rule)}
    assert {number for number in retention.PROPOSED.values() if number != 13} <= months
    assert "1 an) + 1 mois" in rule  # thirteen months
    assert retention.source().status.value == "a_verifier"


def test_nothing_goes_before_somebody_saw_and_confirmed(context: Context, tmp_path: Path) -> None:
    shown = retention.preview(context)
    assert (counts(shown), shown.is_confirmed) == ({"textes": 3, "lignes": 1}, False)
    with pytest.raises(RefusedError, match="Personne n’a encore confirmé"):
        retention.purge(context, home=tmp_path)
    assert words(context) == 3
    before = totals(context)
    retention.confirm(context, shown)
    assert retention.preview(context).is_confirmed
    assert retention.purge(context, home=tmp_path).counts["textes"] == 3
    assert words(context) == 0
    assert totals(context) == before
    assert counts(retention.preview(context)) == {}
    assert put(context, tmp_path) == (0, 0, 0)
    assert words(context) == 0
    assert totals(context) == before


def test_days_count_from_when_it_came_in(context: Context) -> None:
    eve = replace(context, now=datetime(2026, 7, 30, 9, tzinfo=UTC))
    assert counts(retention.preview(eve)) == {}  # six months after 31 January: 31 July
    assert counts(retention.preview(replace(eve, now=datetime(2026, 8, 1, tzinfo=UTC))))["textes"] == 3


def test_other_durations_are_confirmed_anew(context: Context, tmp_path: Path) -> None:
    seen = retention.preview(context)
    retention.confirm(context, seen)
    retention.change(context, {Kept.TEXTS: 12})
    shown = retention.preview(context)
    assert (counts(shown), shown.is_confirmed) == ({"lignes": 1}, False)
    with pytest.raises(RefusedError, match="ont changé depuis"):
        retention.confirm(context, seen)
    for months in (0, 121):
        with pytest.raises(RefusedError, match="de 1 à 120"):
            retention.change(context, {Kept.AUDIT: months})
    broker = replace(context, viewer=Viewer("c", Role.BROKER))
    for refused in (retention.preview, lambda c: retention.purge(c, home=tmp_path)):
        with pytest.raises(RefusedError, match="administrateur"):
            refused(broker)


def test_a_case_holds_its_review_while_it_lives_and_goes_in_its_turn(
    context: Context, tmp_path: Path
) -> None:
    with context.store.reading() as connection:
        number = connection.execute(sa.select(schema.publication.c.id).limit(1)).scalar_one()
    then = replace(context, now=THEN)
    case = cases.open_from_publication(then, "noel", number, home=tmp_path).case_id
    assert counts(retention.preview(context))["textes"] == 2
    cases.close(then, case, Outcome.NO_ACTION)
    late = replace(context, now=datetime(2027, 3, 2, tzinfo=UTC))
    shown = retention.preview(late)
    assert counts(shown)["dossiers"] == 1
    retention.confirm(late, shown)
    retention.purge(late, home=tmp_path)
    verdict = evidence.verify(late, home=tmp_path)
    assert verdict.ok
    assert verdict.erased > 0
    assert words(context) == 0
    assert not [path for path in (tmp_path / "preuves").rglob("*") if path.is_file()]


def test_the_record_of_processing_says_the_real_settings(context: Context, tmp_path: Path) -> None:
    retention.change(context, {Kept.TEXTS: 9})
    settings = Settings(tmp_path, "sqlite:///x.db", NOW, contact="cabinet@exemple.fr")
    text = register.markdown(context, settings)
    assert "9 mois" in text
    assert "cabinet@exemple.fr" in text
    assert "Dr Élise Noël" not in text
    for name in ("registre.md", "registre.docx"):
        register.write(context, settings, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
    with pytest.raises(RefusedError, match=r"\.md ou \.docx"):
        register.write(context, settings, tmp_path / "registre.pdf")
