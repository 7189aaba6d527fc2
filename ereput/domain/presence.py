"""Where a practitioner is shown online: its listings, what they display, and how they agree."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ListingStatus(StrEnum):
    """Whose hands a listing is in; `UNKNOWN` until somebody looked."""

    CLAIMED = "revendiquee"
    UNCLAIMED = "non_revendiquee"
    MISSING = "a_creer"
    TO_REMOVE = "a_supprimer"
    GONE = "retiree"
    UNKNOWN = "a_verifier"


SHOWN_ONLINE = frozenset(
    {ListingStatus.CLAIMED, ListingStatus.UNCLAIMED, ListingStatus.TO_REMOVE, ListingStatus.UNKNOWN}
)
"""The statuses of a listing that the public sees today."""


class Origin(StrEnum):
    """How a snapshot came: read by a person, from a sheet of listings, from an export of reviews."""

    HAND = "hand"
    SHEET = "sheet"
    EXPORT = "export"
    DEMO = "demo"


class Detail(StrEnum):
    """What listings are compared on, in the order of a form."""

    NAME = "name"
    PROFESSION = "profession"
    ADDRESS = "address"
    PHONE = "phone"
    HOURS = "hours"


class Agreement(StrEnum):
    """How what a listing shows stands to what the practitioner says.

    `TOLERATED` is the same thing otherwise written, or a difference that misleads nobody. `ABSENT`: the
    listing shows nothing; `NOTHING`: there is nothing to compare with.
    """

    SAME = "identique"
    TOLERATED = "tolere"
    DIFFERENT = "different"
    ABSENT = "absent"
    NOTHING = "rien"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page that shows a practitioner on a platform, every text as displayed there, or empty."""

    id: int
    practitioner_id: int
    platform: str
    status: ListingStatus
    external_id: str = ""
    url: str = ""
    name: str = ""
    profession: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""
    note: str = ""
    checked_on: date | None = None

    @property
    def is_online(self) -> bool:
        """Whether the public sees it today."""
        return self.status in SHOWN_ONLINE

    def shown(self, detail: Detail) -> str:
        """Return what it displays of a detail."""
        return str(getattr(self, detail.value))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rating on 5 and the number of reviews that a listing displayed on a day; None: not displayed."""

    listing_id: int
    day: date
    rating: float | None
    count: int | None
    origin: Origin
    viewer: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """A place where the practitioner works, as it says itself."""

    address: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One detail of one listing against the practitioner's own words; `why` is a French sentence, or ""."""

    detail: Detail
    agreement: Agreement
    shown: str = ""
    expected: str = ""
    why: str = ""


class Finding(StrEnum):
    """What is worth doing about a presence; the guidance base has a sheet for each."""

    WRONG = "a_corriger"
    TWICE = "a_retirer"
    UNCLAIMED = "a_revendiquer"
    MISSING = "a_creer"
    SUFFERED = "subie"
    UNSEEN = "ecart"
    TOO_LITTLE = "trop_peu"
    TOO_MUCH = "trop"
    TALKED_ABOUT = "page_citee"
    WATCH_DUE = "veille"
    UNREADY = "preparation"
