"""What is said in public: a review or a mention, as it was read from outside."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A review rates a practitioner on a platform; a mention speaks of one elsewhere."""

    REVIEW = "review"
    MENTION = "mention"


class Precision(StrEnum):
    """How much of a displayed date is known."""

    INSTANT = "instant"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as displayed: the likeliest day, and the days that remain compatible with it.

    `earliest` is what legal deadlines count from (they may only ever alert on it when
    `is_certain` is false). `day` is what charts show. `instant`, when known, is timezone-aware.
    Invariant: earliest <= day <= latest.
    """

    day: date
    earliest: date
    latest: date
    precision: Precision
    instant: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a range that does not hold its own day."""
        if not self.earliest <= self.day <= self.latest:
            msg = f"{self.earliest} <= {self.day} <= {self.latest} does not hold"
            raise ValueError(msg)

    @classmethod
    def exact(cls, day: date) -> "PartialDate":
        """Return a date known to the day."""
        return cls(day, day, day, Precision.DAY)

    @property
    def is_certain(self) -> bool:
        """Whether the calendar day is known."""
        return self.earliest == self.latest

    @property
    def iso_week(self) -> date | None:
        """The Monday of the ISO week, or None when the date is not known to the week."""
        monday = _monday(self.earliest)
        return monday if monday == _monday(self.latest) else None


def _monday(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a row speaks of, as the file says it; every field as displayed, or empty.

    `listing_id` is the platform's own identifier (Google place id, CID, Facebook page…);
    `rating` (on 5) and `count` are the listing's displayed figures, never a review's.
    """

    listing_id: str = ""
    url: str = ""
    name: str = ""
    city: str = ""
    address: str = ""
    phone: str = ""
    rpps: str = ""
    slug: str = ""
    rating: float | None = None
    count: int | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Draft:
    """One publication as a reader understood it, before it is identified and stored.

    `platform` is a slug of `data/platforms.yaml` ("google", "doctolib"…), or "" when the file
    does not say. `rating` is linear on 5 (8/10 is 4.0), None where there are no stars;
    `scale` keeps the original ("8/10", "recommande"). `id_namespace` names who issued
    `external_id`: two ids compare only within one namespace. `author` is as displayed.
    `edited` is true when the source itself says that the text was modified.
    """

    row: int
    platform: str
    kind: Kind = Kind.REVIEW
    external_id: str = ""
    id_namespace: str = ""
    url: str = ""
    author: str = ""
    published: PartialDate | None = None
    rating: float | None = None
    scale: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    reply: str = ""
    replied: PartialDate | None = None
    edited: bool = False
    source: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not become a publication, with a French reason; `row` is 1-based after the header."""

    row: int
    reason: str
    raw: str = ""


class Known(NamedTuple):
    """A stored publication, as far as identity is concerned.

    The words are left out where the digest `content` is enough to know that nothing changed.
    """

    id: int
    author_key: int
    id_namespace: str
    earliest: date | None
    latest: date | None
    content: int
    is_removed: bool
    rating: float | None = None
    title: str = ""
    text: str = ""
    reply: str = ""


class Label(StrEnum):
    """What a text, or its stars, say of the practitioner."""

    NEGATIVE = "neg"
    NEUTRAL = "neu"
    POSITIVE = "pos"
    UNSURE = "incertain"
