"""The access part of Réglages: who signs in, who lets whom read words, and who looked at what."""

from dataclasses import dataclass
from datetime import datetime

from ereput.domain.practitioner import Role, Viewer
from ereput.facts import french
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.store import Store, journal, practitioners, viewers
from ereput.store.scope import Row

LINES = 200
ROLES = {
    Role.ADMINISTRATOR: "Administrateur",
    Role.BROKER: "Courtier",
    Role.PRACTITIONER: "Praticien",
    Role.READER: "Lecteur",
}
LOOK = "avis lus en clair"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `sees` are names of portfolios or practitioners; all of them when empty."""

    name: str
    role: str
    email: str
    sees: tuple[str, ...]
    is_active: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """An agreement to read a practitioner's words; `state` says until when, or since when no more."""

    id: int
    practitioner: str
    broker: str
    state: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class Access:
    """The page's part. `brokers` may be given the chosen practitioner's words."""

    people: tuple[Person, ...]
    portfolios: tuple[str, ...]
    grants: tuple[Grant, ...]
    brokers: tuple[str, ...]
    audit: tuple[tuple[str, str, str, str, str], ...]
    can_administer: bool
    can_grant: bool


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Access:
    """Return who has access to what the viewer sees; the audit is (when, who, what, about, detail)."""
    is_administrator = viewer.role is Role.ADMINISTRATOR
    may_grant = is_administrator or viewer.role is Role.PRACTITIONER
    with store.reading() as connection:
        scopes = viewers.read_scopes(connection, viewer)
        people = tuple(_person(row, scopes) for row in viewers.read_all(connection, viewer))
        grants = viewers.read_grants(connection, viewer, practitioner_id=scope.who)
        brokers = viewers.read_brokers(connection, viewer, scope.who) if may_grant and scope.who else []
        lines = journal.read_audit(connection, viewer, limit=LINES)
        looks = viewers.read_looks(connection, viewer, action=LOOK, limit=LINES)
        portfolios = practitioners.read_portfolios(connection, viewer)
    told = {(row.at, row.viewer, row.action, row.subject): row.detail for row in lines}
    told |= {(row.at, row.viewer, LOOK, row.subject): row.detail for row in looks}
    return Access(
        people=people,
        portfolios=tuple(name for name, _ in portfolios),
        grants=tuple(_grant(row, now) for row in grants),
        brokers=tuple(brokers),
        audit=tuple(
            (french.moment(at.astimezone(now.tzinfo)), who, what, about, detail)
            for (at, who, what, about), detail in sorted(told.items(), reverse=True)[:LINES]
        ),
        can_administer=is_administrator,
        can_grant=may_grant,
    )


def _person(row: Row, scopes: dict[int, list[str]]) -> Person:
    return Person(
        name=row.name,
        role=ROLES[Role(row.role)],
        email=row.email or "",
        sees=tuple(scopes[row.id]),
        is_active=row.is_active,
        is_known=row.subject is not None,
    )


def _grant(row: Row, now: datetime) -> Grant:
    if row.revoked_at is not None:
        state = f"retiré le {french.day(row.revoked_at.astimezone(now.tzinfo).date())}"
    elif row.until < now.date():
        state = f"terminé le {french.day(row.until)}"
    else:
        state = f"jusqu’au {french.day(row.until)}"
    return Grant(row.id, row.name, row.viewer, state, row.revoked_at is None and row.until >= now.date())
