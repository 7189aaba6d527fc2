"""How long each kind of data is kept, counted from the day it came in; nothing goes before somebody said yes.

The durations are proposed by the guidance base (`rgpd_outil`, point `conservation`), which is to be verified:
an administrator changes them in Réglages. A change asks for a new confirmation. A purge keeps figures: a
review loses its words and author, not its stars, day, platform and signals. An open case keeps all it needs.
"""

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.evidence import casefile
from ereput.guidance.base import load
from ereput.guidance.model import GdprPoint
from ereput.jobs import cases, erasure, evidence
from ereput.jobs.cases import ErasureReason
from ereput.jobs.context import Context
from ereput.store import cases as case_rows
from ereput.store import erasures, journal

MONTHS, CONFIRMED = "retention", "retention_confirmed"
SHORTEST, LONGEST = 1, 120
"""Months that make sense: from one to ten years."""


class Kept(StrEnum):
    """A kind of data."""

    TEXTS = "textes"
    CASES = "dossiers"
    DISPARAGEMENT = "denigrement"
    ROWS = "lignes"
    AUDIT = "journal"


LABELS = {
    Kept.TEXTS: "Textes et auteurs des avis sans dossier",
    Kept.CASES: "Contenu des dossiers clos",
    Kept.DISPARAGEMENT: "Contenu des dossiers clos de dénigrement",
    Kept.ROWS: "Lignes rejetées ou en attente",
    Kept.AUDIT: "Journal des accès",
}
PROPOSED = {Kept.TEXTS: 6, Kept.CASES: 13, Kept.DISPARAGEMENT: 60, Kept.ROWS: 6, Kept.AUDIT: 36}
"""Months, from the base: six; one year of limitation and a month; five years; as texts; three years."""


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of data: how long it is kept, and how much has been kept longer."""

    kind: Kept
    label: str
    months: int
    proposed: int
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a purge would erase; `is_confirmed` says that somebody accepted these very durations."""

    rows: tuple[Due, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge erased, by kind; the stray files; and what an earlier erasure had left."""

    counts: dict[str, int]
    files: int
    finished: int


@dataclass(frozen=True, slots=True)
class _Ripe:
    """What has been kept long enough, by kind."""

    texts: frozenset[tuple[int, int]]
    cases: tuple[int, ...]
    disparagement: tuple[int, ...]
    rows: int
    audit: int


def source() -> GdprPoint:
    """Return the point of the base that the durations come from, with its status."""
    return next(point for point in load().gdpr if point.id == "conservation")


def durations(connection: sa.Connection) -> dict[Kept, int]:
    """Return how many months each kind is kept."""
    chosen = json.loads(journal.read_preference(connection, MONTHS, "{}"))
    return {kind: int(chosen.get(kind.value, months)) for kind, months in PROPOSED.items()}


def preview(context: Context) -> Preview:
    """Return what a purge would erase now, to an administrator; nothing is changed."""
    _administrator(context)
    with context.store.reading() as connection:
        months = durations(connection)
        ripe = _ripe(context, connection, months)
        accepted = journal.read_preference(connection, CONFIRMED)
    counts = _counts(ripe)
    rows = tuple(Due(kind, LABELS[kind], months[kind], PROPOSED[kind], counts[kind.value]) for kind in Kept)
    return Preview(rows, accepted == _written(months))


def change(context: Context, months: Mapping[Kept, int]) -> None:
    """Keep other durations; whoever had said yes to the former ones is asked again."""
    _administrator(context)
    if any(not SHORTEST <= number <= LONGEST for number in months.values()):
        raise RefusedError(f"Une durée de conservation va de {SHORTEST} à {LONGEST} mois.")
    with context.store.writing() as connection:
        chosen = durations(connection) | dict(months)
        journal.write_preference(connection, MONTHS, _written(chosen))
        detail = ", ".join(f"{kind.value} {number} mois" for kind, number in chosen.items())
        journal.note(connection, context.viewer, "conservation réglée", detail=detail, now=context.now)


def confirm(context: Context, seen: Preview) -> None:
    """Say yes to the durations of a preview that somebody saw; refused when they changed since."""
    _administrator(context)
    with context.store.writing() as connection:
        months = durations(connection)
        if months != {row.kind: row.months for row in seen.rows}:
            raise RefusedError("Les durées ont changé depuis cet aperçu : relisez-le, puis confirmez.")
        journal.write_preference(connection, CONFIRMED, _written(months))
        journal.note(connection, context.viewer, "conservation confirmée", now=context.now)


def purge(context: Context, *, home: Path | None = None) -> Purged:
    """Erase what has been kept long enough, and finish the erasures that a case had held.

    Raises:
        RefusedError: not an administrator, or nobody said yes to these durations; nothing changed.

    """
    _administrator(context)
    folder = home or settings.load().home
    with context.store.reading() as connection:
        months = durations(connection)
        if journal.read_preference(connection, CONFIRMED) != _written(months):
            raise RefusedError(
                "Personne n’a encore confirmé ces durées : relisez l’aperçu (« purge --dry-run »), puis "
                "confirmez (« purge --confirm », ou Réglages, Données)."
            )
        ripe = _ripe(context, connection, months)
    for number in [*ripe.cases, *ripe.disparagement]:
        cases.erase(context, number, ErasureReason.RETENTION, home=folder)
    with context.store.reading() as connection:  # with the reviews that these cases held
        ripe = replace(ripe, texts=_texts(connection, _before(context.now, months[Kept.TEXTS])))
    erasure.forget_texts(context, ripe.texts, reason=ErasureReason.RETENTION)
    with context.store.writing() as connection:
        erasures.wipe(connection)
        erasures.blank_rejects(connection, before=_before(context.now, months[Kept.ROWS]))
        erasures.drop_waiting_before(connection, _before(context.now, months[Kept.ROWS]))
        erasures.drop_audit_before(connection, _before(context.now, months[Kept.AUDIT]))
        counts = _counts(ripe)
        detail = ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)
        journal.note(connection, context.viewer, "purge", detail=detail, now=context.now)
    finished = erasure.finish(context, home=folder)
    erasure.close(context, finished, folder)
    return Purged(counts, evidence.sweep(context, home=folder), finished.publications + finished.contents)


def _ripe(context: Context, connection: sa.Connection, months: Mapping[Kept, int]) -> _Ripe:
    before = {kind: _before(context.now, number) for kind, number in months.items()}
    closed: dict[Kept, list[int]] = {Kept.CASES: [], Kept.DISPARAGEMENT: []}
    rows = [r for r in case_rows.read_all(connection, context.viewer) if r.closed_on is not None]
    for known in casefile.read_many(connection, context.viewer, load(), rows):
        if known.case is None:
            continue  # erased already
        given = {value for values in (known.answers or {}).values() for value in values}
        kind = Kept.DISPARAGEMENT if Kept.DISPARAGEMENT.value in given else Kept.CASES
        if max(link.at for link in known.links) < before[kind]:  # since the last thing put into it
            closed[kind].append(known.id)
    return _Ripe(
        texts=_texts(connection, before[Kept.TEXTS]),
        cases=tuple(closed[Kept.CASES]),
        disparagement=tuple(closed[Kept.DISPARAGEMENT]),
        rows=erasures.rejects_before(connection, before[Kept.ROWS])
        + erasures.waiting_before(connection, before[Kept.ROWS]),
        audit=erasures.audit_before(connection, before[Kept.AUDIT]),
    )


def _texts(connection: sa.Connection, before: datetime) -> frozenset[tuple[int, int]]:
    return frozenset((row.practitioner_id, row.id) for row in erasures.ripe(connection, before))


def _counts(ripe: _Ripe) -> dict[str, int]:
    return {
        Kept.TEXTS.value: len(ripe.texts),
        Kept.CASES.value: len(ripe.cases),
        Kept.DISPARAGEMENT.value: len(ripe.disparagement),
        Kept.ROWS.value: ripe.rows,
        Kept.AUDIT.value: ripe.audit,
    }


def _before(now: datetime, months: int) -> datetime:
    """Return the moment so many months ago; the last day of a month stands for the days that it lacks."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _written(months: Mapping[Kept, int]) -> str:
    return json.dumps({kind.value: months[kind] for kind in Kept})


def _administrator(context: Context) -> None:
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul un administrateur règle la conservation des données.")
