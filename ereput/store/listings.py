"""Listings, what they displayed day after day, the offices that they are compared with, their cases."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Viewer
from ereput.domain.presence import SHOWN_ONLINE, Listing, ListingStatus, Office, Origin, Snapshot
from ereput.store.schema import (
    case,
    import_batch,
    listing,
    listing_case,
    listing_snapshot,
    monthly,
    office,
    practitioner,
    publication,
    readiness,
    standing,
    watch,
)
from ereput.store.scope import Row, Rows, visible, visible_ids

MOST_PEERS = 2_000
"""Others that are read: quartiles need no more, and a page stays quick."""
_WRITTEN = tuple(column.name for column in listing.c if column.name not in ("practitioner_id", "id"))
_ONLINE = sorted(status.value for status in SHOWN_ONLINE)
_COUNT = listing_snapshot.c["count"].label("displayed")  # a row's own `count` is a method
_SNAPSHOT = (
    listing_snapshot.c.practitioner_id,
    listing_snapshot.c.listing_id,
    listing_snapshot.c.day,
    listing_snapshot.c.rating,
    _COUNT,
    listing_snapshot.c.origin,
    listing_snapshot.c.viewer,
)
# A snapshot whose import was taken back is there, and read no more.
_KEPT = sa.or_(
    listing_snapshot.c.batch_id.is_(None),
    listing_snapshot.c.batch_id.in_(sa.select(import_batch.c.id).where(import_batch.c.undone_at.is_(None))),
)


# -- reading


def read_all(connection: sa.Connection, viewer: Viewer, practitioner_ids: Sequence[int]) -> list[Listing]:
    """Return the listings of some practitioners in view, by platform."""
    query = (
        sa.select(listing)
        .where(
            listing.c.practitioner_id.in_(practitioner_ids),
            listing.c.practitioner_id.in_(visible_ids(viewer)),
        )
        .order_by(listing.c.practitioner_id, listing.c.platform, listing.c.id)
    )
    return [_listing(row) for row in connection.execute(query)]


def read_one(connection: sa.Connection, viewer: Viewer, practitioner_id: int, listing_id: int) -> Listing:
    """Return one listing; unknown and forbidden are the same refusal."""
    for found in read_all(connection, viewer, [practitioner_id]):
        if found.id == listing_id:
            return found
    raise RefusedError(f"Aucune fiche n° {listing_id} de ce praticien dans votre périmètre.")


def _listing(row: Row) -> Listing:
    values = row._asdict()
    known = values["status"] in set(ListingStatus)
    return Listing(**values | {"status": ListingStatus(values["status"]) if known else ListingStatus.UNKNOWN})


def read_offices(
    connection: sa.Connection, viewer: Viewer, practitioner_ids: Sequence[int]
) -> dict[int, tuple[Office, ...]]:
    """Return the offices that each practitioner in view described, in its order."""
    query = (
        sa.select(office)
        .where(
            office.c.practitioner_id.in_(practitioner_ids), office.c.practitioner_id.in_(visible_ids(viewer))
        )
        .order_by(office.c.practitioner_id, office.c.number)
    )
    found: defaultdict[int, list[Office]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.practitioner_id].append(Office(row.address, row.phone, row.hours))
    return {who: tuple(offices) for who, offices in found.items()}


def read_snapshots(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> list[Snapshot]:
    """Return all that the listings of a practitioner displayed, by listing and day, the right one last."""
    query = (
        sa.select(*_SNAPSHOT)
        .where(
            listing_snapshot.c.practitioner_id == practitioner_id,
            listing_snapshot.c.practitioner_id.in_(visible_ids(viewer)),
            _KEPT,
        )
        .order_by(listing_snapshot.c.listing_id, listing_snapshot.c.day, listing_snapshot.c.number)
    )
    return [_snapshot(row) for row in connection.execute(query)]


def latest_snapshots(
    connection: sa.Connection, viewer: Viewer, practitioner_ids: Sequence[int]
) -> dict[tuple[int, int], Snapshot]:
    """Return the last snapshot of each listing of some practitioners, {(practitioner, listing): …}."""
    rank = sa.func.row_number().over(
        partition_by=(listing_snapshot.c.practitioner_id, listing_snapshot.c.listing_id),
        order_by=(listing_snapshot.c.day.desc(), listing_snapshot.c.number.desc()),
    )
    ranked = (
        sa.select(*_SNAPSHOT, rank.label("rank"))
        .where(
            listing_snapshot.c.practitioner_id.in_(practitioner_ids),
            listing_snapshot.c.practitioner_id.in_(visible_ids(viewer)),
            _KEPT,
        )
        .subquery("ranked")
    )
    query = sa.select(ranked).where(ranked.c.rank == 1)
    return {(row.practitioner_id, row.listing_id): _snapshot(row) for row in connection.execute(query)}


def _snapshot(row: Row) -> Snapshot:
    return Snapshot(row.listing_id, row.day, row.rating, row.displayed, Origin(row.origin), row.viewer)


def held(connection: sa.Connection, viewer: Viewer, practitioner_ids: Sequence[int]) -> Rows:
    """Return the reviews held of each platform that has a snapshot, as they stood on its last day.

    Rows (practitioner_id, platform, day, n, rated, stars): those published by then, or undated, and not
    seen removed by then; `stars` is the sum of the `rated` ones. A platform without any has no row.
    """
    last = (
        sa.select(
            listing.c.practitioner_id,
            listing.c.platform,
            sa.func.max(listing_snapshot.c.day, type_=listing_snapshot.c.day.type).label("day"),
        )
        .join(
            listing_snapshot,
            (listing_snapshot.c.practitioner_id == listing.c.practitioner_id)
            & (listing_snapshot.c.listing_id == listing.c.id),
        )
        .where(
            listing.c.practitioner_id.in_(practitioner_ids),
            listing.c.practitioner_id.in_(visible_ids(viewer)),
            _KEPT,
        )
        .group_by(listing.c.practitioner_id, listing.c.platform)
        .subquery("last_day")
    )
    rated = publication.c.rating.is_not(None)
    query = (
        sa.select(
            last.c.practitioner_id,
            last.c.platform,
            last.c.day,
            sa.func.count().label("n"),
            sa.func.sum(sa.case((rated, 1), else_=0)).label("rated"),
            sa.func.sum(sa.case((rated, publication.c.rating), else_=0.0)).label("stars"),
        )
        .join(
            publication,
            (publication.c.practitioner_id == last.c.practitioner_id)
            & (publication.c.platform == last.c.platform),
        )
        .where(
            publication.c.kind == "review",
            sa.or_(publication.c.published_on.is_(None), publication.c.published_on <= last.c.day),
            publication.c.removed_at.is_(None),
        )
        .group_by(last.c.practitioner_id, last.c.platform, last.c.day)
    )
    return connection.execute(query).all()


def volumes(
    connection: sa.Connection, viewer: Viewer, practitioner_ids: Sequence[int], *, year: date, quarter: date
) -> Rows:
    """Return (practitioner_id, reviews since `year`, mentions since `quarter`), by months; none, no row."""
    query = (
        sa.select(monthly.c.practitioner_id, *_volumes(quarter))
        .where(
            monthly.c.practitioner_id.in_(practitioner_ids),
            monthly.c.practitioner_id.in_(visible_ids(viewer)),
            monthly.c.month >= year,
        )
        .group_by(monthly.c.practitioner_id)
    )
    return connection.execute(query).all()


def _volumes(quarter: date) -> tuple[sa.ColumnElement[int], ...]:
    reviews = sum((monthly.c[f"stars_{n}"] for n in range(1, 6)), monthly.c.unrated)
    mentions = sa.case((monthly.c.month >= quarter, monthly.c.mentions), else_=0)
    return (
        sa.func.coalesce(sa.func.sum(reviews), 0).label("reviews"),
        sa.func.coalesce(sa.func.sum(mentions), 0).label("mentions"),
    )


def peers(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, *, year: date, quarter: date
) -> Rows:
    """Return one row for each practitioner of the same portfolio and profession.

    Rows (is_asked, is_close, listings, reviews, mentions): whose figures are compared; whether the
    specialty is the same too; the listings online, None where nobody wrote any down. Nothing says who the
    others are; nothing comes out when the practitioner is not in view.
    """
    mine = (
        sa.select(practitioner.c.portfolio_id, practitioner.c.profession, practitioner.c.specialty)
        .where(practitioner.c.id == practitioner_id, practitioner.c.id.in_(visible_ids(viewer)))
        .subquery("mine")
    )
    listed = (
        sa.select(
            listing.c.practitioner_id,
            sa.func.sum(sa.case((listing.c.status.in_(_ONLINE), 1), else_=0)).label("listings"),
        )
        .group_by(listing.c.practitioner_id)
        .subquery("listed")
    )
    told = (
        sa.select(monthly.c.practitioner_id, *_volumes(quarter))
        .where(monthly.c.month >= year)
        .group_by(monthly.c.practitioner_id)
        .subquery("told")
    )
    others = (
        sa.select(
            practitioner.c.id,
            (practitioner.c.id == practitioner_id).label("is_asked"),
            (practitioner.c.specialty == mine.c.specialty).label("is_close"),
        )
        .join(
            mine,
            (practitioner.c.portfolio_id == mine.c.portfolio_id)
            & (practitioner.c.profession == mine.c.profession),
        )
        .order_by(practitioner.c.id != practitioner_id, practitioner.c.id)
        .limit(MOST_PEERS)
        .subquery("others")
    )
    query = sa.select(
        others.c.is_asked,
        others.c.is_close,
        listed.c.listings,
        sa.func.coalesce(told.c.reviews, 0).label("reviews"),
        sa.func.coalesce(told.c.mentions, 0).label("mentions"),
    ).select_from(
        others.outerjoin(listed, listed.c.practitioner_id == others.c.id).outerjoin(
            told, told.c.practitioner_id == others.c.id
        )
    )
    return connection.execute(query).all()


def mention_sources(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return who speaks of a practitioner: (platform, source, first_on, last_on, n, negatives)."""
    day = publication.c.published_on
    query = (
        sa.select(
            publication.c.platform,
            publication.c.source,
            sa.func.min(day, type_=day.type).label("first_on"),
            sa.func.max(day, type_=day.type).label("last_on"),
            sa.func.count().label("n"),
            sa.func.sum(sa.case((publication.c.is_negative, 1), else_=0)).label("negatives"),
        )
        .where(
            publication.c.practitioner_id == practitioner_id,
            publication.c.practitioner_id.in_(visible_ids(viewer)),
            publication.c.kind == "mention",
        )
        .group_by(publication.c.platform, publication.c.source)
        .order_by(sa.func.count().desc(), publication.c.source)
    )
    return connection.execute(query).all()


def mention_tones(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, *, first: date, last: date
) -> Rows:
    """Return (label, n) of the mentions published between two days, both included."""
    query = (
        sa.select(publication.c.label, sa.func.count().label("n"))
        .where(
            publication.c.practitioner_id == practitioner_id,
            publication.c.practitioner_id.in_(visible_ids(viewer)),
            publication.c.kind == "mention",
            publication.c.published_on.between(first, last),
        )
        .group_by(publication.c.label)
    )
    return connection.execute(query).all()


def read_watches(connection: sa.Connection, viewer: Viewer, practitioner_id: int, *, limit: int = 12) -> Rows:
    """Return the last watches of a practitioner: (watched_at, viewer, note, covered), the latest first."""
    query = (
        sa.select(watch.c.watched_at, watch.c.viewer, watch.c.note, watch.c.covered)
        .where(watch.c.practitioner_id == practitioner_id, watch.c.practitioner_id.in_(visible_ids(viewer)))
        .order_by(watch.c.watched_at.desc())
        .limit(limit)
    )
    return connection.execute(query).all()


def read_cases(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return (listing_id, finding, case_id, status) of the cases opened on a presence, the latest first."""
    query = (
        sa.select(listing_case.c.listing_id, listing_case.c.finding, listing_case.c.case_id, case.c.status)
        .join(case, case.c.id == listing_case.c.case_id)
        .where(
            listing_case.c.practitioner_id == practitioner_id,
            listing_case.c.practitioner_id.in_(visible_ids(viewer)),
        )
        .order_by(listing_case.c.case_id.desc())
    )
    return connection.execute(query).all()


def overview(
    connection: sa.Connection,
    viewer: Viewer,
    practitioner_id: int | None = None,
    *,
    limit: int,
    offset: int = 0,
) -> Rows:
    """Return the practitioners in view, those with most to do about their listings first.

    Rows (id, slug, name, specialty, listings, online, claimed, to_remove, missing, watched_at, alerts).
    """

    def counted(*statuses: str) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((listing.c.status.in_(statuses), 1), else_=0))

    listed = (
        sa.select(
            listing.c.practitioner_id,
            sa.func.count().label("listings"),
            counted(*_ONLINE).label("online"),
            counted(ListingStatus.CLAIMED.value).label("claimed"),
            counted(ListingStatus.TO_REMOVE.value).label("to_remove"),
            counted(ListingStatus.MISSING.value).label("missing"),
        )
        .group_by(listing.c.practitioner_id)
        .subquery("listed")
    )
    seen = (
        sa.select(
            watch.c.practitioner_id,
            sa.func.max(watch.c.watched_at, type_=watch.c.watched_at.type).label("watched_at"),
        )
        .group_by(watch.c.practitioner_id)
        .subquery("seen")
    )
    names = ("listings", "online", "claimed", "to_remove", "missing")
    counts = {name: sa.func.coalesce(listed.c[name], 0) for name in names}
    todo = counts["online"] - counts["claimed"] + counts["to_remove"] + counts["missing"]
    query = (
        sa.select(
            practitioner.c.id,
            practitioner.c.slug,
            practitioner.c.name,
            practitioner.c.specialty,
            *(column.label(name) for name, column in counts.items()),
            seen.c.watched_at,
            sa.func.coalesce(standing.c.open_alerts, 0).label("alerts"),
        )
        .select_from(
            practitioner.outerjoin(listed, listed.c.practitioner_id == practitioner.c.id)
            .outerjoin(seen, seen.c.practitioner_id == practitioner.c.id)
            .outerjoin(standing, standing.c.practitioner_id == practitioner.c.id)
        )
        .where(visible(viewer))
        .order_by(todo.desc(), practitioner.c.name, practitioner.c.id)
        .limit(limit)
        .offset(offset)
    )
    if practitioner_id is not None:
        query = query.where(practitioner.c.id == practitioner_id)
    return connection.execute(query).all()


def read_ready(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> dict[str, date]:
    """Return what was confirmed to be ready, and when: {item: day}."""
    query = sa.select(readiness.c.item, readiness.c.confirmed_on).where(
        readiness.c.practitioner_id == practitioner_id,
        readiness.c.practitioner_id.in_(visible_ids(viewer)),
    )
    return {row.item: row.confirmed_on for row in connection.execute(query)}


def count_ready(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    watched_since: datetime,
    confirmed_since: date,
    control: float,
) -> Row:
    """Return how many practitioners in view are ready, item by item.

    Columns: people, guarantee (known either way), claimed (at least the share `control` of the listings
    online), watched, then one for each item that somebody confirmed: modeles, contacts.
    """
    claimed = (
        sa.select(listing.c.practitioner_id)
        .where(listing.c.status.in_(_ONLINE))
        .group_by(listing.c.practitioner_id)
        .having(
            sa.func.sum(sa.case((listing.c.status == ListingStatus.CLAIMED.value, 1), else_=0))
            >= control * sa.func.count()
        )
    )
    seen = sa.select(watch.c.practitioner_id).where(watch.c.watched_at >= watched_since)

    def confirmed(item: str) -> sa.ColumnElement[bool]:
        ready = (readiness.c.item == item, readiness.c.confirmed_on >= confirmed_since)
        return practitioner.c.id.in_(sa.select(readiness.c.practitioner_id).where(*ready))

    conditions = {
        "guarantee": practitioner.c.guarantee != Guarantee.UNKNOWN.value,
        "claimed": practitioner.c.id.in_(claimed),
        "watched": practitioner.c.id.in_(seen),
        "modeles": confirmed("modeles"),
        "contacts": confirmed("contacts"),
    }
    query = sa.select(
        sa.func.count().label("people"),
        *(
            sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0).label(name)
            for name, condition in conditions.items()
        ),
    ).where(visible(viewer))
    return connection.execute(query).one()


# -- writing (the jobs read the practitioner first, in view of whom they serve)


def insert(connection: sa.Connection, practitioner_id: int, values: Mapping[str, Any]) -> int:
    """Insert a listing and return its number among the practitioner's own."""
    highest = sa.select(sa.func.coalesce(sa.func.max(listing.c.id), 0)).where(
        listing.c.practitioner_id == practitioner_id
    )
    number = int(connection.execute(highest).scalar_one()) + 1
    connection.execute(
        sa.insert(listing).values(practitioner_id=practitioner_id, id=number, **_checked(values))
    )
    return number


def change(
    connection: sa.Connection, practitioner_id: int, listing_id: int, values: Mapping[str, Any]
) -> None:
    """Change what is written of a listing."""
    connection.execute(
        sa.update(listing)
        .where(listing.c.practitioner_id == practitioner_id, listing.c.id == listing_id)
        .values(**_checked(values))
    )


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = values.keys() - set(_WRITTEN)
    if unknown:
        raise ValueError(f"a listing has no {', '.join(sorted(unknown))}")
    return dict(values)


def add_snapshot(
    connection: sa.Connection,
    practitioner_id: int,
    taken: Snapshot,
    *,
    now: datetime,
    batch_id: int | None = None,
) -> bool:
    """Add a snapshot after those of its listing; return False when the last of that day says the same."""
    mine = (
        listing_snapshot.c.practitioner_id == practitioner_id,
        listing_snapshot.c.listing_id == taken.listing_id,
    )
    same_day = (
        sa.select(listing_snapshot.c.rating, _COUNT)
        .where(*mine, listing_snapshot.c.day == taken.day, _KEPT)
        .order_by(listing_snapshot.c.number.desc())
        .limit(1)
    )
    known = connection.execute(same_day).one_or_none()
    if known is not None and (known.rating, known.displayed) == (taken.rating, taken.count):
        return False
    highest = sa.select(sa.func.coalesce(sa.func.max(listing_snapshot.c.number), 0)).where(*mine)
    connection.execute(
        sa.insert(listing_snapshot).values(
            practitioner_id=practitioner_id,
            listing_id=taken.listing_id,
            number=int(connection.execute(highest).scalar_one()) + 1,
            day=taken.day,
            rating=taken.rating,
            count=taken.count,
            origin=taken.origin.value,
            viewer=taken.viewer,
            taken_at=now,
            batch_id=batch_id,
        )
    )
    return True


def write_offices(connection: sa.Connection, practitioner_id: int, offices: Sequence[Office]) -> None:
    """Write the offices of a practitioner in place of the former ones."""
    connection.execute(sa.delete(office).where(office.c.practitioner_id == practitioner_id))
    rows = [
        {
            "practitioner_id": practitioner_id,
            "number": number,
            "address": one.address,
            "phone": one.phone,
            "hours": one.hours,
        }
        for number, one in enumerate(offices, 1)
    ]
    if rows:
        connection.execute(sa.insert(office), rows)


def link_case(
    connection: sa.Connection, practitioner_id: int, listing_id: int, finding: str, case_id: int
) -> None:
    """Remember which case was opened on a finding."""
    connection.execute(
        sa.insert(listing_case).values(
            practitioner_id=practitioner_id, listing_id=listing_id, finding=finding, case_id=case_id
        )
    )


def write_ready(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, item: str, day: date | None
) -> None:
    """Write when something was confirmed to be ready, or take it back; the job read the practitioner."""
    mine = (readiness.c.practitioner_id == practitioner_id, readiness.c.item == item)
    connection.execute(sa.delete(readiness).where(*mine))
    if day is not None:
        connection.execute(
            sa.insert(readiness).values(
                practitioner_id=practitioner_id, item=item, confirmed_on=day, viewer=viewer.name
            )
        )
