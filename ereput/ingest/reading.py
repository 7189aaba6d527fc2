"""What a reader hands over: the words between outside bytes and the rest of the house."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from ereput.domain.publication import Draft, PartialDate, Reject


class Role(StrEnum):
    """What a column of a review list may hold."""

    AUTHOR = "author"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    DATE = "date"
    UPDATED = "updated"
    RATING = "rating"
    RECOMMENDED = "recommended"
    TITLE = "title"
    TEXT = "text"
    PROS = "pros"
    CONS = "cons"
    REPLY = "reply"
    REPLIED = "replied"
    URL = "url"
    ID = "id"
    SOURCE = "source"
    LANGUAGE = "language"
    STATUS = "status"
    ERROR = "error"
    PLACE_ID = "place_id"
    PLACE_URL = "place_url"
    PLACE_NAME = "place_name"
    PLACE_CITY = "place_city"
    PLACE_ADDRESS = "place_address"
    PLACE_PHONE = "place_phone"
    PLACE_RPPS = "place_rpps"
    PLACE_SLUG = "place_slug"
    PLACE_RATING = "place_rating"
    PLACE_COUNT = "place_count"


class DateOrder(StrEnum):
    """How 03/04/2025 is read."""

    DAY_FIRST = "jour/mois"
    MONTH_FIRST = "mois/jour"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column holds what: guessed from the file, or corrected by the user.

    `columns` gives, for a role, the column numbers (0-based) to try in turn, best first.
    `scale` is the best mark of the rating column (5, 10, 20, 100), None when it must be guessed.
    """

    columns: ReadOnlyMapping[Role, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    order: DateOrder | None = None
    scale: float | None = None
    utc: bool = False


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed, its text plain and its redirections undone.

    `link` is the address of the publication itself; `canonical` is the same without tracking parameters,
    fit for identity. `rating` is on 5, for the feeds of application stores only.
    """

    title: str = ""
    link: str = ""
    published: PartialDate | None = None
    author: str = ""
    summary: str = ""
    source: str = ""
    guid: str = ""
    canonical: str = ""
    rating: float | None = None


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One subscription of an OPML file."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file is, and its content.

    `items` is a lazy stream that can be walked once: a file of a million rows is never held in memory.
    `format` is a key of `ereput.ingest.formats.FORMATS`; `message` is a French warning, or "".
    """

    kind: Literal["reviews", "feed", "opml"]
    format: str
    message: str = ""
    items: Iterator[Draft | Reject] = field(default_factory=lambda: iter(()))
    entries: Sequence[FeedEntry] = ()
    feeds: Sequence[OpmlFeed] = ()


@dataclass(frozen=True, slots=True)
class GuessedColumn:
    """What a column was taken for, and why, in French; `role` is None when it is left aside."""

    index: int
    name: str
    role: Role | None
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a table, what each column was taken for, and the mapping that says so."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[GuessedColumn, ...]
    signature: str
    mapping: Mapping
