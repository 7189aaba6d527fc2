"""Who may sign in and see what; the grants to read verbatim; the tokens of routes without sign-in.

The functions that resolve who is at the door take no viewer: there is none yet.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.store.schema import (
    audit,
    grant,
    portfolio,
    practitioner,
    token,
    viewer,
    viewer_portfolio,
    viewer_practitioner,
)
from ereput.store.scope import Row, Rows, visible

OVER_PORTFOLIOS = (Role.BROKER, Role.READER)


# -- at the door


def resolve(connection: sa.Connection, name: str) -> Viewer | None:
    """Return the active viewer of that name or e-mail, None when there is none."""
    return _resolved(connection, sa.or_(viewer.c.name == name, viewer.c.email == name.lower()))


def resolve_identity(connection: sa.Connection, issuer: str, subject: str) -> Viewer | None:
    """Return the active viewer whom a provider of identities knows by this subject."""
    return _resolved(connection, sa.and_(viewer.c.issuer == issuer, viewer.c.subject == subject))


def resolve_email(connection: sa.Connection, email: str) -> Viewer | None:
    """Return the active viewer of that e-mail whom no provider has been tied to yet."""
    return _resolved(connection, sa.and_(viewer.c.email == email.lower(), viewer.c.subject.is_(None)))


def bind(connection: sa.Connection, name: str, *, issuer: str, subject: str) -> None:
    """Tie a viewer to the subject that a provider states, unless it is tied already."""
    free = (viewer.c.name == name, viewer.c.subject.is_(None))
    connection.execute(sa.update(viewer).where(*free).values(issuer=issuer, subject=subject))


def resolve_token(connection: sa.Connection, digest: str, purpose: str) -> Viewer | None:
    """Return the active viewer whose token has this digest, None when it is unknown or revoked."""
    query = sa.select(token.c.viewer_id).where(
        token.c.digest == digest, token.c.purpose == purpose, token.c.revoked_at.is_(None)
    )
    return _resolved(connection, viewer.c.id.in_(query))


def _resolved(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Viewer | None:
    row = connection.execute(sa.select(viewer).where(where, viewer.c.is_active)).one_or_none()
    if row is None:
        return None
    role = Role(row.role)
    # A role that does not look at portfolios gets none, whatever the tables say; nor practitioners.
    folders = _linked(connection, viewer_portfolio.c.portfolio_id, row.id) if role in OVER_PORTFOLIOS else ()
    people = (
        _linked(connection, viewer_practitioner.c.practitioner_id, row.id)
        if role is Role.PRACTITIONER
        else ()
    )
    return Viewer(row.name, role, frozenset(folders), frozenset(people))


def _linked(connection: sa.Connection, column: sa.Column[int], viewer_id: int) -> Sequence[int]:
    query = sa.select(column).where(column.table.c.viewer_id == viewer_id)
    return connection.execute(query).scalars().all()


# -- the list


def read_all(connection: sa.Connection, asker: Viewer) -> Rows:
    """Return the viewers by name: all of them to an administrator, oneself to anybody else."""
    query = sa.select(viewer).order_by(viewer.c.name)
    if asker.role is not Role.ADMINISTRATOR:
        query = query.where(viewer.c.name == asker.name)
    return connection.execute(query).all()


def read_scopes(connection: sa.Connection, asker: Viewer) -> dict[int, list[str]]:
    """Return what each viewer of `read_all` looks at: names of portfolios, slugs of practitioners."""
    shown = [row.id for row in read_all(connection, asker)]
    found: dict[int, list[str]] = {number: [] for number in shown}
    folders = sa.select(viewer_portfolio.c.viewer_id, portfolio.c.name.label("whom")).join(portfolio)
    people = sa.select(viewer_practitioner.c.viewer_id, practitioner.c.slug.label("whom")).join(practitioner)
    for query in (folders, people):
        for row in connection.execute(query.order_by("whom")):
            if row.viewer_id in found:
                found[row.viewer_id].append(row.whom)
    return found


def read_one(connection: sa.Connection, asker: Viewer, name: str) -> Row:
    """Return one viewer by name; unknown and forbidden are the same refusal."""
    for row in read_all(connection, asker):
        if row.name == name:
            return row
    raise RefusedError(f"Aucun utilisateur « {name} ».")


def is_taken(connection: sa.Connection, *, name: str = "", email: str = "", but: int = 0) -> bool:
    """Whether another viewer bears that name, in any case, or that e-mail."""
    same = sa.or_(sa.func.lower(viewer.c.name) == name.lower(), viewer.c.email == email)
    query = sa.select(viewer.c.id).where(same, viewer.c.id != but)
    return connection.execute(query).first() is not None


def insert(connection: sa.Connection, **values: Any) -> int:
    """Insert a viewer and return its id."""
    return int(connection.execute(sa.insert(viewer).values(**values).returning(viewer.c.id)).scalar_one())


def change(connection: sa.Connection, viewer_id: int, **values: Any) -> None:
    """Change a viewer."""
    connection.execute(sa.update(viewer).where(viewer.c.id == viewer_id).values(**values))


def replace_scope(
    connection: sa.Connection, viewer_id: int, *, portfolios: Sequence[int], practitioners: Sequence[int]
) -> None:
    """Say what a viewer looks at, in place of what it was."""
    for table, column, ids in (
        (viewer_portfolio, "portfolio_id", portfolios),
        (viewer_practitioner, "practitioner_id", practitioners),
    ):
        connection.execute(sa.delete(table).where(table.c.viewer_id == viewer_id))
        if ids:
            rows = [{"viewer_id": viewer_id, column: number} for number in sorted(set(ids))]
            connection.execute(sa.insert(table), rows)


# -- grants


def insert_grant(connection: sa.Connection, **values: Any) -> int:
    """Insert a grant and return its id."""
    return int(connection.execute(sa.insert(grant).values(**values).returning(grant.c.id)).scalar_one())


def read_grants(connection: sa.Connection, asker: Viewer, *, practitioner_id: int | None = None) -> Rows:
    """Return the grants of practitioners in view, the latest first, with slug, name and viewer's name.

    A broker only sees those that were given to it.
    """
    query = (
        sa.select(grant, practitioner.c.slug, practitioner.c.name, viewer.c.name.label("viewer"))
        .join(practitioner, practitioner.c.id == grant.c.practitioner_id)
        .join(viewer, viewer.c.id == grant.c.viewer_id)
        .where(visible(asker))
        .order_by(grant.c.id.desc())
    )
    if asker.role in OVER_PORTFOLIOS:
        query = query.where(viewer.c.name == asker.name)
    if practitioner_id is not None:
        query = query.where(grant.c.practitioner_id == practitioner_id)
    return connection.execute(query).all()


def grant_in_force(
    connection: sa.Connection, asker: Viewer, practitioner_id: int, *, today: date
) -> Row | None:
    """Return the grant that lets the asker read a practitioner's verbatim today: the longest one, or None."""
    query = (
        sa.select(grant, practitioner.c.slug)
        .join(practitioner, practitioner.c.id == grant.c.practitioner_id)
        .join(viewer, viewer.c.id == grant.c.viewer_id)
        .where(
            visible(asker),
            viewer.c.name == asker.name,
            viewer.c.is_active,
            grant.c.practitioner_id == practitioner_id,
            grant.c.until >= today,
            grant.c.revoked_at.is_(None),
        )
        .order_by(grant.c.until.desc(), grant.c.id)
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def read_brokers(connection: sa.Connection, asker: Viewer, practitioner_id: int) -> Sequence[str]:
    """Return the names of the active brokers of a practitioner in view, whom it may let read."""
    query = (
        sa.select(viewer.c.name)
        .join(viewer_portfolio, viewer_portfolio.c.viewer_id == viewer.c.id)
        .join(practitioner, practitioner.c.portfolio_id == viewer_portfolio.c.portfolio_id)
        .where(
            practitioner.c.id == practitioner_id,
            visible(asker),
            viewer.c.role == Role.BROKER.value,
            viewer.c.is_active,
        )
        .order_by(viewer.c.name)
    )
    return connection.execute(query).scalars().all()


def revoke_grant(connection: sa.Connection, grant_id: int, *, now: datetime) -> None:
    """End a grant now; one that ended already keeps its day."""
    still = (grant.c.id == grant_id, grant.c.revoked_at.is_(None))
    connection.execute(sa.update(grant).where(*still).values(revoked_at=now))


def read_looks(connection: sa.Connection, asker: Viewer, *, action: str, limit: int = 200) -> Rows:
    """Return who looked at the verbatim of practitioners in view, the latest first.

    Rows: (at, viewer, subject, detail). `action` is the word that the audit keeps for a look;
    the subject is a practitioner's slug.
    """
    query = (
        sa.select(audit.c.at, audit.c.viewer, audit.c.subject, audit.c.detail)
        .join(practitioner, practitioner.c.slug == audit.c.subject)
        .where(visible(asker), audit.c.action == action)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    if asker.role in OVER_PORTFOLIOS:
        query = query.where(audit.c.viewer == asker.name)
    return connection.execute(query).all()


# -- tokens


def token_since(connection: sa.Connection, asker: Viewer, purpose: str) -> datetime | None:
    """Return since when the asker's own token of that purpose is alive, None when there is none."""
    query = (
        sa.select(token.c.created_at)
        .join(viewer, viewer.c.id == token.c.viewer_id)
        .where(viewer.c.name == asker.name, token.c.purpose == purpose, token.c.revoked_at.is_(None))
    )
    return connection.execute(query).scalar_one_or_none()


def insert_token(
    connection: sa.Connection, *, viewer_id: int, digest: str, purpose: str, now: datetime
) -> None:
    """Keep the digest of a token."""
    connection.execute(
        sa.insert(token).values(viewer_id=viewer_id, digest=digest, purpose=purpose, created_at=now)
    )


def revoke_tokens(connection: sa.Connection, viewer_id: int, *, purpose: str = "", now: datetime) -> int:
    """End the tokens of a viewer, or those of one purpose; return how many were alive."""
    query = sa.update(token).where(token.c.viewer_id == viewer_id, token.c.revoked_at.is_(None))
    if purpose:
        query = query.where(token.c.purpose == purpose)
    return connection.execute(query.values(revoked_at=now)).rowcount
