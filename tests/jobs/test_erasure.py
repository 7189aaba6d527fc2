"""Erasures: found nowhere, not brought back by an import, figures unmoved, evidence of an open case held."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.guidance.events import Outcome
from ereput.jobs import cases, erasure, evidence, ledger, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Outcome as Imported
from ereput.jobs.importing import import_file
from ereput.store import erasures, open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
AUTHOR, WORDS, OTHER = "Gontran Quxwarde", "zxqmotsdegontran", "Autre Personne"
HEAD = "Date;Auteur;Note;Avis;Réponse;Fiche;Ville\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel", city="Niort")
        practitioners.add(made, name="Dr Paul Marin", slug="marin", city="Niort")
        yield made


def file(folder: Path, *rows: str) -> Path:
    path = folder / "avis.csv"
    lines = rows or (
        f"03/11/2026;{AUTHOR};1;Accueil {WORDS} glacial;Merci {WORDS};;",
        f"04/11/2026;{OTHER};5;Parfait, rien à redire;;;",
        f"05/11/2026;{AUTHOR};;;;Fiche {WORDS};",
    )
    path.write_text(HEAD + "\n".join(lines), "utf-8")
    return path


def put(context: Context, folder: Path, *rows: str, who: str = "noel") -> Imported:
    return import_file(context, file(folder, *rows), practitioner=who, platform="google")


def said(context: Context) -> str:
    """Return all that the store holds, as text."""
    with context.store.reading() as connection:
        tables = schema.metadata.sorted_tables
        return json.dumps(
            [[list(map(str, row)) for row in connection.execute(sa.select(table))] for table in tables],
            ensure_ascii=False,
        )


def figures(context: Context) -> list[tuple[object, ...]]:
    with context.store.reading() as connection:
        return [
            tuple(row)
            for table in (schema.weekly, schema.monthly, schema.total)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]


def on(path: Path) -> bytes:
    """Return every byte of the files of a folder."""
    return b"".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file())


def test_an_erased_author_is_found_nowhere_and_does_not_come_back(
    context: Context, home: Path, tmp_path: Path
) -> None:
    put(context, tmp_path)
    put(context, tmp_path, f"03/11/2026;{AUTHOR};2;Finalement {WORDS} correct;;;")  # an edit: a version stays
    before = figures(context)
    done = erasure.erase_author(context, AUTHOR.upper(), home=home)
    assert (done.publications, done.rejects, done.held) == (1, 1, [])
    for _ in range(2):
        text = said(context)
        assert AUTHOR not in text
        assert WORDS not in text
        assert figures(context) == before
        again = put(context, tmp_path)
        assert (again.new, again.edited, again.removed, again.unchanged) == (0, 0, 0, 2)
    other = put(context, tmp_path, f"09/11/2026;{AUTHOR};1;Un second avis {WORDS};;;", who="marin")
    assert (other.new, other.rejected) == (0, 1)
    assert WORDS not in said(context)


def test_a_complete_import_does_not_take_what_was_erased_for_removed(
    context: Context, home: Path, tmp_path: Path
) -> None:
    path = file(tmp_path)
    import_file(context, path, practitioner="noel", platform="google", is_complete=True)
    erasure.erase_author(context, AUTHOR, home=home)
    before = figures(context)
    again = import_file(context, path, practitioner="noel", platform="google", is_complete=True)
    assert (again.new, again.removed) == (0, 0)
    assert figures(context) == before


def test_no_byte_of_it_stays_in_a_sqlite_file(sqlite_url: str, home: Path, tmp_path: Path) -> None:
    with closing(open_store(sqlite_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel")
        rows = [
            f"{1 + n % 28:02}/10/2026;Personne {n};4;Avis ordinaire numéro {n} assez long;;;"
            for n in range(300)
        ]
        put(made, tmp_path, *rows[:150], f"03/11/2026;{AUTHOR};1;Accueil {WORDS} glacial;;;", *rows[150:])
        (tmp_path / "avis.csv").unlink()
        folder = Path(str(store.url.database)).parent
        assert WORDS.encode() in on(folder)
        erasure.erase_author(made, AUTHOR, home=home)
        assert WORDS.encode() not in on(folder)
        assert AUTHOR.encode() not in on(folder)


def test_an_open_case_holds_its_evidence_until_it_is_closed(
    context: Context, home: Path, tmp_path: Path
) -> None:
    put(context, tmp_path)
    with context.store.reading() as connection:
        query = sa.select(schema.publication.c.id).where(schema.publication.c.author == AUTHOR)
        number = connection.execute(query).scalar_one()
    case = cases.open_from_publication(context, "noel", number, home=home).case_id
    side = cases.open_by_hand(context, "noel", "Autre chose").case_id
    cases.write_note(context, side, f"Vu avec {AUTHOR} au téléphone")
    evidence.add(context, side, BytesIO(f"Page de {AUTHOR}\n{WORDS}".encode()), "page.txt", home=home)
    done = erasure.erase_author(context, AUTHOR, home=home)
    assert (done.publications, done.held) == (0, [case, side])
    assert evidence.verify(context, home=home).ok
    assert WORDS in said(context)
    for one in (case, side):
        cases.close(context, one, Outcome.NO_ACTION)
    finished = erasure.finish(context, home=home)
    assert finished.held == []
    assert finished.publications == 1
    verdict = evidence.verify(context, home=home)
    assert verdict.ok
    assert verdict.erased > 0
    assert WORDS not in said(context)
    assert AUTHOR not in said(context)
    assert WORDS.encode() not in on(home)
    assert erasure.finish(context, home=home).publications == 0


def test_a_shared_name_is_refused_and_so_is_whoever_is_no_administrator(context: Context, home: Path) -> None:
    with pytest.raises(RefusedError, match="personne en particulier"):
        erasure.erase_author(context, "Utilisateur Google", home=home)
    broker = replace(context, viewer=Viewer("c", Role.BROKER, portfolios=frozenset({1})))
    with pytest.raises(RefusedError, match="administrateur"):
        erasure.erase_author(broker, AUTHOR, home=home)
    with pytest.raises(RefusedError, match="administrateur"):
        erasure.erase_practitioner(broker, "noel", home=home)
    with context.store.reading() as connection:
        assert not ledger.read(connection)


def test_an_erasure_may_be_of_one_practitioner_and_platform(
    context: Context, home: Path, tmp_path: Path
) -> None:
    put(context, tmp_path)
    put(context, tmp_path, who="marin")
    done = erasure.erase_author(context, AUTHOR, practitioner="noel", platform="google", home=home)
    assert done.publications == 1
    with context.store.reading() as connection:
        query = sa.select(schema.publication.c.practitioner_id).where(schema.publication.c.author == AUTHOR)
        assert list(connection.execute(query).scalars()) == [2]


def test_an_erased_practitioner_leaves_no_name_and_its_rows_do_not_wait(
    context: Context, home: Path, tmp_path: Path
) -> None:
    put(context, tmp_path)
    case = cases.open_by_hand(context, "noel", "Message").case_id
    evidence.add(context, case, BytesIO(f"Page {WORDS}".encode()), "page.txt", home=home)
    with pytest.raises(RefusedError, match=f"dossiers ouverts.*n° {case}"):
        erasure.erase_practitioner(context, "noel", home=home)
    cases.close(context, case, Outcome.NO_ACTION)
    done = erasure.erase_practitioner(context, "noel", home=home)
    assert (done.practitioners, done.publications, done.cases) == (1, 2, 1)
    text = said(context)
    assert "Noël" not in text
    assert "noel" not in text
    assert WORDS.encode() not in on(home)
    path = tmp_path / "avis.csv"
    path.write_text(
        "Nom du praticien;Ville;Date;Auteur;Note;Avis\n"
        f"Dr Élise Noël;Niort;03/11/2026;{OTHER};1;Accueil {WORDS}\n"
        f"Dr Paul Marin;Niort;03/11/2026;{OTHER};1;Accueil correct\n",
        "utf-8",
    )
    outcome = import_file(context, path, portfolio="Mon cabinet", platform="google")
    assert (outcome.new, outcome.waiting, outcome.rejected) == (1, 0, 1)
    assert WORDS not in said(context)


def test_the_register_beside_the_store_names_nobody(context: Context, home: Path, tmp_path: Path) -> None:
    put(context, tmp_path)
    erasure.erase_author(context, AUTHOR, home=home)
    text = (home / ledger.FILE).read_text("utf-8")
    assert json.loads(text)["format"] == ledger.FORMAT
    assert AUTHOR.lower() not in text.lower()
    (home / ledger.FILE).write_text("{}", "utf-8")
    with context.store.writing() as connection, pytest.raises(RefusedError, match="ne se lit pas"):
        ledger.copy_in(connection, home / ledger.FILE)


def test_an_import_planned_before_an_erasure_is_planned_anew(
    context: Context, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "scrub", lambda _: None)  # the import’s own read holds the log
    read, calls = ledger.read, []

    def meanwhile(connection: sa.Connection) -> ledger.Ledger:
        found = read(connection)
        if not calls:
            calls.append(1)
            erasure.erase_author(context, AUTHOR, home=home)
        return found

    monkeypatch.setattr(ledger, "read", meanwhile)
    outcome = put(context, tmp_path)
    assert (outcome.new, outcome.rejected) == (1, 2)
    assert WORDS not in said(context)
