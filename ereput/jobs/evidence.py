"""Seal files into a case, check them, export them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import sqlalchemy as sa

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.evidence import bundle, casefile, check, journal, kinds
from ereput.evidence.casefile import CaseFile, Exhibit
from ereput.evidence.journal import Entry
from ereput.evidence.vault import Stored, Vault
from ereput.evidence.verifier import Finding
from ereput.facts import case_words, french, masking
from ereput.guidance.base import load
from ereput.guidance.letters import clean
from ereput.jobs.context import Context
from ereput.store import cases
from ereput.store import journal as audit

FILE, PUBLICATION = "fichier", "publication"
_LONGEST_NAME = 200
_GRACE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: `broken` is the first thing that does not hold."""

    checked: int
    erased: int
    broken: Finding | None

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.broken is None


def vault_of(home: Path | None) -> Vault:
    """Return the folder of sealed files of this installation, or of the home given."""
    return Vault(home or settings.load().home)


def may_write(context: Context) -> None:
    """Refuse who may only read."""
    if context.viewer.role is Role.READER:
        raise RefusedError("Votre rôle permet de lire les dossiers, pas d’y écrire.")


def add(
    context: Context,
    case_id: int,
    file: IO[bytes],
    name: str,
    *,
    expected: int | None = None,
    home: Path | None = None,
) -> Exhibit:
    """Seal a file into a case, byte for byte.

    Raises RefusedError for a file too large, of a kind that is not accepted, or already in the case;
    nothing is changed then. `expected` as for `journal.hold`.
    """
    may_write(context)
    shown = clean(name).replace("\n", " ")[-_LONGEST_NAME:] or "fichier"
    with context.store.reading() as connection:
        cases.read_one(connection, context.viewer, case_id)
    stored = vault_of(home).keep(file, shown)
    with context.store.writing() as connection:
        known = casefile.read(connection, context.viewer, load(), case_id)
        twin = next((one for one in known.exhibits if one.sha256 == stored.sha256), None)
        if twin:
            raise RefusedError(f"« {shown} » est déjà au dossier : pièce n° {twin.number}.")
        entry = exhibit_entry(stored, shown, known.end.length + 1, who=context.viewer.name)
        written = write(context, connection, case_id, [entry], expected=expected, what="pièce versée")
    return written.exhibits[-1]


def write(
    context: Context,
    connection: sa.Connection,
    case_id: int,
    entries: Sequence[Entry],
    *,
    expected: int | None,
    what: str,
) -> CaseFile:
    """Append to a case inside a transaction, and note in the audit who did what."""
    written = casefile.append(
        connection, context.viewer, load(), case_id, entries, expected=expected, now=context.now
    )
    audit.note(connection, context.viewer, what, subject=f"dossier {case_id}", now=context.now)
    return written


def exhibit_entry(
    stored: Stored, name: str, number: int, *, who: str, nature: str = FILE, version: int | None = None
) -> Entry:
    """Return what the journal says of a sealed file.

    `number` is that of its event; `version` that of the one publication it holds.
    """
    place = PurePosixPath("preuves") / f"{number:03d}-{kinds.safe_name(name, stored.kind)}"
    return Entry(
        {"evenement": casefile.EXHIBIT, "nature": nature} | ({"version": version} if version else {}),
        {
            "qui": who,
            "nom": name,
            "fichier": str(place),
            "type": stored.kind.media,
            "taille": stored.size,
            "sha256": stored.sha256,
        },
    )


def keep_publications(vault: Vault, shown: Sequence[Mapping[str, Any]]) -> Stored:
    """Seal publications as they were imported: a JSON file, written the same way each time."""
    body = json.dumps(list(shown), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return vault.keep(BytesIO(body.encode()), "publication.json", kind=kinds.JSON)


def verify(context: Context, case_id: int | None = None, *, home: Path | None = None) -> Verdict:
    """Check one case, or every case in view, and stop at the first that is broken."""
    vault, base = vault_of(home), load()
    checked = erased = 0
    with context.store.reading() as connection:
        if case_id is None:
            numbers = sorted(row.id for row in cases.read_all(connection, context.viewer))
        else:
            numbers = [cases.read_one(connection, context.viewer, case_id).id]
        for number in numbers:
            report = check.check(connection, context.viewer, base, vault, number)
            checked, erased = checked + report.checked, erased + report.erased
            if report.findings:
                first = report.findings[0]
                return Verdict(checked, erased, first._replace(why=f"Dossier n° {number} : {first.why}"))
    return Verdict(checked, erased, None)


def export(context: Context, case_id: int, target: Path, *, home: Path | None = None) -> str:
    """Write the archive of a case to a .zip file and return its seal; the file appears whole or not."""
    if target.suffix.lower() != ".zip":
        raise RefusedError("L’export d’un dossier est un fichier .zip.")
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w+b") as file:
            seal = _export(context, case_id, file, home)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return seal


def archive(context: Context, case_id: int, *, home: Path | None = None) -> bytes:
    """Return the archive of a case, to be downloaded."""
    file = BytesIO()
    _export(context, case_id, file, home)
    return file.getvalue()


def open_exhibit(context: Context, case_id: int, number: int, *, home: Path | None = None) -> BinaryIO:
    """Open a sealed file of a case to read it."""
    known = _readable(context, case_id)
    sha256 = next((one.sha256 for one in known.exhibits if one.number == number), "")
    try:
        return vault_of(home).open(sha256)
    except FileNotFoundError:
        raise RefusedError(f"La pièce n° {number} manque. Vérifiez le dossier n° {case_id}.") from None


def _readable(context: Context, case_id: int) -> CaseFile:
    """Return a case whose words this viewer may read."""
    with context.store.reading() as connection:
        known = casefile.read(connection, context.viewer, load(), case_id)
    if masking.hides_authors(context.viewer):
        raise RefusedError(
            "Les pièces montrent l’avis et son auteur en clair : elles sont réservées au praticien et à "
            "l’administrateur."
        )
    return known


def _export(context: Context, case_id: int, file: IO[bytes], home: Path | None) -> str:
    """Note the export in the journal, then write it: the archive holds the note."""
    may_write(context)
    _readable(context, case_id)
    vault = vault_of(home)
    with context.store.writing() as connection:
        noted = Entry({"evenement": casefile.EXPORTED}, {"qui": context.viewer.name})
        known = write(context, connection, case_id, [noted], expected=None, what="dossier exporté")
        row = cases.read_one(connection, context.viewer, case_id)
        manifest = journal.manifest(connection, context.viewer, row)
    try:
        return bundle.write(
            file,
            manifest,
            vault.open,
            journal=case_words.journal_text(known),
            intro=_intro(context, known),
            now=context.now,
        )
    except FileNotFoundError as error:
        raise RefusedError(
            "Une pièce du dossier manque : l’export est impossible. "
            f"Vérifiez-le (« evidence verify {case_id} »)."
        ) from error


def _intro(context: Context, known: CaseFile) -> str:
    return (
        f"DOSSIER N° {known.id}\n{known.title}\n"
        f"Professionnel : {known.name}\n"
        f"Ouvert le {french.day(known.opened_at.date())}, exporté le {french.moment(context.now)}.\n"
        f"{french.plural(len(known.exhibits), 'pièce')}, {french.plural(len(known.links), 'événement')}.\n\n"
        f"{load().notice(context.today)}"
    )


def sweep(context: Context, *, home: Path | None = None) -> int:
    """Delete the sealed files that no case refers to any more, and return how many.

    A file younger than an hour stays: its case may be about to be written. Nothing is deleted when no file
    is referred to: the database may be another one than the folder's.

    Raises:
        RefusedError: the viewer is no administrator.

    """
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul un administrateur efface les fichiers dont aucun dossier ne se sert.")
    vault = vault_of(home)
    with context.store.reading() as connection:
        used = cases.files_in_use(connection)
    strays = vault.strays(used) if used else set()
    oldest = context.now.timestamp() - _GRACE_SECONDS
    gone = {sha256 for sha256 in strays if vault.path(sha256).stat().st_mtime < oldest}
    vault.discard(gone)
    return len(gone)
