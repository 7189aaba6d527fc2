"""When scheduled commands last ran, and when they are next due: on Sources and in Réglages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ereput.domain.practitioner import Viewer
from ereput.facts import french
from ereput.facts.scope import Scope
from ereput.store import Store, feeds, notices
from ereput.store.scope import Row

LATE = timedelta(days=1)
"""A feed due for longer means that nothing runs the refresh: a choice of the tool."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The last run of each command and the next; `is_late` when feeds wait that nobody fetches."""

    refresh: str
    next_refresh: str
    digest: str
    is_late: bool


def read(store: Store, viewer: Viewer, scope: Scope, now: datetime) -> Schedule:
    """Return the last runs, and when a feed in view is next due."""
    with store.reading() as connection:
        runs = notices.read_runs(connection)
        followed = feeds.read_all(connection, viewer, practitioner_id=scope.who)
    due = min((row.next_due for row in followed), default=None)
    is_late = due is not None and due < now - LATE
    return Schedule(
        _told(runs.get("refresh"), "Dernière relève", "Aucune relève programmée n’a encore eu lieu.", now),
        _next(due, now, is_late=is_late),
        _told(runs.get("digest"), "Derniers envois", "Aucun envoi programmé n’a encore eu lieu.", now),
        is_late,
    )


def _told(row: Row | None, name: str, never: str, now: datetime) -> str:
    if row is None:
        return never
    started = french.moment(row.started_at.astimezone(now.tzinfo))
    if row.held_until is not None:
        return f"{name} commencée le {started}, en cours ou interrompue."
    outcome = f"{french.THIN}: {row.outcome}" if row.outcome else ""
    return f"{name} le {started}{outcome}."


def _next(due: datetime | None, now: datetime, *, is_late: bool) -> str:
    if due is None:
        return ""
    if is_late:
        since = french.day_ago(due.astimezone(now.tzinfo).date(), now.date())
        return f"Un flux attend depuis le {since} : la relève programmée ne tourne pas (« ereput refresh »)."
    if due <= now:
        return "Prochaine relève : dès le prochain passage de « ereput refresh »."
    return f"Prochain flux à relever : le {french.moment(due.astimezone(now.tzinfo))}."
