"""What an export says of the listing itself: the displayed mean and count beside each review."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from ereput.domain.presence import Agreement, Listing, ListingStatus, Origin, Snapshot
from ereput.domain.publication import Draft, Place
from ereput.ingest.urls import canonical, target
from ereput.jobs.context import Context
from ereput.store import listings
from ereput.text.contact import compare_name, shown_phone

LONGEST = 500
_Seen = tuple[int, str, Place]


@dataclass(slots=True)
class Displayed:
    """The places of one import that carry a displayed figure: whose, on which platform, how many rows."""

    seen: Counter[_Seen] = field(default_factory=Counter)

    def note(self, practitioner_id: int, draft: Draft) -> None:
        """Remember the place of a row, when it says what the listing displays."""
        if draft.place.rating is not None or draft.place.count is not None:
            self.seen[practitioner_id, draft.platform, draft.place] += 1

    def write(
        self,
        connection: sa.Connection,
        context: Context,
        days: Mapping[tuple[int, str], date],
        *,
        batch_id: int,
    ) -> int:
        """Add a snapshot to each listing that the rows speak of, writing it down if need be.

        `days` are the last days that the import could see: an export seldom says when it was made. Where
        rows of one listing disagree, most of them are right. Return how many snapshots are new.
        """
        best: dict[tuple[int, int], Snapshot] = {}
        for (owner, platform, place), _ in sorted(self.seen.items(), key=lambda item: item[1]):
            mine = listings.read_all(connection, context.viewer, [owner])
            listing_id = _listing(connection, context, owner, platform, place, mine)
            day = days.get((owner, platform), context.today)
            best[owner, listing_id] = Snapshot(
                listing_id, day, place.rating, place.count, Origin.EXPORT, context.viewer.name
            )
        return sum(
            listings.add_snapshot(connection, owner, taken, now=context.now, batch_id=batch_id)
            for (owner, _), taken in best.items()
        )


def _listing(  # noqa: PLR0917 (one listing, in its surroundings)
    connection: sa.Connection,
    context: Context,
    owner: int,
    platform: str,
    place: Place,
    mine: Sequence[Listing],
) -> int:
    """Return the listing that a place is; one not known yet is written down, in nobody's hands so far."""
    known = _known(platform, place, mine)
    if known is not None:
        return known.id
    told: dict[str, Any] = {
        "platform": platform,
        "external_id": place.listing_id,
        "url": target(place.url),
        "name": place.name,
        "address": place.address or place.city,
        "phone": shown_phone(place.phone) if place.phone else "",
    }
    values = {name: " ".join(text.split())[:LONGEST] for name, text in told.items()}
    values["status"] = ListingStatus.UNKNOWN.value
    return listings.insert(connection, owner, values | {"checked_on": context.today})


def _known(platform: str, place: Place, mine: Sequence[Listing]) -> Listing | None:
    """Return the known listing that a place is: by its identifier, its link, else the only one there."""
    link = target(place.url)
    for one in mine:
        if place.listing_id and one.external_id == place.listing_id:
            return one
    for one in mine:
        if link and one.url and canonical(one.url) == canonical(link):
            return one
    here = [
        one
        for one in mine
        if one.platform == platform
        and one.is_online
        and one.status is not ListingStatus.TO_REMOVE
        and not (place.listing_id and one.external_id)
        and not (link and one.url and _is_another(place, one))
    ]
    return here[0] if len(here) == 1 else None


def _is_another(place: Place, one: Listing) -> bool:
    """Whether two pages whose links differ bear different names: one page has many links."""
    if not place.name or not one.name:
        return True
    return compare_name(place.name, one.name)[0] is Agreement.DIFFERENT
