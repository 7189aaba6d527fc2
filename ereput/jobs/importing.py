"""Import publications: read, identify, score, then write all of it or nothing.

Reading and scoring happen outside any transaction, into a spool on disk; the write is one
transaction. If somebody else changed the same practitioners meanwhile, the plan is made anew.
"""

import hashlib
import pickle
import tempfile
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, Kind, Known, Reject
from ereput.ingest import Mapping, identity, mentions, platform_of_name, platforms, read_file
from ereput.ingest.identity import Fate, Keys, Verdict
from ereput.ingest.packing import pack
from ereput.ingest.reading import Reading
from ereput.ingest.routing import Candidate, Router, place_key, shown_place, story_key
from ereput.jobs import ledger, mapping
from ereput.jobs.context import Context
from ereput.jobs.displayed import Displayed
from ereput.jobs.scoring import Scoring, columns, words
from ereput.store import batches, coverage, journal, places, practitioners, publications, rollups
from ereput.text import SIGNALS_VERSION, Signals

CHUNK = 2_000
IN_MEMORY = 1_000_000  # bytes of a spool: beyond, it goes to disk
ATTEMPTS = 3
# A gap this many times the usual interval between reviews is a hole in the export, not calm:
# at a constant rate it happens by chance once in a hundred.
LONGEST_CALM = 4.6

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one import did."""

    file: str
    batch: int
    format: str
    message: str
    read: int
    new: int
    edited: int
    unchanged: int
    removed: int
    rejected: int
    doubtful: int
    waiting: int
    practitioners: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, for whom: one practitioner, or the portfolio whose members the rows name."""

    origin: str
    name: str
    practitioner_id: int | None = None
    portfolio_id: int | None = None
    platform: str = ""
    is_complete: bool = False
    sha256: str = ""
    asked: str = ""  # how the file was to be read: format and columns imposed, version of the signals


class ConflictError(Exception):
    """The practitioners changed between plan and write."""


def import_file(
    context: Context,
    path: Path,
    *,
    name: str = "",
    practitioner: str = "",
    portfolio: str = "",
    platform: str = "",
    is_complete: bool = False,
    format_name: str | None = None,
    columns: Mapping | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Read a file and store what it holds; everything or nothing.

    Raises:
        RefusedError: the practitioner is not in view, or the file holds no publication; nothing changed.

    """
    if bool(practitioner) == bool(portfolio):
        raise RefusedError("Indiquez un praticien ou un portefeuille, l’un ou l’autre.")
    if not path.is_file():
        raise RefusedError(f"Le fichier « {path.name} » est introuvable.")
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner).id if practitioner else None
        where = practitioners.read_portfolio(connection, context.viewer, portfolio) if portfolio else None
    columns = columns or mapping.saved_for(context, path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    request = Request(
        origin="file",
        name=name or path.name,
        practitioner_id=who,
        portfolio_id=where,
        platform=known_platform(platform) if platform else "",
        is_complete=is_complete,
        sha256=sha256,
        asked=f"{platform}|{format_name or ''}|{columns or ''}|{SIGNALS_VERSION}",
    )

    again = _repeated(context, request)
    if again is not None:
        return again

    def reading() -> Reading:
        found = read_file(path, now=context.now, format_name=format_name, mapping=columns)
        if found.kind == "opml":
            raise RefusedError(
                "Ce fichier est une liste de flux (OPML) : ajoutez-le comme flux, pas comme avis."
            )
        return found

    return store_publications(context, request, reading, progress=progress)


def _repeated(context: Context, request: Request) -> Outcome | None:
    """Answer an import of the very same file when nothing has changed since: nothing is to be read again."""
    started = time.perf_counter()
    with context.store.reading() as connection:
        before = batches.repeated(connection, **_asked(request))
    if before is None:
        return None
    counts = {"read": before.read, "unchanged": before.read, "rejected": before.rejected}
    with context.store.writing() as connection:
        batch = batches.insert(
            connection,
            viewer=context.viewer.name,
            imported_at=context.now,
            format=before.format,
            message=before.message,
            settled=before.settled,
            repeats=before.repeats or before.id,
            **_asked(request),
            **counts,
        )
        journal.note(connection, context.viewer, "import", subject=f"import {batch}", now=context.now)
    nothing = dict.fromkeys(("new", "edited", "removed", "doubtful", "waiting"), 0)
    return Outcome(
        file=request.name,
        batch=batch,
        format=before.format,
        message=before.message,
        practitioners=before.practitioners,
        seconds=round(time.perf_counter() - started, 3),
        **counts,
        **nothing,
    )


def _asked(request: Request) -> dict[str, Any]:
    """Return a request as the journal keeps it."""
    return {
        "origin": request.origin,
        "name": request.name,
        "sha256": request.sha256,
        "asked": request.asked,
        "practitioner_id": request.practitioner_id,
        "portfolio_id": request.portfolio_id,
        "is_complete": request.is_complete,
    }


def store_publications(
    context: Context,
    request: Request,
    reading: Callable[[], Reading],
    *,
    progress: Progress | None = None,
    beside: Callable[[sa.Connection], None] = lambda _: None,
) -> Outcome:
    """Store what `reading` yields in one transaction; it is called again if the plan must be remade.

    `beside` writes what else belongs to the same transaction.
    """
    for attempt in range(1, ATTEMPTS + 1):
        with _spool_file() as spool:
            started = time.perf_counter()
            plan = _Plan(context, request, spool, progress or (lambda _: None))
            plan.make(reading())
            try:
                return plan.write(started, beside)
            except ConflictError:
                if attempt == ATTEMPTS:
                    raise RefusedError(
                        "Un autre import modifie les mêmes praticiens. Rien n’a été enregistré : réessayez."
                    ) from None
    raise AssertionError("unreachable")


@dataclass(slots=True)
class _Row:
    """A draft on its way: whose it is, its keys, its fate."""

    practitioner: int
    draft: Draft
    keys: tuple[int, ...]
    content: int
    reason: str = ""
    verdict: Verdict | None = None
    is_stored: bool = False  # with all its keys: nothing is left to write


@dataclass(slots=True)
class _Seen:
    """What a file holds of one practitioner."""

    keys: Keys = field(default_factory=Keys)
    held: set[int] = field(default_factory=set)  # first keys of the rows that carry an external id
    claimed: set[int] = field(default_factory=set)  # stored publications that a row turned out to be
    authors: Counter[int] = field(default_factory=Counter)  # by hash: this process's own is enough
    stories: dict[int, int] = field(default_factory=dict)  # keys of mentions → publication
    ids: "array[int]" = field(default_factory=lambda: array("q"))
    new: "array[int]" = field(default_factory=lambda: array("q"))
    back: list[int] = field(default_factory=list)
    reviews: set[str] = field(default_factory=set)
    days: dict[str, list[int]] = field(default_factory=dict)  # platform → [first, last, count]


class _Plan:
    """Decide what each row is, outside any transaction, then write it all in one."""

    def __init__(self, context: Context, request: Request, spool: IO[bytes], progress: Progress) -> None:
        self.context, self.request, self.spool, self.progress = context, request, spool, progress
        self.counts: Counter[str] = Counter()
        self.rejects: list[Reject] = []
        self.seen: defaultdict[int, _Seen] = defaultdict(_Seen)
        self.versions: dict[int, int] = {}
        self.waiting: list[dict[str, Any]] = []
        self.displayed = Displayed()
        self.router: Router | None = None
        self.erased = ledger.Ledger()
        self.scoring = Scoring()
        self.format = self.message = ""

    # -- plan

    def make(self, reading: Reading) -> None:
        """Read everything, and spool the rows that change something."""
        self.format, self.message = reading.format, reading.message
        with (
            Scoring() as self.scoring,
            _spool_file() as unresolved,
            self.context.store.reading() as connection,
        ):
            self.erased = ledger.read(connection)
            drafts = _drafts(reading)
            while chunk := list(islice(drafts, CHUNK)):
                rows = [row for item in chunk if (row := self._admit(connection, item)) is not None]
                self._match(connection, rows)
                _dump(unresolved, [row for row in rows if row.verdict is None])
                self._spool([row for row in rows if row.verdict is not None])
                self.progress(self.counts["read"] + len(self.rejects))
            for rows in _load(unresolved):
                self._judge(connection, rows)
                self._spool(rows)
            for ready, signals in self.scoring.rest():
                self._write_spool(ready, signals)
        if not self.counts["read"]:
            reason = f" : {self.rejects[0].reason}" if self.rejects else ""
            raise RefusedError(f"« {self.request.name} » ne contient aucun avis lisible{reason}")

    def _admit(self, connection: sa.Connection, item: Draft | Reject) -> _Row | None:
        if isinstance(item, Reject):
            self.rejects.append(self.erased.cleaned(item, self.request.practitioner_id))
            return None
        draft = _on_platform(item, self.request.platform)
        self.counts["read"] += 1
        owner, reason = self._route(connection, draft)
        if owner is None:
            return None
        seen = self.seen[owner]
        self.displayed.note(owner, draft)
        self._note(seen, draft)
        words = identity.Words.of(draft)
        row = _Row(owner, draft, seen.keys.of(draft, words), identity.content_key(draft, words), reason)
        if self.erased and self._is_erased(row):
            return None
        if draft.external_id and draft.kind is Kind.REVIEW:
            if row.keys[0] in seen.held:
                self.counts[Fate.UNCHANGED] += 1  # the same external id twice in one file is one publication
                return None
            seen.held.add(row.keys[0])
        seen.authors[hash((draft.platform, words.author))] += 1
        return row

    def _is_erased(self, row: _Row) -> bool:
        """Whether a row was erased, or its author: what is left of it stays, its words do not come back."""
        slug = self.erased.slugs.get(row.practitioner, "")
        stored = self.erased.new_ids(slug, row.keys)
        if stored:
            self.seen[row.practitioner].ids.extend(stored)
            self.counts[Fate.UNCHANGED] += 1
            return True
        if self.erased.holds_author(slug, row.draft.platform, row.draft.author):
            self.rejects.append(Reject(row.draft.row, ledger.LEFT_OUT))
            return True
        return False

    def _route(self, connection: sa.Connection, draft: Draft) -> tuple[int | None, str]:
        """Return whose the row is and why; a row that nobody can place waits, a story of nobody goes."""
        owner, reason = self.request.practitioner_id, ""
        if owner is None:
            router = self._router(connection)
            route = router.of_place(draft.place) if draft.kind is Kind.REVIEW else router.of_words(draft)
            owner, reason = route.practitioner, route.reason
            if owner is None and reason and self.erased.leaves_out(draft):
                self.rejects.append(Reject(draft.row, ledger.LEFT_OUT))
                return None, ""
            if owner is None and reason:
                self.waiting.append(
                    {
                        "row": draft.row,
                        "place_key": place_key(draft.place)
                        if draft.kind is Kind.REVIEW
                        else story_key(draft),
                        "place": shown_place(draft.place) if draft.kind is Kind.REVIEW else draft.title,
                        "reason": reason,
                        "draft": pack(draft),
                    }
                )
        if owner is not None and owner not in self.versions:
            self.versions |= practitioners.read_versions(connection, [owner])
        return owner, reason

    def _router(self, connection: sa.Connection) -> Router:
        if self.router is None:
            home = self.request.portfolio_id
            if home is None:
                raise AssertionError("a request names a practitioner or a portfolio")
            listings = places.read_listings(connection, home)
            people = practitioners.read_members(connection, self.context.viewer, home)
            self.router = Router(
                [
                    Candidate(p.id, p.slug, p.name, p.city, p.rpps, tuple(listings.get(p.id, ())))
                    for p in people
                ],
                places.read_aliases(connection, home),
            )
        return self.router

    def _note(self, seen: _Seen, draft: Draft) -> None:
        if draft.kind is Kind.MENTION:
            return  # what feeds can see is known from their own health
        seen.reviews.add(draft.platform)
        if draft.published is not None and draft.published.is_certain:
            day = draft.published.day.toordinal()
            span = seen.days.setdefault(draft.platform, [day, day, 0])
            span[0], span[1], span[2] = min(span[0], day), max(span[1], day), span[2] + 1

    def _match(self, connection: sa.Connection, rows: list[_Row]) -> None:
        """Settle the rows that a key finds; the others wait until the whole file is known."""
        for owner in sorted({row.practitioner for row in rows}):
            mine = [row for row in rows if row.practitioner == owner]
            is_first = not publications.holds_any(connection, owner)
            keys = [] if is_first else [key for row in mine for key in row.keys]
            found = publications.find_keys(connection, owner, keys)
            changed: list[tuple[_Row, int]] = []
            for row in mine:
                known = self._fitting(row, found)
                if known is not None:
                    row.is_stored = all(key in found for key in row.keys)
                    if row.draft.kind is Kind.MENTION or known.content == row.content:
                        self._settle(row, known, Fate.UNCHANGED)
                    else:
                        changed.append((row, known.id))
                elif row.draft.kind is Kind.MENTION:
                    self._tell(row)
                elif is_first:
                    row.verdict = Verdict(Fate.NEW)
            full = publications.find_words(connection, owner, [identifier for _, identifier in changed])
            for row, identifier in changed:
                known = full[identifier]
                same = identity.same_content(known, row.draft)
                self._settle(row, known, Fate.UNCHANGED if same else Fate.EDITED)

    def _tell(self, row: _Row) -> None:
        """Settle a mention that is not stored: new, or a story that this file already told."""
        stories = self.seen[row.practitioner].stories
        told = next((stories[key] for key in row.keys if key in stories), None)
        row.verdict = Verdict(Fate.NEW) if told is None else Verdict(Fate.UNCHANGED, told)
        for key in row.keys:
            stories.setdefault(key, row.keys[0] if told is None else told)

    def _fitting(self, row: _Row, found: dict[int, Known]) -> Known | None:
        for key in row.keys:
            known = found.get(key)
            if known is None:
                continue
            if row.draft.kind is Kind.REVIEW and known.id in self.seen[row.practitioner].claimed:
                continue
            if key != row.keys[0] and not _may_share(known, row.draft):
                continue
            return known
        return None

    def _settle(self, row: _Row, known: Known, fate: Fate) -> None:
        row.verdict = Verdict(fate, known.id)
        seen = self.seen[row.practitioner]
        seen.claimed.add(known.id)
        if known.is_removed:
            seen.back.append(known.id)

    def _judge(self, connection: sa.Connection, rows: list[_Row]) -> None:
        """Compare the rows that no key found with what is stored of their authors."""
        groups: defaultdict[tuple[int, str], list[_Row]] = defaultdict(list)
        for row in rows:
            groups[row.practitioner, row.draft.platform].append(row)
        for (owner, platform), mine in groups.items():
            authors = {id(row): identity.author_key(row.draft.author) for row in mine}
            candidates = publications.find_authors(connection, owner, platform, sorted(set(authors.values())))
            entry = platforms().get(platform)
            single = entry is not None and entry.one_review_per_author
            seen = self.seen[owner]
            for row in mine:
                free = [k for k in candidates.get(authors[id(row)], ()) if k.id not in seen.claimed]
                row.verdict = identity.judge(
                    row.draft,
                    free,
                    one_review_per_author=single,
                    alone_in_file=seen.authors[hash((platform, identity.plain(row.draft.author)))] == 1,
                )
                if row.verdict.fate in (Fate.UNCHANGED, Fate.EDITED):
                    known = next(k for k in free if k.id == row.verdict.publication)
                    self._settle(row, known, row.verdict.fate)

    def _spool(self, rows: list[_Row]) -> None:
        """Have the rows scored that bring words; what is ready goes to disk, for the transaction to write."""
        for row in rows:
            if row.verdict is None:
                raise AssertionError("every spooled row was judged")
            self.counts[row.verdict.fate] += 1
            seen = self.seen[row.practitioner]
            seen.ids.append(_identifier(row))
            if row.verdict.fate in (Fate.NEW, Fate.DOUBTFUL):
                seen.new.append(row.keys[0])
        bringing = [row for row in rows if row.verdict and row.verdict.fate is not Fate.UNCHANGED]
        texts = [words(row.draft.title, row.draft.text) for row in bringing]
        self.scoring.submit(rows, texts, [row.draft.rating for row in bringing])
        for ready, signals in self.scoring.ready():
            self._write_spool(ready, signals)

    def _write_spool(self, rows: list[_Row], signals: list[Signals]) -> None:
        scored = iter(signals)
        parcel: list[tuple[Fate, dict[str, Any], tuple[int, ...], int | None, str]] = []
        for row in rows:
            verdict = row.verdict
            if verdict is None or (
                row.is_stored and row.draft.kind is Kind.REVIEW and verdict.fate is Fate.UNCHANGED
            ):
                continue
            identifier = _identifier(row)
            values: dict[str, Any] = {"practitioner_id": row.practitioner, "id": identifier}
            if verdict.fate is not Fate.UNCHANGED:
                values = self._values(row, identifier, next(scored))
            elif row.draft.kind is Kind.MENTION:
                values |= {"url": row.draft.url, "source": row.draft.source, "kind": row.draft.kind.value}
            parcel.append((verdict.fate, values, row.keys, verdict.publication, verdict.reason or row.reason))
        if parcel:
            _dump(self.spool, parcel)

    def _values(self, row: _Row, identifier: int, signal: Signals) -> dict[str, Any]:
        draft, when = row.draft, row.draft.published
        return {
            "practitioner_id": row.practitioner,
            "id": identifier,
            "platform": draft.platform,
            "kind": draft.kind.value,
            "source": draft.source,
            "url": draft.url,
            "author": draft.author,
            "author_key": identity.author_key(draft.author),
            "id_namespace": draft.id_namespace if draft.external_id else "",
            "published_on": when and when.day,
            "earliest": when and when.earliest,
            "latest": when and when.latest,
            "precision": when.precision.value if when else "",
            "published_at": when and when.instant,
            "week": when and when.iso_week,
            "month": when.day.replace(day=1) if when and _one_month(when.earliest, when.latest) else None,
            "rating": draft.rating,
            "scale": draft.scale,
            "title": draft.title,
            "body": draft.text,
            "language": draft.language,
            "reply": draft.reply,
            "replied_on": draft.replied and draft.replied.day,
            "content": row.content,
            "version": 1,
            "first_seen": self.context.now,
            **columns(draft.rating, signal),
        }

    # -- write

    def write(self, started: float, beside: Callable[[sa.Connection], None]) -> Outcome:
        """Write the plan in one transaction."""
        context, counts = self.context, self.counts
        owners = sorted(self.seen)
        changes = counts[Fate.NEW] + counts[Fate.EDITED] + counts[Fate.DOUBTFUL]
        if self.request.origin == "feed" and not changes and not self.waiting:
            with context.store.writing() as connection:
                beside(connection)
            return self._outcome(0, 0, started)  # a feed without news leaves no line in the journal
        with context.store.writing() as connection:
            _lock(connection, owners, self.versions)
            if len(ledger.read(connection).lines) != len(self.erased.lines):
                raise ConflictError
            batch = self._insert_batch(connection)
            self._replay(connection, batch)
            removed = self._finish(connection, batch)
            self.displayed.write(connection, context, self._last_days(), batch_id=batch)
            new = {owner: seen.new for owner, seen in self.seen.items() if seen.new}
            is_changed = bool(counts[Fate.EDITED] or removed or any(s.back for s in self.seen.values()))
            if new or is_changed:
                rollups.rebuild(connection, owners, None if is_changed else new)
            seen_more = coverage.settle(connection, [owner for owner in owners if self.seen[owner].reviews])
            if new or is_changed or seen_more:
                practitioners.bump_versions(connection, owners)
            batches.insert_rejects(connection, batch, self.rejects)
            home = {"batch_id": batch, "portfolio_id": self.request.portfolio_id}
            places.insert_waiting(connection, [row | home for row in self.waiting])
            outcome = self._outcome(batch, removed, started)
            names = ("read", "new", "edited", "unchanged", "removed", "rejected", "doubtful", "waiting")
            settled = sum(practitioners.read_versions(connection, owners).values())
            counted = {name: getattr(outcome, name) for name in names}
            batches.complete(connection, batch, settled=settled, **counted)
            journal.note(connection, context.viewer, "import", subject=f"import {batch}", now=context.now)
            beside(connection)
        return outcome

    def _outcome(self, batch: int, removed: int, started: float) -> Outcome:
        counts = self.counts
        return Outcome(
            file=self.request.name,
            batch=batch,
            format=self.format,
            message=self.message,
            read=counts["read"],
            new=counts[Fate.NEW] + counts[Fate.DOUBTFUL],
            edited=counts[Fate.EDITED],
            unchanged=counts[Fate.UNCHANGED],
            removed=removed,
            rejected=len(self.rejects),
            doubtful=counts[Fate.DOUBTFUL],
            waiting=len(self.waiting),
            practitioners=len(self.seen),
            seconds=round(time.perf_counter() - started, 3),
        )

    def _insert_batch(self, connection: sa.Connection) -> int:
        return batches.insert(
            connection,
            format=self.format,
            message=self.message,
            viewer=self.context.viewer.name,
            imported_at=self.context.now,
            **_asked(self.request),
        )

    def _replay(self, connection: sa.Connection, batch: int) -> None:
        """Write the spooled rows, a chunk at a time."""
        self.spool.seek(0)
        now = self.context.now
        for parcel in _load(self.spool, rewind=False):
            new: list[dict[str, Any]] = []
            keys: list[dict[str, Any]] = []
            pairs: list[dict[str, Any]] = []
            sightings: list[dict[str, Any]] = []
            for fate, values, row_keys, other, reason in parcel:
                mine: dict[str, Any] = {
                    "practitioner_id": values["practitioner_id"],
                    "publication_id": values["id"],
                    "batch_id": batch,
                }
                if fate in (Fate.NEW, Fate.DOUBTFUL):
                    new.append(values | {"batch_id": batch})
                elif fate is Fate.EDITED:
                    publications.edit(connection, values, batch_id=batch, now=now)
                if fate is Fate.DOUBTFUL:
                    pairs.append(mine | {"other_id": other, "reason": reason})
                keys.extend(mine | {"key": key} for key in row_keys)
                if values.get("kind") == Kind.MENTION and values["url"]:
                    sightings.append(
                        mine
                        | {"url": values["url"], "source": values["source"], "reason": reason, "seen_at": now}
                    )
            publications.insert(connection, new)
            publications.insert_keys(connection, keys)
            publications.insert_pairs(connection, pairs)
            publications.insert_sightings(connection, sightings)

    def _finish(self, connection: sa.Connection, batch: int) -> int:
        """Write what the batch saw of each practitioner; return how many reviews a complete one misses."""
        removed = 0
        for owner, seen in self.seen.items():
            publications.insert_seen(connection, owner, batch, seen.ids)
            publications.mark_back(connection, owner, seen.back)
            for platform, (first, last, count) in seen.days.items():
                start, end = covered_days(first, last, count, self.context.today.toordinal())
                coverage.insert(
                    connection, practitioner_id=owner, platform=platform, batch_id=batch, start=start, end=end
                )
            if self.request.is_complete:
                kept = set(seen.ids)
                for platform in sorted(seen.reviews):
                    removed += publications.mark_removed(
                        connection, owner, platform, kept=kept, batch_id=batch, now=self.context.now
                    )
        return removed

    def _last_days(self) -> dict[tuple[int, str], date]:
        """Return the last day that the import could see of each practitioner and platform."""
        today = self.context.today.toordinal()
        return {
            (owner, platform): covered_days(first, last, count, today)[1]
            for owner, seen in self.seen.items()
            for platform, (first, last, count) in seen.days.items()
        }


def _identifier(row: _Row) -> int:
    """Return the id of the publication that a judged row is: its own first key, or a stored one's id."""
    verdict = row.verdict
    if verdict is None:
        raise AssertionError("the row was judged")
    if verdict.fate in (Fate.NEW, Fate.DOUBTFUL) or verdict.publication is None:
        return row.keys[0]
    return verdict.publication


def known_platform(name: str) -> str:
    """Return the slug of a platform that the user names; an unknown one is refused."""
    slug = platform_of_name(name)
    if not slug:
        raise RefusedError(f"Plateforme inconnue : « {name} ». Connues : {', '.join(sorted(platforms()))}.")
    return slug


def covered_days(first: int, last: int, count: int, today: int) -> tuple[date, date]:
    """Return the days that an export could see, from the ordinals of its first and last publication.

    An export reaches the day it was made, which it seldom says. If the calm since its last
    publication is plausible at its own rate it reaches today; else it only reaches that publication.
    """
    last = min(last, today)
    usual = (last - first + 1) / max(count - 1, 1)
    end = today if today - last <= max(LONGEST_CALM * usual, 7) else last
    return date.fromordinal(min(first, end)), date.fromordinal(end)


def _drafts(reading: Reading) -> Iterator[Draft | Reject]:
    return mentions(reading.entries) if reading.kind == "feed" else reading.items


# `dataclasses.replace` takes three times as long, once a row.
_VALUES = attrgetter(*(item.name for item in fields(Draft)))
_PLATFORM = [item.name for item in fields(Draft)].index("platform")


def _on_platform(draft: Draft, platform: str) -> Draft:
    """Return the draft on the platform that the user named, or that the file says, or on none."""
    wanted = platform or draft.platform or ("presse" if draft.kind is Kind.MENTION else "autre")
    if wanted == draft.platform:
        return draft
    values = list(_VALUES(draft))
    values[_PLATFORM] = wanted
    return Draft(*values)


def _may_share(known: Known, draft: Draft) -> bool:
    """Whether a stored publication found by likeness, not by id, can be this row's."""
    if draft.kind is Kind.MENTION:
        return identity.fits_story(known, draft)
    return not (draft.external_id and known.id_namespace == draft.id_namespace)


def _one_month(earliest: date, latest: date) -> bool:
    return (earliest.year, earliest.month) == (latest.year, latest.month)


def _lock(connection: sa.Connection, owners: list[int], planned: dict[int, int]) -> None:
    """Make other writers of the same practitioners wait, and check that the plan still holds."""
    current = practitioners.lock_versions(connection, owners)
    if any(current.get(owner) != planned[owner] for owner in owners):
        raise ConflictError


def _spool_file() -> IO[bytes]:
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))


def _dump(file: IO[bytes], rows: Iterable[Any]) -> None:
    pickle.dump(list(rows), file, protocol=pickle.HIGHEST_PROTOCOL)


def _load(file: IO[bytes], *, rewind: bool = True) -> Iterator[list[Any]]:
    """Yield what was dumped; the spool is this process's own unnamed file, never outside bytes."""
    if rewind:
        file.seek(0)
    while True:
        try:
            yield pickle.load(file)  # noqa: S301 (our own temporary file)
        except EOFError:
            return
