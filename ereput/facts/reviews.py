"""Publications ready to be shown, and a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.domain.publication import Kind, PartialDate, Precision
from ereput.facts import french, masking, words
from ereput.facts.shapes import Review, Version
from ereput.store import Store
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row, Rows

__all__ = ["Filters", "Page", "asked", "one", "platform_options", "published", "read_page", "shown"]

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the publications that filters keep: `total` in all, over `pages` pages."""

    reviews: tuple[Review, ...]
    total: int
    pages: int


def read_page(
    store: Store,
    viewer: Viewer,
    practitioner_id: int,
    filters: Filters,
    number: int = 1,
    *,
    size: int = PAGE_SIZE,
) -> Page:
    """Return one page of a practitioner's publications; a number beyond the last gives the last."""
    filters = masking.filters(viewer, filters)
    with store.reading() as connection:
        total = reads.count(connection, viewer, practitioner_id, filters)
        pages = max(1, -(-total // size))
        offset = size * (min(max(number, 1), pages) - 1)
        rows = reads.page(connection, viewer, practitioner_id, filters, limit=size, offset=offset)
        return Page(shown(connection, viewer, practitioner_id, rows), total, pages)


def shown(connection: sa.Connection, viewer: Viewer, practitioner_id: int, rows: Rows) -> tuple[Review, ...]:
    """Return publications, as the viewer may see them, with the former words of those that were edited."""
    edited = [row.id for row in rows if row.version > 1]
    former = reads.versions(connection, viewer, practitioner_id, edited) if edited else {}
    seen = masking.rows(connection, viewer, rows)
    return tuple(one(row, masking.rows(connection, viewer, former.get(row.id, ()))) for row in seen)


def one(row: Row, former: Sequence[Row] = ()) -> Review:
    """Return one publication of the store as a page shows it."""
    is_mention = row.kind == Kind.MENTION
    source = words.platform(row.platform)
    if row.source and row.source.casefold() != source.casefold():
        source = f"{source}, {row.source}"
    themes = [words.theme(name) for name in words.parsed_themes(row.themes)]
    hints = [words.hint(name) for name in row.hints.split("|") if name]
    doubt = ["texte et note se contredisent"] if row.is_contradictory else []
    return Review(
        id=row.id,
        practitioner_id=row.practitioner_id,
        author=row.author or ("" if is_mention else "Auteur inconnu"),
        source=source,
        published=french.partial(published(row)),
        stars=_mark(row, is_mention=is_mention),
        title=row.title,
        text=row.body,
        reply=row.reply,
        replied=f"le {french.day(row.replied_on)}" if row.replied_on else "",
        url=row.url,
        tags=(*themes, *hints, *doubt),
        is_negative=row.is_negative,
        removed=f"retiré, constaté le {french.day(row.removed_at.date())}" if row.removed_at else "",
        versions=tuple(
            Version(french.day(old.replaced_at.date()), french.stars(old.rating), _whole(old.title, old.body))
            for old in former
        ),
    )


def published(row: Row) -> PartialDate | None:
    """Return the displayed date of a stored publication."""
    if row.published_on is None:
        return None
    return PartialDate(row.published_on, row.earliest, row.latest, Precision(row.precision), row.published_at)


def platform_options(slugs: Sequence[str]) -> dict[str, str]:
    """Return {slug: name} for a selector, by name."""
    return dict(sorted(((slug, words.platform(slug)) for slug in slugs), key=lambda pair: pair[1].casefold()))


def asked(first: date, last: date, *, is_open: bool) -> Filters:
    """Return the filters of a period; one without beginning holds the undated publications too."""
    return Filters() if is_open else Filters(first=first, last=last)


def _mark(row: Row, *, is_mention: bool) -> str:
    if is_mention:
        return "mention"
    if row.rating is None and row.scale:
        return str(row.scale)
    return french.stars(row.rating)


def _whole(title: str, body: str) -> str:
    return f"{title}\n{body}" if title and body else title or body
