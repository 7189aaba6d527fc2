"""Who is notified, what was sent or failed, and the last run of each scheduled command."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.store.schema import run, sending, subscription, told, viewer
from ereput.store.scope import Row, Rows


def _own(asker: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition on subscriptions: all of them to an administrator, one's own to anybody else."""
    if asker.role is Role.ADMINISTRATOR:
        return sa.true()
    mine = sa.select(viewer.c.id).where(viewer.c.name == asker.name, viewer.c.is_active)
    return subscription.c.viewer_id.in_(mine)


def insert_subscription(connection: sa.Connection, **values: Any) -> int:
    """Insert a subscription and return its number."""
    made = connection.execute(sa.insert(subscription).values(**values).returning(subscription.c.id))
    return int(made.scalar_one())


def read_subscriptions(connection: sa.Connection, asker: Viewer) -> Rows:
    """Return the subscriptions in view, with their viewer's `name` (None: administrator) and `is_active`."""
    query = (
        sa.select(subscription, viewer.c.name, viewer.c.is_active)
        .outerjoin(viewer, viewer.c.id == subscription.c.viewer_id)
        .where(_own(asker))
        .order_by(subscription.c.id)
    )
    return connection.execute(query).all()


def delete_subscription(connection: sa.Connection, asker: Viewer, number: int) -> None:
    """End a subscription."""
    done = connection.execute(sa.delete(subscription).where(subscription.c.id == number, _own(asker)))
    if not done.rowcount:
        raise RefusedError(f"Aucun abonnement n° {number}.")


def viewer_number(connection: sa.Connection, name: str) -> int | None:
    """Return the number of a viewer, None for the administrator of this machine (write side: no viewer)."""
    return connection.execute(sa.select(viewer.c.id).where(viewer.c.name == name)).scalar()


# -- sendings


def read_sendings(connection: sa.Connection, asker: Viewer, *, limit: int = 20) -> Rows:
    """Return what was sent to the subscriptions in view, or failed, the latest first."""
    query = (
        sa.select(sending, subscription.c.channel, subscription.c.address)
        .join(subscription, subscription.c.id == sending.c.subscription_id)
        .where(_own(asker))
        .order_by(sending.c.tried_at.desc(), sending.c.id.desc())
        .limit(limit)
    )
    return connection.execute(query).all()


def read_sending(connection: sa.Connection, key: str) -> Row | None:
    """Return the message of a key, sent or not (sending: no viewer)."""
    return connection.execute(sa.select(sending).where(sending.c.key == key)).one_or_none()


def claim(
    connection: sa.Connection, *, key: str, subscription_id: int, kind: str, now: datetime, stale: datetime
) -> int | None:
    """Take a message in hand; return its attempt, None where it is sent, in hand elsewhere or not yet due.

    One that was in hand before `stale` and never ended is taken again.
    """
    known = read_sending(connection, key)
    if known is None:
        connection.execute(
            sa.insert(sending).values(
                key=key, subscription_id=subscription_id, kind=kind, state="sending", attempts=1, tried_at=now
            )
        )
        return 1
    may_try = sa.or_(
        sa.and_(sending.c.state == "failed", sending.c.next_try <= now),
        sa.and_(sending.c.state == "sending", sending.c.tried_at <= stale),
    )
    query = (
        sa.update(sending)
        .where(sending.c.key == key, may_try)
        .values(state="sending", attempts=sending.c.attempts + 1, tried_at=now, error="")
    )
    return int(known.attempts) + 1 if connection.execute(query).rowcount == 1 else None


def conclude(
    connection: sa.Connection, key: str, *, state: str, error: str = "", next_try: datetime | None = None
) -> None:
    """Write how the sending of a message ended: "sent" or "failed"."""
    connection.execute(
        sa.update(sending).where(sending.c.key == key).values(state=state, error=error, next_try=next_try)
    )


def read_told(connection: sa.Connection, subscription_id: int) -> set[str]:
    """Return what a subscription was told at once already (sending: no viewer)."""
    query = sa.select(told.c.item).where(told.c.subscription_id == subscription_id)
    return set(connection.execute(query).scalars())


def insert_told(
    connection: sa.Connection, subscription_id: int, items: Collection[str], *, now: datetime
) -> None:
    """Remember what a subscription was told."""
    rows = [{"subscription_id": subscription_id, "item": item, "told_at": now} for item in sorted(items)]
    if rows:
        connection.execute(sa.insert(told), rows)


# -- runs


def take(connection: sa.Connection, name: str, *, holder: str, now: datetime, until: datetime) -> bool:
    """Begin a run unless another one is under way; return whether it began."""
    known = connection.execute(sa.select(run).where(run.c.name == name)).one_or_none()
    values = {"holder": holder, "started_at": now, "held_until": until, "outcome": ""}
    if known is None:
        connection.execute(sa.insert(run).values(name=name, **values))
        return True
    is_free = sa.or_(run.c.held_until.is_(None), run.c.held_until <= now)
    query = sa.update(run).where(run.c.name == name, is_free).values(**values)
    return connection.execute(query).rowcount == 1


def give_back(connection: sa.Connection, name: str, *, holder: str, now: datetime, outcome: str) -> None:
    """End a run, unless somebody else took it over meanwhile."""
    query = sa.update(run).where(run.c.name == name, run.c.holder == holder)
    connection.execute(query.values(held_until=None, ended_at=now, outcome=outcome))


def read_runs(connection: sa.Connection) -> dict[str, Row]:
    """Return the last run of each scheduled command; it is about the machine, not about anybody."""
    return {row.name: row for row in connection.execute(sa.select(run))}
