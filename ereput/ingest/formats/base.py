"""What every reader of a format offers, and the work that they share.

A reader is a module with two functions: `recognises(sample)` says whether it knows the file,
`read(sample, request)` reads it. Most tell a format by its columns alone: they list `Layout`s and leave the
rest to `read_layout`.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, Reject
from ereput.ingest.aliases import words
from ereput.ingest.columns import Guess, complete, guess
from ereput.ingest.platforms import platform_in
from ereput.ingest.reading import Mapping, Reading, Role
from ereput.ingest.rows import Conventions, RowReader
from ereput.ingest.sample import Sample
from ereput.ingest.tables import Table

NOT_REVIEWS: Final = (
    "Ce fichier n’a pas l’air d’une liste d’avis : aucune colonne de texte ou de note accompagnée d’une "
    "date ou d’un auteur n’y a été reconnue."
)
_AGGREGATE: Final = (
    "Ce fichier donne des moyennes ou des totaux, pas des avis un par un : exportez le détail des avis."
)
_WIDE: Final = (
    "Certaines lignes ont plus de cellules que la ligne de titres : elles ont été recalées quand c’était "
    "sûr, refusées sinon."
)
_SAID: Final = re.compile(
    r"avis|review|comm?ent|verbatim|temoign|feedback|retour|ressenti|opinion|texte?\b|conten|resena|rezension"
    r"|recens|kommentar"
)
_UNTITLED: Final = (
    "Le fichier n’a pas de ligne de titres : le rôle des colonnes a été deviné d’après leur contenu, "
    "à vérifier."
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller asks: the day of reading, and its own mapping of the columns if any."""

    now: datetime
    mapping: Mapping | None = None


class Format(Protocol):
    """The contract of a reader; a module satisfies it."""

    def recognises(self, sample: Sample) -> bool:
        """Whether this reader knows the file."""
        ...

    def read(self, sample: Sample, request: Request) -> Reading:
        """Read the file; its `items` stay a lazy stream."""
        ...


@dataclass(frozen=True, slots=True)
class Layout:
    """How one tool lays its table out.

    `needs` are titles that must all stand in the file, in any writing; `pins` settles the roles of titles
    that would deceive a general reading (None leaves the column aside);
    of two pinned to one role, the first is read first.
    """

    needs: Sequence[str]
    conventions: Conventions
    pins: ReadOnlyMapping[str, Role | None] = field(default_factory=lambda: MappingProxyType({}))

    def fits(self, sample: Sample) -> bool:
        """Whether one table of the file has every needed title."""
        return any(self.holds(table) for table in sample.tables)

    def holds(self, table: Table) -> bool:
        """Whether this very table has every needed title, and there is any."""
        titles = {words(name) for name in table.header}
        return bool(self.needs) and all(words(name) in titles for name in self.needs)


def first_fit(layouts: Sequence[Layout], sample: Sample) -> Layout | None:
    """Return the first layout that the file has, None when it has none."""
    return next((layout for layout in layouts if layout.fits(sample)), None)


def read_first(layouts: Sequence[Layout], key: str, sample: Sample, request: Request) -> Reading:
    """Read a file with the first layout that it has, or as an unknown table when it has none."""
    return read_layout(first_fit(layouts, sample) or Layout((), Conventions()), key, sample, request)


def read_layout(layout: Layout, key: str, sample: Sample, request: Request, *, message: str = "") -> Reading:
    """Read every table of a file as laid out.

    Raises:
        RefusedError: no table of the file is a list of reviews.
    """
    readers: list[RowReader] = []
    notes = [message]
    refusal = NOT_REVIEWS
    for table in sample.tables:
        found = guess(table.header, table.head, now=request.now, pins=layout.pins)
        mapping = found.mapping
        if request.mapping is not None and table.header == sample.largest.header:
            mapping = complete(request.mapping, table.header, table.head, now=request.now)
        elif not layout.holds(table):
            refused = refuse(found, table)
            if refused:
                refusal = refused if refusal == NOT_REVIEWS else refusal
                continue
        readers.append(RowReader(table, mapping, _settled(layout.conventions, sample, table), request.now))
        notes += [*table.notes, *_warnings(table)]
    if not readers:
        raise RefusedError(refusal)
    if not any(table.head for table in sample.tables):
        raise RefusedError("Le tableau n’a que sa ligne de titres : il n’y a aucun avis à importer.")
    text = " ".join(dict.fromkeys(note for note in notes if note))
    return Reading("reviews", key, text, items=_chain(readers))


def _settled(conventions: Conventions, sample: Sample, table: Table) -> Conventions:
    """Let the name of the sheet or file say the platform when nothing else does."""
    if conventions.platform:
        return conventions
    named = platform_in(table.label) or platform_in(sample.name.rsplit(".", 1)[0])
    return replace(conventions, platform=named)


def _chain(readers: Sequence[RowReader]) -> Iterator[Draft | Reject]:
    """Walk the tables one after the other, their rows numbered on."""
    last = before = 0
    for reader in readers:
        for item in reader.walk():
            last = before + item.row
            yield item if not before else replace(item, row=last)
        before = last


def _warnings(table: Table) -> Iterator[str]:
    if not table.titled:
        yield _UNTITLED
    width = len(table.header)
    if any(len(row) > width and any(value not in ("", None) for value in row[width:]) for row in table.head):
        yield _WIDE


def refuse(found: Guess, table: Table) -> str:
    """Return why a table is no list of reviews, "" when it is one."""
    counted = found.has(Role.PLACE_COUNT)
    worded = found.has(Role.TEXT, Role.PROS, Role.CONS)
    marked = found.has(Role.RATING, Role.RECOMMENDED)
    signed = found.has(Role.AUTHOR, Role.FIRST_NAME)
    dated = found.has(Role.DATE)
    if not worded and (found.has(Role.PLACE_RATING) or (counted and marked)):
        return _AGGREGATE
    if worded and (found.named(Role.TEXT) or not found.has(Role.TEXT)) and (marked or dated or signed):
        return "" if _lively(found, table) else NOT_REVIEWS
    if worded and marked and (dated or signed):
        return ""
    if not worded and found.named(Role.RATING) and signed and dated:
        return ""
    if not worded and found.named(Role.RATING) and (signed or dated or found.has(Role.TITLE)):
        return "" if not counted and len(table.head) > 0 else _AGGREGATE
    return NOT_REVIEWS


def _lively(found: Guess, table: Table) -> bool:
    """Whether the text column of a table without marks nor replies holds words, under a fitting title."""
    if found.has(Role.RATING, Role.RECOMMENDED, Role.REPLY, Role.PROS, Role.CONS):
        return True
    column = found.mapping.columns[Role.TEXT][0]
    if not found.has(Role.AUTHOR, Role.FIRST_NAME) and not _SAID.search(words(table.header[column])):
        return False
    cells = (row[column] for row in table.head if column < len(row))
    texts = [value.strip() for value in cells if isinstance(value, str) and value.strip()]
    spaced = sum(" " in text for text in texts)
    return bool(texts) and spaced * 2 > len(texts)
