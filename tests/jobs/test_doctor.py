"""Each fault that is put into an installation is named, with its way out."""

import os
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.jobs import backup, cases, doctor, erasure, evidence, feeds, models, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.doctor import State
from ereput.jobs.importing import import_file
from ereput.settings import Settings
from ereput.store import open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def there(database_url: str, tmp_path: Path) -> Iterable[tuple[Context, Settings]]:
    settings = Settings(tmp_path / "home", database_url, LATER)
    with closing(open_store(database_url)) as store:
        context = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(context, name="Dr Élise Noël", slug="noel")
        path = tmp_path / "avis.csv"
        path.write_text("Date;Auteur;Note;Avis\n03/11/2026;Gontran Quxwarde;1;Accueil glacial\n", "utf-8")
        import_file(context, path, practitioner="noel", platform="google")
        case = cases.open_by_hand(context, "noel", "Message").case_id
        evidence.add(context, case, BytesIO(b"%PDF-1.7 une page"), "page.pdf", home=settings.home)
        feeds.add(context, "https://flux.example/x", practitioner="noel")
        backup.backup(context, settings, tmp_path / "s.zip")
        for path in settings.home.rglob("*"):
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        yield context, settings


def found(settings: Settings) -> dict[str, State]:
    """Return what is not well, by check."""
    return {f.name: f.state for f in doctor.examine(settings) if f.state is not State.OK}


def write(context: Context, statement: sa.Executable) -> None:
    with context.store.writing() as connection:
        connection.execute(statement)


def test_a_sound_installation_has_nothing_to_say(there: tuple[Context, Settings]) -> None:
    findings = doctor.examine(there[1])
    assert {f.name: f.text for f in findings if f.state is not State.OK} == {}
    assert all(not finding.remedy for finding in findings)
    assert len(findings) == 18


def _vault_file(settings: Settings) -> Path:
    return next(path for path in (settings.home / "preuves").glob("??/*"))


def _change_evidence(_: Context, settings: Settings) -> None:
    path = _vault_file(settings)
    path.chmod(0o640)
    path.write_bytes(b"%PDF-1.7 autre page")


def _lose_evidence(_: Context, settings: Settings) -> None:
    _vault_file(settings).unlink()


def _change_journal(context: Context, _: Settings) -> None:
    write(context, sa.update(schema.case_event).where(schema.case_event.c.number == 1).values(body="{}"))


def _leave_a_file(_: Context, settings: Settings) -> None:
    place = settings.home / "preuves" / "ab"
    place.mkdir(parents=True, exist_ok=True)
    (place / ("ab" * 32)).write_bytes(b"x")
    os.utime(place / ("ab" * 32), (NOW.timestamp(), NOW.timestamp()))


def _leave_a_rest(_: Context, settings: Settings) -> None:
    (settings.home / ".restauration-abc").mkdir()
    os.utime(settings.home / ".restauration-abc", (NOW.timestamp(), NOW.timestamp()))


def _miscount(context: Context, _: Settings) -> None:
    write(context, sa.update(schema.total).values(stars_1=7))


def _cover_tomorrow(context: Context, _: Settings) -> None:
    write(context, sa.update(schema.coverage).values(end=date(2027, 1, 1)))


def _set_clock_back(context: Context, _: Settings) -> None:
    write(context, sa.insert(schema.audit).values(at=LATER + timedelta(days=1), viewer="a", action="b"))


def _leave_an_import(context: Context, _: Settings) -> None:
    write(context, sa.update(schema.import_batch).values(settled=None))


def _leave_a_lock(context: Context, _: Settings) -> None:
    write(context, sa.insert(schema.run).values(name="refresh", started_at=NOW, held_until=NOW))


def _fail_a_feed(context: Context, _: Settings) -> None:
    write(context, sa.update(schema.feed).values(errors=4, error="délai dépassé"))


def _be_late(context: Context, _: Settings) -> None:
    write(context, sa.text("UPDATE alembic_version SET version_num = '0005'"))


def _be_ahead(context: Context, _: Settings) -> None:
    write(context, sa.text("UPDATE alembic_version SET version_num = '9999'"))


def _break_an_erasure(context: Context, settings: Settings) -> None:
    erasure.erase_author(context, "Gontran Quxwarde", home=settings.home)
    erased = schema.publication.update().values(author="Gontran Quxwarde", erased_at=None)
    write(context, erased)


def _lose_the_register(context: Context, settings: Settings) -> None:
    erasure.erase_author(context, "Gontran Quxwarde", home=settings.home)
    (settings.home / "effacements.json").unlink()


def _forget_backups(context: Context, _: Settings) -> None:
    write(context, sa.delete(schema.audit).where(schema.audit.c.action == "sauvegarde"))


def _keep_too_long(context: Context, _: Settings) -> None:
    write(context, sa.update(schema.publication).values(first_seen=NOW - timedelta(days=400)))


FAULTS: dict[str, tuple[Callable[[Context, Settings], None], str, State]] = {
    "evidence changed": (_change_evidence, "preuves", State.BROKEN),
    "evidence lost": (_lose_evidence, "preuves", State.BROKEN),
    "journal changed": (_change_journal, "preuves", State.BROKEN),
    "stray file": (_leave_a_file, "orphelins", State.WATCH),
    "restore cut short": (_leave_a_rest, "restes", State.WATCH),
    "counts": (_miscount, "comptes", State.BROKEN),
    "coverage": (_cover_tomorrow, "couverture", State.BROKEN),
    "clock": (_set_clock_back, "horloge", State.BROKEN),
    "import": (_leave_an_import, "imports", State.WATCH),
    "lock": (_leave_a_lock, "verrous", State.WATCH),
    "feed": (_fail_a_feed, "flux", State.WATCH),
    "schema late": (_be_late, "tables", State.BROKEN),
    "schema ahead": (_be_ahead, "tables", State.BROKEN),
    "erasure": (_break_an_erasure, "effacements", State.BROKEN),
    "register": (_lose_the_register, "effacements", State.WATCH),
    "backups": (_forget_backups, "sauvegardes", State.WATCH),
    "retention": (_keep_too_long, "conservation", State.WATCH),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_way_out(there: tuple[Context, Settings], name: str) -> None:
    inject, check, state = FAULTS[name]
    inject(*there)
    assert found(there[1]).get(check) is state
    (finding,) = (one for one in doctor.examine(there[1]) if one.name == check)
    assert finding.remedy


def test_rows_without_a_parent_and_a_damaged_file_are_named(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", sqlite_url, NOW)
    with closing(open_store(sqlite_url)) as store, store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute(
            "INSERT INTO watch (practitioner_id, watched_at, viewer) VALUES (9, '2026-01-01', 'a')"
        )
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found(settings)["integrite"] is State.BROKEN
    file = tmp_path / "ereput.db"
    data = bytearray(file.read_bytes())
    data[5000:60000] = b"\xff" * 55000
    file.write_bytes(data)
    assert State.BROKEN in found(settings).values()
    file.write_bytes(b"not a database at all, and long enough to be looked at" * 100)
    assert found(settings)["base"] is State.BROKEN


def test_a_machine_that_is_full_or_read_only_is_named(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path / "home", sqlite_url, NOW)
    usage = type("Usage", (), {"free": 10})
    with monkeypatch.context() as patch:
        patch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
        assert found(settings)["disque"] is State.BROKEN
    (tmp_path / "file").write_text("")
    blocked = replace(settings, home=tmp_path / "file")
    assert found(blocked)["dossier"] is State.BROKEN


def test_a_model_that_is_not_what_was_trained_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert models.altered() == []
    data = bytearray(models.MODEL.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "discretion.npz").write_bytes(data)
    monkeypatch.setattr(models, "MODEL", tmp_path / "discretion.npz")
    assert models.altered() == ["discretion.npz"]


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2", NOW)
    assert found(settings) == {"base": State.BROKEN}
