"""What publications speak of: themes, how many complain, and how it compares with the period before."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from ereput.domain.practitioner import Practitioner, Viewer
from ereput.facts import masking, reviews, words
from ereput.facts.period import Period
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row

MOST_THEMES = 8
QUOTED_THEMES = 3
QUOTE = 140


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the period: publications that speak of it, negative ones, those of the period before.

    `quotes` are the beginnings of negative publications, without their author: untrusted.
    """

    slug: str
    name: str
    n: int
    negatives: int
    negatives_before: int | None
    quotes: tuple[str, ...] = ()


def read(connection: sa.Connection, viewer: Viewer, who: Practitioner, period: Period) -> tuple[Theme, ...]:
    """Return the themes of a period, those with most complaints first."""
    asked = reviews.asked(period.first, period.last, is_open=period.is_open)
    spoken, negative = _counted(reads.by_themes(connection, viewer, who.id, asked))
    before: Counter[str] | None = None
    if period.before is not None:
        past = Filters(first=period.before.first, last=period.before.last)
        _, before = _counted(reads.by_themes(connection, viewer, who.id, past))
    ranked = sorted(spoken, key=lambda slug: (-negative[slug], -spoken[slug], slug))[:MOST_THEMES]
    return tuple(
        Theme(
            slug=slug,
            name=words.theme(slug),
            n=spoken[slug],
            negatives=negative[slug],
            negatives_before=None if before is None else before[slug],
            quotes=_quotes(connection, viewer, who, asked, slug)
            if rank < QUOTED_THEMES and negative[slug]
            else (),
        )
        for rank, slug in enumerate(ranked)
    )


def _counted(rows: Iterable[Row]) -> tuple[Counter[str], Counter[str]]:
    spoken: Counter[str] = Counter()
    negative: Counter[str] = Counter()
    for row in rows:
        for slug, label in words.parsed_themes(row.themes).items():
            spoken[slug] += row.n
            negative[slug] += row.n if label == "neg" else 0
    return spoken, negative


def _quotes(
    connection: sa.Connection, viewer: Viewer, who: Practitioner, asked: Filters, slug: str
) -> tuple[str, ...]:
    if masking.hides_words(viewer, who.id):
        return ()
    found = reads.page(
        connection,
        viewer,
        who.id,
        Filters(first=asked.first, last=asked.last, theme=slug, is_negative=True),
        limit=2,
    )
    texts = [" ".join((row.body or row.title).split()) for row in found]
    return tuple(
        text if len(text) <= QUOTE else text[:QUOTE].rsplit(" ", 1)[0] + " …" for text in texts if text
    )
