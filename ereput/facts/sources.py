"""The Sources page: is everything coming in, and what did each import bring?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.facts import french, masking, reviews, words
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Review, Tone
from ereput.store import Store, batches, coverage, feeds, places, practitioners, reads_sources, rollups
from ereput.store import reads_practitioner as reads
from ereput.store.scope import Row

QUIET_DAYS = 60
LONGEST_CALM = 4.6  # usual intervals
_ORIGINS = {"file": "fichier", "feed": "flux", "manual": "saisie", "demo": "démonstration"}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and how it answers. `name`, `whose`, `error` are untrusted."""

    id: int
    name: str
    whose: str
    tone: Tone
    health: str
    error: str


@dataclass(frozen=True, slots=True)
class Import:
    """One line of the journal. `name` and `whose` are untrusted; `can_undo` is false once undone."""

    id: int
    name: str
    whose: str
    when: str
    origin: str
    format: str
    counts: str
    rejected: int
    can_undo: bool
    undone: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not understood. `raw` is untrusted."""

    row: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform of the chosen practitioner: how much it brought, and up to which day it was seen."""

    name: str
    count: int
    seen: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Export:
    """What a platform lets a professional take out lawfully, and how; `report_url` may be empty."""

    name: str
    how: str
    report_url: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two publications that may be one, and why."""

    practitioner: str
    reason: str
    pair: tuple[Review, Review]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of a portfolio's files whose practitioner is not sure. `place` is untrusted."""

    portfolio_id: int
    place_key: int
    place: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class Sources:
    """The page. `targets` say whom a file may be for: {label: (practitioner slug, portfolio name)}."""

    sentence: str
    feeds: tuple[Feed, ...]
    platforms: tuple[Platform, ...]
    imports: tuple[Import, ...]
    doubts: tuple[Doubt, ...]
    waiting: tuple[Waiting, ...]
    exports: tuple[Export, ...]
    targets: dict[str, tuple[str, str]]


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Sources:
    """Return the state of everything that comes in, within the scope."""
    today = now.date()
    who = scope.who
    with store.reading() as connection:
        followed = tuple(_feed(row, today) for row in feeds.read_all(connection, viewer, practitioner_id=who))
        journal = tuple(_import(row) for row in batches.read_all(connection, viewer, practitioner_id=who))
        seen = _platforms(connection, viewer, scope, today)
        doubts = _doubts(connection, viewer, scope)
        waiting = tuple(
            Waiting(row.portfolio_id, row.place_key, row.place, row.reason, row.rows)
            for row in places.read_waiting(connection, viewer)
        )
        folders = practitioners.read_portfolios(connection, viewer)
    return Sources(
        sentence=_sentence(scope, followed, seen, journal),
        feeds=followed,
        platforms=seen,
        imports=journal,
        doubts=doubts,
        waiting=waiting,
        exports=tuple(Export(*told) for told in words.exports()),
        targets=_targets(scope, [name for name, is_demo in folders if not is_demo]),
    )


def rejects(store: Store, viewer: Viewer, batch: int) -> tuple[Reject, ...]:
    """Return the rows that an import did not understand, in the order of the file."""
    with store.reading() as connection:
        whose = batches.read_one(connection, viewer, batch).practitioner_id
        found = batches.read_rejects(connection, viewer, batch)
        return tuple(
            Reject(row.row, masking.reason(viewer, row.reason), row.raw)
            for row in masking.rows(connection, viewer, found, whose)
        )


def _sentence(
    scope: Scope, followed: tuple[Feed, ...], seen: tuple[Platform, ...], journal: tuple[Import, ...]
) -> str:
    if scope.is_empty:
        return "Commencez par ajouter un praticien."
    failing = [feed.name for feed in followed if feed.tone is not Tone.CALM]
    quiet = [platform.name for platform in seen if platform.tone is not Tone.CALM]
    if failing:
        return (
            f"{french.plural(len(failing), 'flux')} ne {'répond' if len(failing) == 1 else 'répondent'} plus."
        )
    if quiet:
        return f"Rien de récent sur {french.joined(quiet)} : un export à jour est à importer."
    if not followed and not journal:
        return "Aucune source pour l’instant : déposez un export ou ajoutez un flux."
    return "Toutes les sources répondent."


def _feed(row: Row, today: date) -> Feed:
    if row.errors:
        tone = Tone.URGENT if row.errors > 2 else Tone.WATCH  # noqa: PLR2004 - one failure is often a passing one
        last = (
            f"dernière réponse le {french.day_ago(row.ok_at.date(), today)}"
            if row.ok_at
            else "jamais de réponse"
        )
        health = f"{french.plural(row.errors, 'échec')} de suite, {last}"
    elif row.ok_at is None:
        tone, health = Tone.CALM, "pas encore consulté"
    else:
        newest = f", dernier article le {french.day(row.newest_on)}" if row.newest_on else ""
        tone, health = Tone.CALM, f"répond, consulté le {french.day_ago(row.ok_at.date(), today)}{newest}"
        if is_silent(row, today):
            tone = Tone.URGENT
            habit = french.plural(max(round(row.habit_hours / 24), 1), "jour")
            health = (
                f"muet depuis le {french.day(row.newest_on)}, alors qu’il publie tous les {habit} environ"
            )
    return Feed(
        row.id, row.title or row.url, row.practitioner_name or "portefeuille", tone, health, row.error
    )


def is_silent(row: Row, today: date) -> bool:
    """Whether a feed that answers has been silent for longer than its habit explains.

    At a constant rate, a silence of 4.6 usual intervals happens by chance once in a hundred.
    """
    if row.newest_on is None or row.habit_hours is None:
        return False
    return bool((today - row.newest_on).days * 24 > max(LONGEST_CALM * row.habit_hours, 72))


def _import(row: Row) -> Import:
    parts = [
        french.plural(row.read, "lu"),
        french.plural(row.new, "nouveau", "nouveaux"),
        french.plural(row.edited, "modifié") if row.edited else "",
        french.plural(row.unchanged, "inchangé") if row.unchanged else "",
        french.plural(row.removed, "retiré") if row.removed else "",
        french.plural(row.doubtful, "douteux") if row.doubtful else "",
        french.plural(row.rejected, "rejeté") if row.rejected else "",
    ]
    return Import(
        id=row.id,
        name=row.name,
        whose=row.practitioner_name or "portefeuille",
        when=french.day(row.imported_at.date()),
        origin=_ORIGINS.get(row.origin, row.origin),
        format=words.format_name(row.format),
        counts=", ".join(filter(None, parts)),
        rejected=row.rejected,
        can_undo=row.undone_at is None,
        undone=f"annulé le {french.day(row.undone_at.date())}" if row.undone_at else "",
    )


def _platforms(connection: sa.Connection, viewer: Viewer, scope: Scope, today: date) -> tuple[Platform, ...]:
    if scope.chosen is None:
        return ()
    seen: dict[str, date] = {}
    for row in coverage.read(connection, viewer, scope.chosen.id):
        seen[row.platform] = max(row.end, seen.get(row.platform, row.end))
    found = []
    for row in rollups.read_totals(connection, viewer, scope.chosen.id):
        reviews_count = sum(getattr(row, f"stars_{n}") for n in range(1, 6)) + row.unrated + row.mentions
        last = seen.get(row.platform, row.last_day)
        is_quiet = last is None or last < today - timedelta(days=QUIET_DAYS)
        found.append(
            Platform(
                name=words.platform(row.platform),
                count=reviews_count,
                seen=f"vu jusqu’au {french.day_ago(last, today)}" if last else "jamais daté",
                tone=Tone.WATCH if is_quiet and row.mentions < reviews_count else Tone.CALM,
            )
        )
    return tuple(sorted(found, key=lambda platform: -platform.count))


def _doubts(connection: sa.Connection, viewer: Viewer, scope: Scope) -> tuple[Doubt, ...]:
    found = []
    chosen = scope.who
    for pair in reads_sources.undecided_pairs(connection, viewer, practitioner_id=chosen):
        rows = [
            reads.one(connection, viewer, pair.practitioner_id, key)
            for key in (pair.publication_id, pair.other_id)
        ]
        pair_rows = masking.rows(connection, viewer, [row for row in rows if row is not None])
        if len(pair_rows) == len(rows):
            both = (reviews.one(pair_rows[0]), reviews.one(pair_rows[1]))
            found.append(Doubt(pair.name, pair.reason, both))
    return tuple(found)


def _targets(scope: Scope, portfolios: list[str]) -> dict[str, tuple[str, str]]:
    people = {label: (slug, "") for slug, label in scope.offer().labels.items()}
    return people | {f"Portefeuille {french.quoted(name)}": ("", name) for name in portfolios}
