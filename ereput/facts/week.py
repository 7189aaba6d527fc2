"""One week of one practitioner, opened from a chart: the negatives inside, and what to do next."""

from dataclasses import dataclass
from datetime import date, datetime

from ereput.detect.series import monday
from ereput.domain.practitioner import Viewer
from ereput.facts import alerts, next_steps, reviews
from ereput.facts.alerts import AlertCard
from ereput.facts.scope import Scope
from ereput.facts.shapes import Review
from ereput.guidance.group import AlertKind
from ereput.store import Store
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters

MOST_REVIEWS = 50


@dataclass(frozen=True, slots=True)
class Week:
    """The week of a Monday: its negatives, the alert that holds it, if any, and the steps of a spike."""

    monday: date
    reviews: tuple[Review, ...]
    alert: AlertCard | None
    group: next_steps.Group


def read(store: Store, viewer: Viewer, scope: Scope, now: datetime, *, first: date) -> Week | None:
    """Return the week of a day of the chosen practitioner; None when nobody is chosen."""
    who = scope.chosen
    if who is None:
        return None
    start = monday(first)
    with store.reading() as connection:
        rows = reads.page(
            connection, viewer, who.id, Filters(weeks=(start, start), is_negative=True), limit=MOST_REVIEWS
        )
        shown = reviews.shown(connection, viewer, who.id, rows)
    cards = alerts.alert_cards(store, viewer, now, slug=who.slug)
    dates = [found for row in rows if (found := reviews.published(row)) is not None]
    return Week(
        monday=start,
        reviews=shown,
        alert=next(
            (c for c in cards if c.kind == AlertKind.SPIKE and c.week <= start <= c.last_week),
            None,
        ),
        group=next_steps.of_alert(
            AlertKind.SPIKE,
            platform=rows[0].platform if len({row.platform for row in rows}) == 1 else "",
            guarantee=who.guarantee,
            today=now.date(),
            oldest=min(dates, key=lambda found: found.earliest, default=None),
            contract_days=who.declaration_days,
        ),
    )
