"""Who speaks of a practitioner elsewhere than in reviews: how much, where, in what tone, and since when."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.domain.presence import Listing, ListingStatus
from ereput.facts import french, words
from ereput.facts.curves import Chart
from ereput.facts.period import Period
from ereput.ingest.platforms import PlatformKind, platforms
from ereput.store import listings, rollups
from ereput.store.scope import Row, Rows

KINDS = {
    PlatformKind.PRESS: "Presse",
    PlatformKind.FORUM: "Forums",
    PlatformKind.NETWORK: "Réseaux",
    PlatformKind.DIRECTORY: "Annuaires",
    PlatformKind.REVIEWS: "Sites d’avis",
    PlatformKind.SITE: "Autres sites",
}
MOST_KINDS = 4
OTHERS = "Le reste"
MOST_SOURCES = 12
_TONES = {
    "neg": ("négative", "négatives"),
    "neu": ("neutre", "neutres"),
    "pos": ("positive", "positives"),
    "incertain": ("de ton incertain", "de ton incertain"),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One outlet that speaks of the practitioner. `name` is untrusted."""

    name: str
    kind: str
    n: int
    negatives: int
    first: str
    last: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Mentions:
    """The period's mentions. `share` is the part of all publications on pages held by the practitioner."""

    chart: Chart
    n: int
    tones: str
    sources: tuple[SourceLine, ...]
    new: int
    share: float | None
    published: int
    negatives: int


def read(
    connection: sa.Connection, viewer: Viewer, who: int, mine: Sequence[Listing], period: Period
) -> Mentions:
    """Return what was said of a practitioner over a period, and where."""
    months = [
        row
        for row in rollups.read_monthly(connection, viewer, who)
        if period.first <= row.month <= period.last
    ]
    sources = listings.mention_sources(connection, viewer, who)
    tones = {
        row.label: row.n
        for row in listings.mention_tones(connection, viewer, who, first=period.first, last=period.last)
    }
    share, published = _share(months, mine)
    lines = tuple(_line(row, period) for row in sources[:MOST_SOURCES])
    return Mentions(
        chart=_chart(months, period),
        n=sum(tones.values()),
        tones=_tones(tones),
        sources=lines,
        new=sum(_is_new(row.first_on, period) for row in sources),
        share=share,
        published=published,
        negatives=tones.get("neg", 0),
    )


def _chart(months: Rows, period: Period) -> Chart:
    """Return the mentions of each month by kind of source: `month`, `source`, `n`."""
    counted: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for row in months:
        if row.mentions:
            counted[kind(row.platform)][row.month] += row.mentions
    largest = sorted(counted, key=lambda name: -counted[name].total())
    if len(largest) > MOST_KINDS:
        for name in largest[MOST_KINDS - 1 :]:
            counted[OTHERS].update(counted.pop(name))
        largest = [*largest[: MOST_KINDS - 1], OTHERS]
    rows = [(month, name, counted[name][month]) for name in largest for month in period.months]
    frame = pd.DataFrame(rows, columns=["month", "source", "n"])
    total = sum(part.total() for part in counted.values())
    if not total:
        return Chart(frame, f"Aucune mention {period.text}.")
    told = [f"{name.lower()} {french.number(counted[name].total())}" for name in largest]
    return Chart(
        frame, f"{french.plural(total, 'mention')} {period.text}{french.THIN}: {french.joined(told)}."
    )


def kind(slug: str) -> str:
    """Return the kind of source that a platform is, in words."""
    known = platforms().get(slug)
    return KINDS[known.kind] if known else KINDS[PlatformKind.SITE]


def _tones(tones: dict[str, int]) -> str:
    told = [french.plural(tones[key], *word) for key, word in _TONES.items() if tones.get(key)]
    return french.joined(told)


def _share(months: Rows, mine: Sequence[Listing]) -> tuple[float | None, int]:
    """Return the part of publications that stand on platforms where a listing is claimed, and how many."""
    held = {one.platform for one in mine if one.status is ListingStatus.CLAIMED}
    counted: Counter[bool] = Counter()
    for row in months:
        published = sum(getattr(row, f"stars_{n}") for n in range(1, 6)) + row.unrated + row.mentions
        counted[row.platform in held] += published
    return (counted[True] / counted.total() if counted.total() else None), counted.total()


def _is_new(first: date | None, period: Period) -> bool:
    return first is not None and first >= period.first


def _line(row: Row, period: Period) -> SourceLine:
    return SourceLine(
        name=row.source or words.platform(row.platform),
        kind=kind(row.platform),
        n=row.n,
        negatives=row.negatives,
        first=french.day(row.first_on),
        last=french.day(row.last_on),
        is_new=_is_new(row.first_on, period),
    )
