"""Erase an author or a practitioner everywhere, and keep it erased.

RGPD, art. 17: under a month, unless what is kept serves to establish, exercise or defend a legal claim
(art. 17 § 3 e): a case that is open holds its publication and its evidence; once it is closed, `finish`
(every purge runs it) does what was left. Figures stay: an erased review keeps stars, day, platform, signals.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.evidence import casefile
from ereput.evidence.casefile import CaseFile
from ereput.guidance.base import load
from ereput.ingest.identity import author_key, is_distinctive, plain
from ereput.ingest.packing import unpack
from ereput.ingest.routing import name_words, words_of
from ereput.jobs import cases, evidence, ledger
from ereput.jobs.cases import ErasureReason
from ereput.jobs.context import Context
from ereput.jobs.ledger import ANY, Buried
from ereput.store import cases as case_rows
from ereput.store import erasures, journal, practitioners

ERASED_NAME = "(auteur effacé)"
SHORTEST_SOUGHT = 4
"""Characters of a name that is looked for inside other texts; a shorter one is found by chance."""
_SEARCHED = ("application/json", "text/")


@dataclass(slots=True)
class Erased:
    """What an erasure did: how many of each.

    `held` are the open cases that keep what they need; `unwritten` the copies of the register of erasures
    that could not be written.
    """

    practitioners: int = 0
    publications: int = 0
    cases: int = 0
    contents: int = 0
    waiting: int = 0
    rejects: int = 0
    texts: int = 0
    held: list[int] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Author:
    """Whom to erase, and where: of one practitioner or all, on one platform or all."""

    name: str
    practitioner_id: int | None = None
    platform: str = ""

    @property
    def sought(self) -> re.Pattern[str] | None:
        """What finds the name inside a text; None when it is too short to mean anybody."""
        words = self.name.split()
        if len(" ".join(words)) < SHORTEST_SOUGHT:
            return None
        return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)


def erase_author(
    context: Context, name: str, *, practitioner: str = "", platform: str = "", home: Path | None = None
) -> Erased:
    """Erase whoever signs with a displayed name: publications, versions, evidence, rows that wait.

    Raises:
        RefusedError: not an administrator, or a name that many share (« Anonyme »); nothing changed.

    """
    _administrator(context)
    if not is_distinctive(name):
        raise RefusedError(
            f"« {name} » ne désigne personne en particulier : effacez plutôt l’avis lui-même, par son import."
        )
    folder = _home(home)
    with context.store.writing() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner) if practitioner else None
        ledger.bury(
            connection,
            Buried.AUTHOR,
            [(who.slug if who else ANY, platform or ANY, plain(name))],
            reason=ErasureReason.REQUEST.value,
            now=context.now,
        )
        journal.note(connection, context.viewer, "effacement demandé", subject="auteur", now=context.now)
    done = Erased()
    _erase(context, _Author(name, who.id if who else None, platform), done, folder)
    close(context, done, folder)
    return done


def erase_practitioner(context: Context, slug: str, *, home: Path | None = None) -> Erased:
    """Erase a practitioner with all that hangs on it; nothing is done while one of its cases is open."""
    _administrator(context)
    folder, done = _home(home), Erased(practitioners=1)
    with context.store.writing() as connection:
        erasures.wipe(connection)
        who = practitioners.read_one(connection, context.viewer, slug)
        mine = case_rows.read_all(connection, context.viewer, practitioner_id=who.id)
        still = sorted(row.id for row in mine if row.closed_on is None)
        if still:
            raise RefusedError(
                f"{who.name} a des dossiers ouverts ({', '.join(f'n° {n}' for n in still)}) : leurs preuves "
                "servent à défendre un droit. Clôturez-les d’abord, puis recommencez."
            )
        words, places = erasures.identities(connection, who.id)
        names = [who.slug, who.rpps, *words, _name_and_city(who.name, who.city)]
        wholes = [(name,) for name in [*sorted({ledger.place_name(n) for n in names if n}), *places]]
        reason = ErasureReason.REQUEST.value
        ledger.bury(connection, Buried.PLACE, wholes, reason=reason, now=context.now)
        ledger.bury(connection, Buried.PRACTITIONER, [(who.slug,)], reason=reason, now=context.now)
        done.cases = len(mine)
        done.publications = _remove(connection, who.id, who.slug, folder)
        journal.note(connection, context.viewer, "effacement", subject="praticien", now=context.now)
        done.waiting = _drop_waiting(connection)
    close(context, done, folder)
    return done


def finish(context: Context, done: Erased | None = None, *, home: Path | None = None) -> Erased:
    """Erase again whatever the ledger says was erased: after a restore, or once a case is closed."""
    folder, done = _home(home), done or Erased()
    with context.store.reading() as connection:
        known = ledger.read(connection)
    if not known:
        return done
    _finish_practitioners(context, known, done, folder)
    _finish_contents(context, known, done, folder)
    _finish_publications(context, known, done)
    with context.store.reading() as connection:
        left = [
            _Author(row.author, row.practitioner_id, row.platform)
            for row in erasures.authors(connection)
            if known.holds_author(known.slugs[row.practitioner_id], row.platform, row.author)
        ]
    for author in left:
        _erase(context, author, done, folder)
    with context.store.writing() as connection:
        done.waiting += _drop_waiting(connection)
    close(context, done, folder)
    return done


# -- one author


def _erase(context: Context, author: _Author, done: Erased, home: Path) -> None:
    with context.store.reading() as connection:
        found = erasures.of_author(
            connection,
            author_key(author.name),
            practitioner_id=author.practitioner_id,
            platform=author.platform,
        )
    ids = {(row.practitioner_id, row.id) for row in found}
    _erase_cases(context, author, ids, done, home)
    with context.store.writing() as connection:
        erasures.wipe(connection)
        free = ids - erasures.open_on(connection).keys()
        done.publications += _forget(connection, free, reason=ErasureReason.REQUEST, now=context.now)
        sought = author.sought
        if sought is not None:
            done.rejects += erasures.blank_rejects(
                connection,
                holds=lambda text: sought.search(text) is not None,
                practitioner_id=author.practitioner_id,
            )
            done.texts += erasures.replace_words(
                connection,
                lambda text: sought.sub(ERASED_NAME, text),
                practitioner_id=author.practitioner_id,
            )
        done.waiting += _drop_waiting(connection)


def forget_texts(context: Context, ids: Collection[tuple[int, int]], *, reason: ErasureReason) -> int:
    """Empty publications, given as (practitioner, id), and remember it; return how many."""
    with context.store.writing() as connection:
        erasures.wipe(connection)
        return _forget(connection, ids, reason=reason, now=context.now)


def _forget(
    connection: sa.Connection, ids: Collection[tuple[int, int]], *, reason: ErasureReason, now: datetime
) -> int:
    by_owner: defaultdict[int, list[int]] = defaultdict(list)
    for owner, identifier in sorted(ids):
        by_owner[owner].append(identifier)
    slugs, key = erasures.slugs(connection), ledger.key_of(connection)
    practitioners.lock_versions(connection, sorted(by_owner))
    for owner, mine in by_owner.items():
        slug = slugs[owner]
        keys = erasures.forget(connection, owner, mine, rename=_renaming(key, slug), now=now)
        wholes = [(slug, each) for each in keys]
        ledger.bury(connection, Buried.PUBLICATION, wholes, reason=reason.value, now=now)
    practitioners.bump_versions(connection, sorted(by_owner))
    return len(ids)


def _renaming(key: str, slug: str) -> Callable[[int], int]:
    return lambda identifier: ledger.renamed(key, slug, identifier)


def _drop_waiting(connection: sa.Connection) -> int:
    known = ledger.read(connection)
    gone = [
        (row.batch_id, row.row)
        for row in erasures.waiting_rows(connection)
        if known.holds(Buried.PLACE, row.place_key) or known.leaves_out(unpack(row.draft))
    ]
    erasures.drop_waiting(connection, gone)
    return len(gone)


# -- cases


def _erase_cases(
    context: Context, author: _Author, ids: Collection[tuple[int, int]], done: Erased, home: Path
) -> None:
    """Erase what closed cases hold of somebody: all of a case about a publication of theirs, else parts."""
    for known, is_open in _files(context, author.practitioner_id):
        is_about = (known.practitioner_id, known.publication_id) in ids
        hits = set(_hits(known, author, home))
        present = any(link.content for link in known.links)
        if not present or not (is_about or hits):
            continue
        if is_open:
            done.held.append(known.id)
            continue
        firm = {link.number for link in known.links if link.kind in {casefile.OPENED, casefile.SITUATION}}
        numbers = [] if is_about or hits & firm else sorted(hits)
        done.contents += cases.erase(context, known.id, ErasureReason.REQUEST, numbers=numbers, home=home)
        done.cases += not numbers


def _files(context: Context, practitioner_id: int | None) -> Iterator[tuple[CaseFile, bool]]:
    """Yield the cases with whether each is open; one that does not read is left to the verification."""
    with context.store.reading() as connection:
        rows = case_rows.read_all(connection, context.viewer, practitioner_id=practitioner_id)
        still = {row.id for row in rows if row.closed_on is None}
        found = casefile.read_many(connection, context.viewer, load(), rows)
    for known in found:
        yield known, known.id in still


def _hits(known: CaseFile, author: _Author, home: Path) -> Iterator[int]:
    """Yield the events whose content, or sealed text, holds the name."""
    sought, vault = author.sought, evidence.vault_of(home)
    if sought is None:
        return
    for link in known.links:
        if link.content and sought.search(" ".join(map(str, link.content.values()))):
            yield link.number
    for exhibit in known.exhibits:
        if exhibit.media.startswith(_SEARCHED):
            try:
                with vault.open(exhibit.sha256) as file:
                    text = file.read().decode("utf-8", "replace")
            except FileNotFoundError:
                continue  # the verification says so
            if sought.search(text):
                yield exhibit.number


# -- again, after a restore


def _finish_practitioners(context: Context, known: ledger.Ledger, done: Erased, home: Path) -> None:
    at = {line.digest: line.at for line in known.lines if line.kind == Buried.PRACTITIONER}
    keys = {line.key for line in known.lines}
    with context.store.writing() as connection:
        erasures.wipe(connection)
        for row in erasures.created_at(connection):
            digests = {ledger.digest(key, Buried.PRACTITIONER, row.slug) for key in keys}
            if any(at[each] > row.created_at for each in digests & at.keys()):
                done.publications += _remove(connection, row.id, row.slug, home)
                done.practitioners += 1


def _finish_contents(context: Context, known: ledger.Ledger, done: Erased, home: Path) -> None:
    for case, _ in _files(context, None):
        gone = [
            link
            for link in case.links
            if link.content and known.holds(Buried.CONTENT, *ledger.content(case, link.number))
        ]
        if not gone:
            continue
        is_whole = any(link.kind in {casefile.OPENED, casefile.SITUATION} for link in gone)
        numbers = [] if is_whole else [link.number for link in gone]
        reason = ErasureReason.REQUEST
        done.contents += cases.erase(context, case.id, reason, numbers=numbers, home=home)
        done.cases += is_whole


def _finish_publications(context: Context, known: ledger.Ledger, done: Erased) -> None:
    with context.store.reading() as connection:
        ids = {
            (row.practitioner_id, row.publication_id)
            for row in erasures.keys(connection)
            if known.new_ids(known.slugs[row.practitioner_id], [row.key])
        }
    if ids:
        done.publications += forget_texts(context, ids, reason=ErasureReason.REQUEST)


# -- shared


def _remove(connection: sa.Connection, practitioner_id: int, slug: str, home: Path) -> int:
    """Delete a practitioner, and the sealed files that only its cases referred to; count its publications."""
    count = erasures.count_publications(connection, practitioner_id)
    before = case_rows.files_in_use(connection)
    erasures.remove_practitioner(connection, practitioner_id, slug)
    evidence.vault_of(home).discard(before - case_rows.files_in_use(connection))
    return count


def close(context: Context, done: Erased, home: Path) -> None:
    """Let go of the former contents on disk, and copy the register of erasures."""
    erasures.scrub(context.store)
    with context.store.reading() as connection:
        done.unwritten = ledger.copy_out(connection, home)
    done.held = sorted(set(done.held))


def _name_and_city(name: str, city: str) -> str:
    return " ".join([*sorted(name_words(name)), "|", *words_of(city)]) if city else ""


def _administrator(context: Context) -> None:
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul un administrateur efface des données.")


def _home(home: Path | None) -> Path:
    return home or settings.load().home
