"""Who is notified of what, and what was sent or failed."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from ereput.domain.practitioner import Viewer
from ereput.facts import french
from ereput.facts.scope import Scope
from ereput.store import Store, notices
from ereput.store.scope import Row

RHYTHMS = {"weekly": "chaque semaine", "monthly": "chaque mois", "never": "urgences seulement"}
KINDS = {"digest": "point", "urgent": "urgence", "test": "essai"}
STATES = {"sent": "parti", "failed": "en échec", "sending": "en cours"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody notified: where, and what of. `where` is untrusted."""

    id: int
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Notices:
    """The subscriptions in view, and a row a message: when, which, where, what became of it."""

    subscriptions: tuple[Subscription, ...]
    sendings: pd.DataFrame


def read(store: Store, viewer: Viewer, _scope: Scope, now: datetime) -> Notices:
    """Return the subscriptions in view, and the last messages."""
    with store.reading() as connection:
        rows = notices.read_subscriptions(connection, viewer)
        sent = notices.read_sendings(connection, viewer)
    return Notices(tuple(_subscription(row) for row in rows), _table(sent, now))


def _subscription(row: Row) -> Subscription:
    where = row.address if row.channel == "email" else "canaux Apprise"
    quiet = f"silence de {row.quiet_from}{french.THIN}h à {row.quiet_to}{french.THIN}h"
    told = [RHYTHMS[row.rhythm], "urgences sans attendre" if row.is_urgent else "", quiet]
    return Subscription(row.id, f"{row.name or 'Administrateur'} · {where}", " · ".join(filter(None, told)))


def _table(rows: object, now: datetime) -> pd.DataFrame:
    listed = [
        (
            french.moment(row.tried_at.astimezone(now.tzinfo)),
            KINDS[row.kind],
            row.address or "Apprise",
            STATES[row.state],
            row.attempts,
            row.error,
            french.moment(row.next_try.astimezone(now.tzinfo)) if row.next_try else "",
        )
        for row in rows  # type: ignore[attr-defined]  # rows
    ]
    names = ["Quand", "Quoi", "Où", "État", "Essais", "Pourquoi", "Prochain essai"]
    return pd.DataFrame(listed, columns=names)
