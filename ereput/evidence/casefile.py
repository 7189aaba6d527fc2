"""What the journal of a case says: its state by replay, its exhibits, its drafts, who wrote what.

The situation that the user answered stands in an event's content, not in the chain: the class of an
author is nobody else's business. A case whose contents were all erased has no state left, only days.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.evidence import journal, verifier
from ereput.evidence.journal import Entry, Link
from ereput.guidance import events, workflow
from ereput.guidance.base import Base
from ereput.guidance.events import Event, Outcome, SituationChanged
from ereput.guidance.workflow import Case, CaseStatus
from ereput.store import cases
from ereput.store.scope import Row

OPENED, EXHIBIT, ERASED = verifier.OPENED, verifier.EXHIBIT, verifier.ERASED
NOTE, LETTER, EXPORTED = "note_ajoutee", "courrier_prepare", journal.HARMLESS["evenement"]
CLOSED, REOPENED, SITUATION = "dossier_clos", "dossier_rouvert", "situation_changee"
# Fields of `guidance.events` that speak of a person: they go to the content.
_PERSONAL = ("situation",)

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A sealed file. `path` is its place in an export; `nature` says what it is. `name` is untrusted."""

    number: int
    at: datetime
    nature: str
    name: str
    path: str
    media: str
    size: int
    sha256: str
    who: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter or a reply that was kept; `text` is untrusted."""

    number: int
    at: datetime
    template: str
    variant: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case in full. `case` is None once erased; `answers` is None until the questions are answered.

    `title` and `url` are untrusted.
    """

    id: int
    practitioner_id: int
    slug: str
    name: str
    origin: str
    publication_id: int | None
    alert_id: int | None
    opened_at: datetime
    end: journal.End
    title: str
    url: str
    case: Case | None
    answers: Answers | None
    exhibits: tuple[Exhibit, ...]
    drafts: tuple[Draft, ...]
    links: tuple[Link, ...]

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is to be done."""
        return self.case is None or self.case.status is CaseStatus.CLOSED

    @property
    def erased(self) -> int:
        """How many contents were erased."""
        return sum(link.content is None for link in self.links)


def entry(event: Event, **content: object) -> Entry:
    """Return what to write for an event of the guidance; `content` is kept beside it."""
    body = events.encode(event)
    return Entry(body, content | {name: body.pop(name) for name in _PERSONAL if name in body})


def event_of(link: Link) -> Event | None:
    """Return the event of the guidance that a link holds; None for one of the journal's own, or erased."""
    if link.kind not in events.NAMES:
        return None
    if link.kind != SITUATION:
        return events.decode(link.body)
    if link.content is None:
        return None
    return events.decode({**link.body, **{name: link.content[name] for name in _PERSONAL}})


def state(base: Base, links: Sequence[Link]) -> Case | None:
    """Return the state that a journal's replay gives, or None once what it needs was erased."""
    found: Case | None = None
    for link in links:
        event = event_of(link)
        if link.kind == SITUATION and event is None:
            return None
        if found is None and isinstance(event, SituationChanged):
            found = Case(event.situation, event.day)
        elif found is not None and event is not None:
            found = workflow.apply(base, found, event)
    return found


def append(
    connection: sa.Connection,
    viewer: Viewer,
    base: Base,
    case_id: int,
    entries: Sequence[Entry],
    *,
    expected: int | None,
    now: datetime,
) -> CaseFile:
    """Write entries to a case and return it as it then is.

    Raises RefusedError, and the caller's transaction is to be given up, when somebody else wrote since
    `expected`, when the case was erased, or when an event is not allowed in its present state.
    """
    held = journal.hold(connection, viewer, case_id, expected=expected)
    if held.length and read(connection, viewer, base, case_id).case is None:
        raise RefusedError(f"Le dossier n° {case_id} a été effacé : plus rien ne s’y ajoute.")
    end = journal.append(connection, held, entries, now=now)
    links = journal.read(connection, viewer, [case_id])[case_id]
    settle(connection, base, case_id, end, links)
    return read(connection, viewer, base, case_id)


def settle(
    connection: sa.Connection, base: Base, case_id: int, end: journal.End, links: Sequence[Link]
) -> None:
    """Write beside the case where its journal ends and what it says. Raises RefusedError on a bad replay."""
    status, outcome, closed_on = settled(base, links)
    cases.settle(
        connection,
        case_id,
        length=end.length,
        head=end.head,
        status=status,
        outcome=outcome,
        closed_on=closed_on,
    )


def read(connection: sa.Connection, viewer: Viewer, base: Base, case_id: int) -> CaseFile:
    """Return one case in view. Raises RefusedError when there is none."""
    row = cases.read_one(connection, viewer, case_id)
    (found,) = read_many(connection, viewer, base, [row]) or (None,)
    if found is None:
        raise RefusedError(
            f"Le journal du dossier n° {case_id} ne se lit plus : « evidence verify {case_id} » dit où."
        )
    return found


def read_many(
    connection: sa.Connection, viewer: Viewer, base: Base, rows: Sequence[Row]
) -> tuple[CaseFile, ...]:
    """Return the cases of these rows, in the same order; one whose journal does not read is left out."""
    links = journal.read(connection, viewer, [row.id for row in rows])
    found = []
    for row in rows:
        # A journal that somebody tampered with may hold anything; `check` says what.
        with suppress(RefusedError, AttributeError, KeyError, TypeError, ValueError):
            found.append(assemble(base, row, links[row.id]))
    return tuple(found)


def assemble(base: Base, row: Row, links: tuple[Link, ...]) -> CaseFile:
    """Return the case of a row and its journal."""
    opening = links[0].content or {}
    erased = tuple(link.number for link in links if link.content is None)
    return CaseFile(
        id=row.id,
        practitioner_id=row.practitioner_id,
        slug=row.slug,
        name=row.name,
        origin=row.origin,
        publication_id=row.publication_id,
        alert_id=row.alert_id,
        opened_at=row.opened_at,
        end=journal.End(row.length, row.head),
        title=str(opening.get("titre", "")),
        url=str(opening.get("adresse", "")),
        case=_replayed(base, _Journal(row.head, erased, links)),
        answers=_answers(links),
        exhibits=tuple(
            _exhibit(link, link.content) for link in links if link.kind == EXHIBIT and link.content
        ),
        drafts=tuple(_draft(link, link.content) for link in links if link.kind == LETTER and link.content),
        links=links,
    )


def settled(base: Base, links: Sequence[Link]) -> tuple[str, str, date | None]:
    """Return (status, outcome, closed on): what lists show of a case."""
    found = state(base, links)
    if found is not None:
        return found.status.value, found.outcome.value if found.outcome else "", found.closed
    closing = next(link for link in reversed(links) if link.kind == CLOSED)
    day = date.fromisoformat(closing.body["day"])
    return CaseStatus.CLOSED.value, Outcome(closing.body["outcome"]).value, day


@dataclass(frozen=True, slots=True)
class _Journal:
    """A journal that compares by what says all of it: its last seal, and what was erased since."""

    head: str
    erased: tuple[int, ...]
    links: tuple[Link, ...] = field(compare=False)


@lru_cache(maxsize=512)
def _replayed(base: Base, journal_: _Journal) -> Case | None:
    return state(base, journal_.links)


def _answers(links: Sequence[Link]) -> Answers | None:
    last = next((link for link in reversed(links) if link.kind == SITUATION), None)
    given = (last.content or {}).get("reponses") if last else None
    return None if given is None else {name: tuple(values) for name, values in given.items()}


def _exhibit(link: Link, content: Mapping[str, Any]) -> Exhibit:
    return Exhibit(
        number=link.number,
        at=link.at,
        nature=str(link.body["nature"]),
        name=str(content["nom"]),
        path=str(content["fichier"]),
        media=str(content["type"]),
        size=int(content["taille"]),
        sha256=str(content["sha256"]),
        who=str(content["qui"]),
    )


def _draft(link: Link, content: Mapping[str, Any]) -> Draft:
    return Draft(
        number=link.number,
        at=link.at,
        template=str(link.body["modele"]),
        variant=str(link.body["version"]),
        text=str(content["texte"]),
        who=str(content["qui"]),
    )
