"""Backups: whole, verified, restored with the same figures; what was erased since does not come back."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.guidance.events import Outcome
from ereput.jobs import backup, cases, cipher, erasure, evidence, ledger, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.settings import Settings
from ereput.store import open_store, schema, snapshot

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PASSPHRASE = "une phrase que personne ne devine"  # noqa: S105 (a test’s own)
AUTHOR, WORDS = "Gontran Quxwarde", "zxqmotsdegontran"
FIGURES = (schema.weekly, schema.monthly, schema.total, schema.meeting, schema.case_event, schema.coverage)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make keys at a cost that tests can bear: the cost is no part of what they check."""
    monkeypatch.setattr(cipher, "_COST", 1 << 10)


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home", database_url, NOW)


@contextmanager
def context_of(settings: Settings) -> Iterator[Context]:
    with closing(open_store(settings.database_url)) as store:
        store.migrate()
        yield Context(store, ADMINISTRATOR, NOW)


def fill(context: Context, home: Path, folder: Path) -> int:
    """Put reviews, a case with a sealed file and a closed meeting into a store; return the case."""
    practitioners.add(context, name="Dr Élise Noël", slug="noel")
    reviews(context, folder)
    with context.store.reading() as connection:
        query = sa.select(schema.publication.c.id).where(schema.publication.c.author == AUTHOR)
        number = connection.execute(query).scalar_one()
    case = cases.open_from_publication(context, "noel", number, home=home).case_id
    evidence.add(context, case, io.BytesIO(f"Page de {AUTHOR} : {WORDS}".encode()), "page.txt", home=home)
    cases.close(context, case, Outcome.NO_ACTION)
    with context.store.writing() as connection:
        days = {"span": "month", "first": datetime(2026, 10, 1).date(), "last": datetime(2026, 10, 31).date()}  # noqa: DTZ001 (a day)
        held = connection.execute(
            sa.insert(schema.meeting)
            .values(whose="practitioner:1", practitioner_id=1, opened_at=NOW, opened_by="a", closed_at=NOW,
                    pack='{"note":3.4}', **days)
            .returning(schema.meeting.c.id)
        ).scalar_one()  # fmt: skip
        connection.execute(
            sa.insert(schema.meeting_quote).values(
                meeting_id=held, rank=0, practitioner_id=1, publication_id=number, text=f"« {WORDS} »"
            )
        )
    return case


def reviews(context: Context, folder: Path) -> None:
    path = folder / "avis.csv"
    path.write_text(
        "Date;Auteur;Note;Avis;Réponse\n"
        f"03/10/2026;{AUTHOR};1;Accueil {WORDS} glacial;Merci {WORDS}\n"
        "04/10/2026;Autre Personne;5;Parfait, rien à redire;\n",
        "utf-8",
    )
    import_file(context, path, practitioner="noel", platform="google")


def held(context: Context, *tables: sa.Table) -> list[tuple[object, ...]]:
    with context.store.reading() as connection:
        return [
            tuple(row)
            for table in tables
            for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]


def everything(context: Context) -> list[tuple[object, ...]]:
    """Return all that is stored but what a backup or a restore notes of itself."""
    own = (schema.audit, schema.setting)
    return held(context, *(table for table in schema.metadata.sorted_tables if table not in own))


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_rehearsal_gives_the_same_figures_and_a_valid_chain(here: Settings, tmp_path: Path) -> None:
    with context_of(here) as context:
        fill(context, here.home, tmp_path)
        before = everything(context)
        saved = backup.backup(context, here, tmp_path / "s.zip")
    assert (saved.evidence, saved.missing, saved.is_encrypted) == (2, (), False)
    assert not list(tmp_path.glob("*.part"))
    assert not list(here.home.glob(".*"))
    there = Settings(tmp_path / "ailleurs", f"sqlite:///{tmp_path / 'ailleurs' / 'ereput.db'}", NOW)
    restored = backup.restore(there, tmp_path / "s.zip")
    assert restored.evidence_ok
    assert restored.erased_since == {}
    with context_of(there) as context:
        assert everything(context) == before
        assert evidence.verify(context, home=there.home).ok
    assert not list(there.home.glob(f"{backup.STAGING}*"))
    with pytest.raises(RefusedError, match="contient déjà des données"):
        backup.restore(there, tmp_path / "s.zip")


def test_a_backup_of_one_database_restores_into_the_other(
    sqlite_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    here = Settings(tmp_path / "home", sqlite_url, NOW)
    there = Settings(tmp_path / "ailleurs", empty_database_url, NOW)
    with context_of(here) as context:
        fill(context, here.home, tmp_path)
        before = everything(context)
        backup.backup(context, here, tmp_path / "s.zip")
    backup.restore(there, tmp_path / "s.zip")
    with context_of(there) as context:
        assert everything(context) == before
        practitioners.add(context, name="Dr Paul Marin")  # numbers go on after those restored
        number = cases.open_by_hand(context, "dr-paul-marin", "Message").case_id
        assert number == 2
        assert evidence.verify(context, home=there.home).ok
        with pytest.raises(RefusedError, match="contient déjà des données"):
            backup.restore(there, tmp_path / "s.zip")


@pytest.mark.parametrize("is_moved", [False, True])
def test_what_was_erased_since_does_not_come_back(here: Settings, tmp_path: Path, *, is_moved: bool) -> None:
    with context_of(here) as context:
        case = fill(context, here.home, tmp_path)
        backup.backup(context, here, tmp_path / "hier.zip")
        figures = held(context, *FIGURES[:4])
        erasure.erase_author(context, AUTHOR, home=here.home)
        reviews(context, tmp_path)
        assert held(context, *FIGURES[:4]) == figures
    home = tmp_path / "neuf"
    if not is_moved:  # the same home, emptied: only the register stays there
        home.mkdir()
        (here.home / ledger.FILE).replace(home / ledger.FILE)
        ledger.beside(tmp_path / "hier.zip").unlink()
    there = Settings(home, f"sqlite:///{home / 'ereput.db'}", NOW)
    restored = backup.restore(there, tmp_path / "hier.zip")
    assert restored.evidence_ok
    assert restored.erased_since["publications"] == 1
    with context_of(there) as context:
        reviews(context, tmp_path)
        assert held(context, *FIGURES[:4]) == figures
        assert not {WORDS, AUTHOR} & {word for row in everything(context) for word in map(str, row)}
        verdict = evidence.verify(context, case, home=there.home)
        assert verdict.ok
        assert verdict.erased > 0
    found = bytes_of(home)
    assert WORDS.encode() not in found
    assert AUTHOR.encode() not in found


def test_an_encrypted_backup_opens_with_its_passphrase_only(here: Settings, tmp_path: Path) -> None:
    target = tmp_path / "s.chiffree"
    with context_of(here) as context:
        fill(context, here.home, tmp_path)
        with pytest.raises(RefusedError, match="12 caractères"):
            backup.backup(context, here, target, passphrase="courte")  # noqa: S106 (too short, on purpose)
        assert backup.backup(context, here, target, passphrase=PASSPHRASE).is_encrypted
    assert b"PK\x03\x04" not in target.read_bytes()[:200]
    there = Settings(tmp_path / "n", f"sqlite:///{tmp_path / 'n' / 'ereput.db'}", NOW)
    for wrong, words in (("", "chiffrée"), ("une autre phrase secrète", "n’est pas la bonne")):
        with pytest.raises(RefusedError, match=words):
            backup.restore(there, target, passphrase=wrong)
    assert not (tmp_path / "n" / "ereput.db").exists()
    assert backup.restore(there, target, passphrase=PASSPHRASE).evidence_ok


def _flip(data: bytes) -> bytes:
    return data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]


def _other_part(data: bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(found, "w") as new:
        manifest = json.loads(old.read(backup.MANIFEST))
        manifest["parts"][-1]["name"] = "../../evil"
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != backup.MANIFEST else json.dumps(manifest))
    return found.getvalue()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(_flip, "abîmé"), (lambda data: data[:-30], "abîmé"), (lambda _: b"", "abîmé"), (_other_part, "nomme")],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    sqlite_url: str, tmp_path: Path, spoil: Callable[[bytes], bytes], words: str
) -> None:
    here, target = Settings(tmp_path / "home", sqlite_url, NOW), tmp_path / "s.zip"
    with context_of(here) as context:
        fill(context, here.home, tmp_path)
        backup.backup(context, here, target)
    target.write_bytes(spoil(target.read_bytes()))
    there = Settings(tmp_path / "n", f"sqlite:///{tmp_path / 'n' / 'ereput.db'}", NOW)
    with pytest.raises(RefusedError, match=words):
        backup.restore(there, target)
    assert list((tmp_path / "n").iterdir()) == []


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_an_encrypted_file_that_is_cut_or_changed_never_opens(cut: int) -> None:
    sealed = io.BytesIO()
    cipher.encrypt(io.BytesIO(b"x" * 100), sealed, PASSPHRASE)
    data = sealed.getvalue()
    for spoilt in (
        data[:-cut],
        data[: cut - 1] + bytes([data[cut - 1] ^ 4]) + data[cut:],
        data + b"\0" * cut,
    ):
        with pytest.raises(RefusedError):
            cipher.decrypt(io.BytesIO(spoilt), io.BytesIO(), PASSPHRASE)
    opened = io.BytesIO()
    cipher.decrypt(io.BytesIO(data), opened, PASSPHRASE)
    assert opened.getvalue() == b"x" * 100


def test_a_backup_overwrites_a_backup_and_nothing_else(sqlite_url: str, tmp_path: Path) -> None:
    here, target = Settings(tmp_path / "home", sqlite_url, NOW), tmp_path / "s.zip"
    with context_of(here) as context:
        target.write_text("mes impôts")
        with pytest.raises(RefusedError, match="n’est pas une sauvegarde"):
            backup.backup(context, here, target)
        target.unlink()
        backup.backup(context, here, target)
        backup.backup(context, here, target)
        broker = replace(context, viewer=Viewer("c", Role.BROKER))
        with pytest.raises(RefusedError, match="administrateur"):
            backup.backup(broker, here, target)
        with pytest.raises(RefusedError, match="n’existe pas"):
            backup.backup(context, here, tmp_path / "x" / "s.zip")


def test_a_full_disk_leaves_the_former_backup(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, target = Settings(tmp_path / "home", sqlite_url, NOW), tmp_path / "s.zip"
    with context_of(here) as context:
        backup.backup(context, here, target)
        former = target.read_bytes()

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(snapshot, "take", full)
        with pytest.raises(OSError, match="No space"):
            backup.backup(context, here, target)
    assert target.read_bytes() == former
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".db"} >= {"s.zip"}
    assert not list(tmp_path.glob("*.part"))


def test_a_restore_that_is_cut_short_is_done_again(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, target = Settings(tmp_path / "home", sqlite_url, NOW), tmp_path / "s.zip"
    with context_of(here) as context:
        fill(context, here.home, tmp_path)
        backup.backup(context, here, target)
    there = Settings(tmp_path / "n", f"sqlite:///{tmp_path / 'n' / 'ereput.db'}", NOW)
    with monkeypatch.context() as patch:
        patch.setattr(backup, "_move_database", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(OSError, match="power cut"):
            backup.restore(there, target)
    assert backup.restore(there, target).evidence_ok
