"""Back everything up in one file while the tool runs, and restore it into an empty home or database.

The file is a ZIP archive: `base.db` (the database as one SQLite file, whatever database it came from),
`preuves/…` (the sealed files that it refers to), `manifest.json` (SHA-256 of each part, schema, settings
without secrets). Encrypted, the archive is inside what `cipher` writes. It is read back before it is said to
be done. A restore leaves out what was erased since: see `ledger`.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from ereput import __version__
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.evidence.vault import Vault
from ereput.jobs import cipher, erasure, evidence, ledger
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.erasure import Erased
from ereput.settings import Settings
from ereput.store import Store, cases, journal, open_store, snapshot

FORMAT, VERSION = "ereput-sauvegarde", 1
DATABASE, MANIFEST, EVIDENCE = "base.db", "manifest.json", "preuves/"
STAGING = ".restauration-"
ATTEMPTS = 3
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: `missing` are sealed files that the database names and the home lost."""

    file: str
    size: int
    is_encrypted: bool
    evidence: int
    missing: tuple[str, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back, what it left out as erased since, and whether the evidence holds."""

    file: str
    made_at: str
    counts: dict[str, int]
    evidence: int
    erased_since: dict[str, int]
    evidence_ok: bool
    evidence_why: str


# -- backing up


def backup(context: Context, settings: Settings, target: Path, *, passphrase: str = "") -> Saved:
    """Write a backup, read it back, and only then give it its name.

    Raises:
        RefusedError: not an administrator, no room, or a file there that is no backup; nothing is left.

    """
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul un administrateur sauvegarde.")
    target = target.absolute()
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    if target.exists() and not _is_backup(target):
        raise RefusedError(f"« {target.name} » existe et n’est pas une sauvegarde : rien n’a été écrit.")
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w+b") as file:
            manifest = _write(context, settings, file, target.parent, passphrase)
            file.flush()
            os.fsync(file.fileno())
        with _opened(part, passphrase) as archive:
            _verify(archive, target.parent)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    with context.store.writing() as connection:
        ledger.note_backup(connection, target)
        detail = f"{manifest['parts'][0]['sha256'][:16]}, {'chiffrée' if passphrase else 'en clair'}"
        journal.note(connection, context.viewer, "sauvegarde", detail=detail, now=context.now)
    with context.store.reading() as connection:
        ledger.copy_out(connection, settings.home)
    return Saved(
        file=str(target),
        size=target.stat().st_size,
        is_encrypted=bool(passphrase),
        evidence=len(manifest["parts"]) - 1,
        missing=tuple(manifest["missing"]),
        counts=manifest["counts"],
    )


def _write(
    context: Context, settings: Settings, file: IO[bytes], folder: Path, passphrase: str
) -> dict[str, Any]:
    if not passphrase:
        return _archive(context, settings, file)
    with tempfile.TemporaryFile(dir=folder) as plain:
        manifest = _archive(context, settings, plain)
        plain.seek(0)
        cipher.encrypt(plain, file, passphrase)
    return manifest


def _archive(context: Context, settings: Settings, file: IO[bytes]) -> dict[str, Any]:
    vault = Vault(settings.home)
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".sauvegarde-") as folder:
        copy = Path(folder) / DATABASE
        snapshot.take(context.store, copy)
        if harm := snapshot.damage(copy):
            raise RefusedError(f"La base est abîmée, elle n’a pas été sauvegardée : {harm}.")
        with closing(open_store(f"sqlite:///{copy}")) as store:
            with store.reading() as connection:
                wanted = sorted(cases.files_in_use(connection))
            counts, schema = snapshot.counts(store), snapshot.revision(store)
            snapshot.settle(store)
        missing: list[str] = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with copy.open("rb") as source:
                parts = [_add(archive, DATABASE, source)]
            for sha256 in wanted:
                try:
                    with vault.open(sha256) as source:
                        parts.append(_add(archive, f"{EVIDENCE}{sha256}", source))
                except FileNotFoundError:
                    missing.append(sha256)  # erased since the copy, or lost: `doctor` tells which
            manifest = {
                "format": FORMAT,
                "version": VERSION,
                "made_at": context.now.isoformat(timespec="seconds"),
                "program": __version__,
                "schema": schema,
                "engine": context.store.url.get_backend_name(),
                "settings": _plain_settings(settings),
                "counts": counts,
                "missing": missing,
                "parts": parts,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> dict[str, Any]:
    """Put a stream into the archive and return its name, size and digest."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as part:
        while block := source.read(_CHUNK):
            digest.update(block)
            size += len(block)
            part.write(block)
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


def _plain_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that hold no secret: neither the address of the database nor anything of keys."""
    names = ("has_demo", "contact", "private_hosts", "trusted_issuers")
    found = {name: value for name, value in asdict(settings).items() if name in names}
    return {n: " ".join(sorted(v)) if isinstance(v, frozenset) else str(v) for n, v in found.items()}


# -- reading an archive


def _is_backup(path: Path) -> bool:
    with path.open("rb") as file:
        if cipher.is_encrypted(file):
            return True
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(_manifest(archive))
    except (zipfile.BadZipFile, RefusedError, OSError):
        return False


@contextmanager
def _opened(path: Path, passphrase: str) -> Iterator[zipfile.ZipFile]:
    """Open a backup, decrypted into a file that no name leads to."""
    with path.open("rb") as file:
        if not cipher.is_encrypted(file):
            with _zip(file) as archive:
                yield archive
            return
        if not passphrase:
            raise RefusedError("Cette sauvegarde est chiffrée : donnez sa phrase secrète.")
        with tempfile.TemporaryFile(dir=path.parent) as plain:
            cipher.decrypt(file, plain, passphrase)
            with _zip(plain) as archive:
                yield archive


def _zip(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise RefusedError("Ce fichier n’est pas une sauvegarde d’ereput, ou il est abîmé.") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        found = json.loads(archive.read(MANIFEST))
        parts = {part["name"]: (int(part["size"]), str(part["sha256"])) for part in found["parts"]}
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise RefusedError("Ce fichier n’est pas une sauvegarde d’ereput, ou il est abîmé.") from error
    if found.get("format") != FORMAT or DATABASE not in parts:
        raise RefusedError("Ce fichier n’est pas une sauvegarde d’ereput, ou il est abîmé.")
    if found["version"] > VERSION:
        raise RefusedError("Cette sauvegarde vient d’une version plus récente d’ereput : mettez-le à jour.")
    return dict(found)


def _verify(archive: zipfile.ZipFile, folder: Path) -> None:
    """Read every part back, and open the database: a backup that does not restore is none."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".verification-") as place:
        _extract(archive, Path(place))


def _extract(archive: zipfile.ZipFile, folder: Path) -> dict[str, Any]:
    """Put the parts of an archive into a folder, each checked against its digest; return the manifest."""
    manifest = _manifest(archive)
    for part in manifest["parts"]:
        name, sha256 = str(part["name"]), str(part["sha256"])
        if name == DATABASE:
            place = folder / DATABASE
        elif name == f"{EVIDENCE}{sha256}" and sha256.isalnum():
            place = Vault(folder).path(sha256)
        else:
            raise RefusedError("La sauvegarde nomme un fichier qu’elle ne devrait pas contenir.")
        place.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with archive.open(name) as source, place.open("wb") as copy:
                while block := source.read(_CHUNK):
                    digest.update(block)
                    copy.write(block)
        except (KeyError, zipfile.BadZipFile, EOFError, zlib.error) as error:
            raise RefusedError(f"La sauvegarde est abîmée : « {name} » ne se lit pas.") from error
        if digest.hexdigest() != sha256:
            raise RefusedError(f"La sauvegarde est abîmée : « {name} » n’est pas ce qui a été sauvegardé.")
        if name != DATABASE:
            place.chmod(0o440)
    if harm := snapshot.damage(folder / DATABASE):
        raise RefusedError(f"La base de la sauvegarde est abîmée : {harm}.")
    return manifest


# -- restoring


def restore(
    settings: Settings, source: Path, *, passphrase: str = "", erasures: Path | None = None
) -> Restored:
    """Put a backup into an empty home, or an empty database; everything, or nothing.

    `erasures` is a copy of the register of erasures kept elsewhere; the one of the home and the one beside
    the backup are read anyway.

    Raises:
        RefusedError: something is there already, the backup does not read, or comes from a newer program.

    """
    if not source.is_file():
        raise RefusedError(f"La sauvegarde « {source} » est introuvable.")
    home = settings.home
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{STAGING}*"):
        shutil.rmtree(left)  # of a restore that was cut short: nothing of it counted
    with closing(open_store(settings.database_url)) as goal:
        _refuse_unless_empty(goal)
        with (
            tempfile.TemporaryDirectory(dir=home, prefix=STAGING) as place,
            _opened(source, passphrase) as archive,
        ):
            folder = Path(place)
            manifest = _extract(archive, folder)
            _refuse_other_evidence(home, folder)
            staged = open_store(f"sqlite:///{folder / DATABASE}")
            with closing(staged):
                restored = _prepare(
                    staged, settings=settings, source=source, manifest=manifest, folder=folder, other=erasures
                )
                snapshot.settle(staged)
                _move_evidence(folder, home)
                if goal.is_sqlite:
                    goal.close()
                    _move_database(folder, Path(str(goal.url.database)))
                else:
                    goal.migrate()
                    snapshot.fill(staged, goal, check=_check_empty)
    with closing(open_store(settings.database_url)) as store, store.reading() as connection:
        ledger.copy_out(connection, home)
    return restored


def _prepare(
    staged: Store,
    *,
    settings: Settings,
    source: Path,
    manifest: dict[str, Any],
    folder: Path,
    other: Path | None,
) -> Restored:
    """Bring the copy up to date, take out what was erased since, and check the evidence."""
    staged.migrate()
    context = Context(staged, ADMINISTRATOR, settings.now())
    with staged.writing() as connection:
        copies = [settings.home / ledger.FILE, ledger.beside(source), *([other] if other else [])]
        named = sum(ledger.copy_in(connection, path) for path in copies)
        if other and not other.exists():
            raise RefusedError(f"Le registre des effacements « {other} » est introuvable.")
        ledger.note_backup(connection, source.absolute())
        journal.note(
            connection, ADMINISTRATOR, "restauration", detail=f"du {manifest['made_at']}", now=context.now
        )
    done = erasure.finish(context, home=folder) if named else Erased()
    verdict = evidence.verify(context, home=folder)
    kept = sum(1 for _ in Vault(folder).root.glob("??/*"))
    since = {n: v for n, v in asdict(done).items() if isinstance(v, int) and v}
    why = verdict.broken.why if verdict.broken else ""
    return Restored(
        str(source), str(manifest["made_at"]), snapshot.counts(staged), kept, since, verdict.ok, why
    )


def _refuse_unless_empty(goal: Store) -> None:
    if goal.is_sqlite and not Path(str(goal.url.database)).exists():
        return
    with goal.reading() as connection:
        _check_empty(connection)


def _check_empty(connection: sa.Connection) -> None:
    if not snapshot.is_empty(connection):
        raise RefusedError(
            "La base contient déjà des données : une restauration n’écrase jamais rien. Restaurez dans un "
            "dossier neuf (EREPUT_HOME) ou une base neuve (EREPUT_DATABASE_URL)."
        )


def _refuse_other_evidence(home: Path, folder: Path) -> None:
    """Refuse a home that holds sealed files of its own; those of a restore cut short are the same ones."""
    mine = {path.name for path in Vault(home).root.glob("??/*")}
    if not mine <= {path.name for path in Vault(folder).root.glob("??/*")}:
        raise RefusedError(
            "Le dossier contient déjà des preuves d’une autre base : une restauration n’écrase jamais rien. "
            "Restaurez dans un dossier neuf (EREPUT_HOME)."
        )


def _move_evidence(folder: Path, home: Path) -> None:
    source, goal = Vault(folder), Vault(home)
    for path in sorted(source.root.glob("??/*")):
        place = goal.path(path.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)


def _move_database(folder: Path, place: Path) -> None:
    """Put the database where it belongs: from then on the restore is done."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for beside in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            place.with_name(place.name + beside).unlink()
    copy = folder / DATABASE
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    if copy.stat().st_dev != place.parent.stat().st_dev:
        nearer = place.with_name(place.name + ".part")
        shutil.copyfile(copy, nearer)
        copy = nearer
    copy.replace(place)
