"""What a notification may say: how many things wait, never which nor whose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ereput.domain.practitioner import Viewer
from ereput.facts import cases, french, sources
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.store import Store, feeds, meetings, signals

URGENT_DAYS = 3
"""Days before the end of a binding deadline from which it is told at once: a choice of the tool."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Counts over what a viewer may see; `urgent` names without words what is told at once."""

    new_alerts: int
    open_alerts: int
    deadlines: int
    late: int
    failing: int
    silent: int
    decisions: int
    overdue: int
    urgent: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        counts = (self.open_alerts, self.deadlines, self.failing, self.silent, self.decisions)
        return not any(counts)


def read(store: Store, viewer: Viewer, scope: Scope, now: datetime, *, since: datetime) -> Digest:
    """Return what waits for a viewer, and how many alerts were raised since a moment."""
    today = now.date()
    due = cases.due(store, viewer, scope, now)
    with store.reading() as connection:
        opened = signals.read_alerts(connection, viewer, practitioner_id=scope.who, states=("open",))
        followed = feeds.read_all(connection, viewer, practitioner_id=scope.who)
        decided = meetings.read_open_decisions(connection, viewer)
    pressing = [
        item
        for item in due
        if item.bound and not item.is_uncertain and item.tone is Tone.URGENT and item.days_left <= URGENT_DAYS
    ]
    urgent = {f"alert:{row.id}" for row in opened if row.level == "alert"}
    urgent |= {f"deadline:{item.case_id}:{item.deadline or item.step}:{item.day}" for item in pressing}
    return Digest(
        new_alerts=sum(row.raised_at >= since for row in opened),
        open_alerts=len(opened),
        deadlines=len(due),
        late=sum(item.days_left < 0 for item in due),
        failing=sum(row.errors > 0 for row in followed),
        silent=sum(not row.errors and sources.is_silent(row, today) for row in followed),
        decisions=len(decided),
        overdue=sum(row.due is not None and row.due < today for row in decided),
        urgent=frozenset(urgent),
    )


def week_or_month_before(now: datetime, rhythm: str) -> datetime:
    """Return since when a weekly or monthly digest counts what is new."""
    return now - timedelta(days=7 if rhythm == "weekly" else 31)


def lines(found: Digest) -> tuple[tuple[str, str], ...]:
    """Return the counts in words, each with the page that shows what they are."""
    said = []
    if found.open_alerts:
        new = f", dont {french.number(found.new_alerts)} nouvelles" if found.new_alerts else ""
        opened = french.plural(found.open_alerts, "alerte ouverte", "alertes ouvertes")
        said.append((f"{opened}{new}", "alertes"))
    if found.deadlines:
        late = f", dont {french.plural(found.late, 'dépassée')}" if found.late else ""
        said.append((f"{french.plural(found.deadlines, 'échéance')} dans les 30 jours{late}", "dossiers"))
    if found.failing or found.silent:
        told = [
            french.plural(found.failing, "flux en échec", "flux en échec") if found.failing else "",
            french.plural(found.silent, "flux muet", "flux muets") if found.silent else "",
        ]
        said.append((french.joined([one for one in told if one]), "sources"))
    if found.decisions:
        late = f", dont {french.plural(found.overdue, 'en retard', 'en retard')}" if found.overdue else ""
        what = french.plural(found.decisions, "décision de réunion à faire", "décisions de réunion à faire")
        said.append((f"{what}{late}", "reunion"))
    return tuple(said)
