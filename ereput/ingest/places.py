"""Whom each row speaks of: the listing or practitioner, as the file says it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ereput.domain.publication import NOWHERE, Place
from ereput.ingest.clean import cell
from ereput.ingest.profiles import STARS
from ereput.ingest.ratings import bare_number
from ereput.ingest.reading import Role
from ereput.ingest.workbook import Row

_CACHE: Final = 20_000
_LONGEST: Final = 2_000
_ROLES: Final = (
    Role.PLACE_ID,
    Role.PLACE_URL,
    Role.PLACE_NAME,
    Role.PLACE_CITY,
    Role.PLACE_ADDRESS,
    Role.PLACE_PHONE,
    Role.PLACE_RPPS,
    Role.PLACE_SLUG,
    Role.PLACE_RATING,
    Role.PLACE_COUNT,
)


class PlaceReader:
    """Read the place on each row; it repeats, so that it is built once a combination of cells.

    Args:
        columns: the columns of each role, best first.
        beside: what stands beside the table, which the rows complete.
    """

    def __init__(self, columns: Mapping[Role, Sequence[int]], beside: Place | None) -> None:
        self._asked = [(role, index) for role in _ROLES for index in columns.get(role, ())]
        self._indices = [index for _, index in self._asked]
        self._beside = beside
        self._built: dict[tuple[object, ...], Place] = {}

    def read(self, row: Row) -> Place:
        """Return the place of a row."""
        if not self._indices:
            return self._beside or NOWHERE
        key = tuple([row[index] for index in self._indices])
        try:
            known = self._built.get(key)
        except TypeError:  # a list or a record in a cell: built anew each time
            return self._build(key)
        if known is None:
            if len(self._built) >= _CACHE:
                self._built.clear()
            known = self._built[key] = self._build(key)
        return known

    def _build(self, values: Sequence[object]) -> Place:
        first: dict[Role, object] = {}
        for (role, _), value in zip(self._asked, values, strict=True):
            if value not in ("", None):
                first.setdefault(role, value)
        return make_place(first, self._beside)


def make_place(values: Mapping[Role, object], beside: Place | None = None) -> Place:
    """Return a place from its cells, completed by what stands beside the table."""
    rating, count = bare_number(values.get(Role.PLACE_RATING)), bare_number(values.get(Role.PLACE_COUNT))

    def text(role: Role) -> str:
        return cell(values.get(role))[:_LONGEST]

    place = Place(
        listing_id=text(Role.PLACE_ID),
        url=text(Role.PLACE_URL),
        name=text(Role.PLACE_NAME),
        city=text(Role.PLACE_CITY),
        address=text(Role.PLACE_ADDRESS),
        phone=text(Role.PLACE_PHONE),
        rpps=re.sub(r"\D", "", text(Role.PLACE_RPPS)),
        slug=text(Role.PLACE_SLUG),
        rating=rating if rating is not None and 0 < rating <= STARS else None,
        count=int(count) if count is not None else None,
    )
    if beside is None:
        return place
    known = {name: value for name in Place.__slots__ if (value := getattr(place, name)) not in ("", None)}
    return replace(beside, **known)
