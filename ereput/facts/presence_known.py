"""What is known of presences, read once for a page of practitioners, compared and measured."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from ereput.detect.presence import Balance, Gap, Measures, balance, gap, next_watch
from ereput.domain.practitioner import Practitioner, Profession, Viewer
from ereput.domain.presence import Agreement, Compared, Listing, ListingStatus, Office, Snapshot
from ereput.facts.guide import PROFESSIONS
from ereput.facts.period import Period, Stretch, until
from ereput.ingest.insured import vocabulary
from ereput.store import listings
from ereput.store.scope import Row
from ereput.text.agreement import Reference, compare, consensus


@dataclass(frozen=True, slots=True)
class Known:
    """One practitioner's presence.

    `compared` and `latest` are by listing, `gaps` by platform; `year` and `quarter` are the periods over
    which reviews and mentions are counted.
    """

    who: Practitioner
    listings: tuple[Listing, ...]
    reference: Reference
    compared: Mapping[int, tuple[Compared, ...]]
    latest: Mapping[int, Snapshot]
    gaps: Mapping[str, Gap]
    reviews: int
    mentions: int
    watched: date | None
    due: date
    is_alerted: bool
    year: Period
    quarter: Period
    today: date

    @property
    def online(self) -> tuple[Listing, ...]:
        """The listings that the public sees today."""
        return tuple(one for one in self.listings if one.is_online)

    @property
    def claimed(self) -> int:
        """How many of them are in the practitioner's hands."""
        return sum(one.status is ListingStatus.CLAIMED for one in self.online)

    def wrong(self, listing: Listing) -> tuple[Compared, ...]:
        """The details of a listing that differ from what is right."""
        if not listing.is_online or listing.status is ListingStatus.TO_REMOVE:
            return ()
        return tuple(one for one in self.compared.get(listing.id, ()) if one.agreement is Agreement.DIFFERENT)

    @property
    def measures(self) -> Measures:
        """The figures that the balance is made of."""
        shown = [one for one in self.gaps.values() if one.count is not None and one.unseen is not None]
        return Measures(
            online=len(self.online),
            claimed=self.claimed,
            wrong=sum(len(self.wrong(one)) for one in self.listings),
            twice=sum(one.status is ListingStatus.TO_REMOVE for one in self.listings),
            reviews=self.reviews,
            mentions=self.mentions,
            unseen=sum(max(one.unseen or 0, 0) for one in shown),
            displayed=sum(one.count or 0 for one in shown),
            overdue=self.due <= self.today,
            is_inventoried=bool(self.listings),
        )

    @property
    def balance(self) -> Balance:
        """Where the presence stands."""
        return balance(self.measures)


def read(
    connection: sa.Connection,
    viewer: Viewer,
    people: Sequence[Practitioner],
    rows: Sequence[Row],
    now: datetime,
) -> list[Known]:
    """Return the presence of some practitioners in view; `rows` are those of `listings.overview`."""
    ids = [who.id for who in people]
    today = now.date()
    year, quarter = until(Stretch.YEAR, today), until(Stretch.QUARTER, today)
    mine: defaultdict[int, list[Listing]] = defaultdict(list)
    for one in listings.read_all(connection, viewer, ids):
        mine[one.practitioner_id].append(one)
    offices = listings.read_offices(connection, viewer, ids)
    latest = listings.latest_snapshots(connection, viewer, ids)
    held = {(row.practitioner_id, row.platform): row for row in listings.held(connection, viewer, ids)}
    volumes = {
        row.practitioner_id: row
        for row in listings.volumes(connection, viewer, ids, year=year.first, quarter=quarter.first)
    }
    about = {row.id: row for row in rows}
    found = []
    for who in people:
        row, volume, own = about.get(who.id), volumes.get(who.id), tuple(mine[who.id])
        reference = reference_of(who, offices.get(who.id, ()), own)
        shown = {one.id: latest[who.id, one.id] for one in own if (who.id, one.id) in latest}
        watched = row.watched_at.astimezone(now.tzinfo).date() if row and row.watched_at else None
        is_alerted = bool(row and row.alerts)
        found.append(
            Known(
                who=who,
                listings=own,
                reference=reference,
                compared={one.id: compare(one, reference) for one in own if one.is_online},
                latest=shown,
                gaps=_gaps(who.id, own, shown, held),
                reviews=volume.reviews if volume else 0,
                mentions=volume.mentions if volume else 0,
                watched=watched,
                due=next_watch(watched, today, is_alerted=is_alerted),
                is_alerted=is_alerted,
                year=year,
                quarter=quarter,
                today=today,
            )
        )
    return found


def _gaps(
    who: int,
    mine: Sequence[Listing],
    latest: Mapping[int, Snapshot],
    held: Mapping[tuple[int, str], Row],
) -> dict[str, Gap]:
    """Return the gap of each platform whose listings online have a snapshot."""
    shown: defaultdict[str, list[tuple[float | None, int | None]]] = defaultdict(list)
    for one in mine:
        if one.is_online and one.id in latest:
            shown[one.platform].append((latest[one.id].rating, latest[one.id].count))
    found = {}
    for platform, figures in shown.items():
        row = held.get((who, platform))
        found[platform] = gap(figures, row.n, row.rated, row.stars) if row else gap(figures, 0, 0, 0.0)
    return found


def reference_of(who: Practitioner, offices: Sequence[Office], mine: Sequence[Listing]) -> Reference:
    """Return what is right of a practitioner: its offices, else what most of its listings show."""
    if offices:
        return Reference(who.name, professions_of(who), tuple(offices))
    guessed = consensus(mine)
    told = (guessed,) if guessed != Office() else ()
    return Reference(who.name, professions_of(who), told, is_declared=False)


def professions_of(who: Practitioner) -> tuple[str, ...]:
    """Return the words for a profession, the preferred first.

    A doctor's specialty tells doctors apart; the other professions' synonyms do not.
    """
    label = PROFESSIONS[who.profession]
    if who.profession is Profession.OTHER:
        return (who.specialty,) if who.specialty else ()
    if who.profession is Profession.DOCTOR:
        return (who.specialty, f"{label} {who.specialty}") if who.specialty else (label,)
    synonyms = [word for word, value in vocabulary().professions.items() if value == who.profession]
    return tuple(filter(None, (who.specialty or label, label, *synonyms)))
