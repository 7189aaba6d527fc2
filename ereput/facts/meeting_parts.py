"""What a meeting pack is put together from: cases, alerts, curves, drivers, quotations, sources, people."""

import hashlib
import hmac
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
import sqlalchemy as sa

from ereput import __version__
from ereput.detect.rating import RatingPrior, shrunk_mean
from ereput.domain.period import Span, shift
from ereput.domain.practitioner import Practitioner, Viewer
from ereput.facts import (
    alerts,
    curves,
    figures,
    french,
    masking,
    preferences,
    priors,
    sources,
    thresholds,
    words,
)
from ereput.facts import portfolio as portfolios
from ereput.facts.cases import CaseCard, Measured
from ereput.facts.pack import (
    AlertLine,
    CaseLine,
    Driver,
    FunnelFacts,
    FunnelPoint,
    Limit,
    Mark,
    Month,
    Origins,
    Person,
    PersonRow,
    Quote,
    Series,
    SourceLine,
)
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.guidance.base import Base
from ereput.ingest.platforms import platforms
from ereput.store import Store, journal, reads_meeting
from ereput.store.portfolio import Asked
from ereput.store.scope import Row, Rows
from ereput.text import SIGNALS_VERSION
from ereput.text.masking import mask

SERIES_MONTHS = 12
MOST_DRIVERS = 5
QUOTES = 2
QUOTE = 180
SHORTEST_QUOTE = 20
BLOCK = 100
_STARS = range(1, 6)
READING = {
    "Courbe de la note": f"Chaque point porte sur {curves.WINDOW} mois glissants.",
    "Citations": "Débuts d’avis négatifs, noms, dates et mots de santé remplacés par « … ».",
    "Sources": "Une plateforme sans relevé depuis longtemps est signalée : le silence n’est pas le calme.",
}
PORTFOLIO_READING = {
    "Entonnoir": "Notes moyennes depuis le début contre leur nombre ; hors des limites, le hasard et la "
    "diversité habituelle n’expliquent plus l’écart. Ce n’est pas un classement.",
}
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Whom:
    """Of whom a meeting speaks: a practitioner or a portfolio. `viewer` sees no more than that."""

    kind: str
    id: int
    title: str
    viewer: Viewer
    chosen: Practitioner | None = None
    is_demo: bool = False

    @property
    def practitioner_id(self) -> int | None:
        """The practitioner's number, None of a portfolio."""
        return self.id if self.chosen else None

    @property
    def portfolio_id(self) -> int | None:
        """The portfolio's number, None of a practitioner."""
        return None if self.chosen else self.id

    @property
    def key(self) -> str:
        """How the store names it."""
        return f"{self.kind}:{self.id}"

    @property
    def asked(self) -> dict[str, int | None]:
        """What the store's reads take."""
        return {"practitioner_id": self.practitioner_id, "portfolio_id": self.portfolio_id}


def mute() -> list[str]:
    """Return the platforms where a professional cannot reply in public."""
    return sorted(slug for slug, known in platforms().items() if not known.direct_reply)


# -- decisions first


def case_lines(cards: Iterable[CaseCard]) -> tuple[CaseLine, ...]:
    """Return the open cases, the nearest deadline first: numbers, steps and days, never a title."""
    return tuple(
        CaseLine(
            id=card.id,
            who=card.practitioner_id,
            step=card.current,
            label=card.next.label if card.next else "",
            day=card.next.day if card.next else None,
            remaining=card.next.remaining if card.next else "",
            tone=card.next.tone if card.next else card.clock.tone,
            clock=card.clock.sentence,
        )
        for card in cards
        if not card.is_closed
    )


def alert_lines(cards: Iterable[alerts.AlertCard]) -> tuple[AlertLine, ...]:
    """Return the open alerts with their reasons, the most pressing first."""
    return tuple(
        AlertLine(
            id=card.id,
            who=card.practitioner_id,
            level=alerts.LEVELS.get(card.level, card.level),
            tone=card.tone,
            title=french.sentence_case(card.title),
            reason=f"{french.sentence_case(card.rarity)}." if card.rarity else "",
        )
        for card in cards
        if card.state == "open"
    )


def measured_text(found: Measured) -> str:
    """Say how the cases opened in the period went."""
    if not found.opened:
        return "Aucun dossier n’a été ouvert pendant la période."
    told = [french.plural(found.opened, "dossier ouvert", "dossiers ouverts") + " dans la période"]
    if found.closed:
        how = french.joined([f"{name}{french.THIN}: {n}" for name, n in found.outcomes])
        told.append(f"{french.plural(found.closed, 'clos', 'clos')} ({how})")
    if found.first_action_days is not None:
        days = french.plural(found.first_action_days, "jour")
        told.append(f"première action en {days} (médiane, n\u00a0=\u00a0{found.first_actions})")
    return " ; ".join(told) + "."


# -- curves


def series(
    connection: sa.Connection,
    whom: Whom,
    span: Span,
    today: date,
    *,
    cards: Sequence[alerts.AlertCard],
    meetings: Iterable[Row],
) -> Series:
    """Return the twelve months that end with the period, or all of a longer one, and what to mark on them."""
    last = min(span.last, today)
    first = min(shift(last.replace(day=1), 1 - SERIES_MONTHS), span.first.replace(day=1))
    behind = shift(first, 1 - curves.WINDOW)
    rows = reads_meeting.by_month(connection, whom.viewer, first=behind, last=last, **whom.asked)
    shown = [shift(first, at) for at in range((last.year - first.year) * 12 + last.month - first.month + 1)]
    prior = priors.read(connection, is_demo=whom.is_demo).stars
    rating, volume = curves.rating(rows, shown, prior), curves.volume(rows, shown)
    counts: Counter[tuple[date, int]] = Counter()
    for row in volume.frame.itertuples():
        counts[row.month, row.stars] += int(row.n)  # type: ignore[index, arg-type]  # columns by name
    months = tuple(
        _month(row, tuple(counts[row.month, star] for star in range(6)))  # type: ignore[index]  # same
        for row in rating.frame.itertuples()
    )
    return Series(months, _marks(whom, first, last, cards, meetings), rating.takeaway, volume.takeaway)


def _month(row: object, stars: tuple[int, ...]) -> Month:
    values = [getattr(row, name) for name in ("shrunk", "low", "high")]
    rating, low, high = (None if pd.isna(value) else float(value) for value in values)
    first, second, third, fourth, fifth, sixth = stars
    n = int(getattr(row, "n", 0))
    return Month(getattr(row, "month"), rating, low, high, n, (first, second, third, fourth, fifth, sixth))  # noqa: B009 (a row of a frame)


def _marks(
    whom: Whom, first: date, last: date, cards: Sequence[alerts.AlertCard], meetings: Iterable[Row]
) -> tuple[Mark, ...]:
    found = [
        Mark(row.closed_at.date(), "meeting", f"Réunion du {french.day(row.closed_at.date())}")
        for row in meetings
        if row.closed_at is not None
    ]
    if whom.practitioner_id is not None:
        found += [
            Mark(card.week, "spike", f"Pic{french.THIN}: {card.title}")
            for card in cards
            if card.kind == "spike" and card.level == "alert"
        ]
    return tuple(sorted((mark for mark in found if first <= mark.day <= last), key=lambda mark: mark.day))


# -- what drives it


def drivers(now: Rows, before: Rows) -> tuple[Driver, ...]:
    """Return the themes then the sources with most complaints, with those of the period before."""
    found: list[Driver] = []
    for kind, split in (("theme", _by_theme), ("source", _by_source)):
        spoken, negative = split(now)
        _, former = split(before)
        ranked = sorted(negative, key=lambda slug: (-negative[slug], -spoken[slug], slug))
        named = words.theme if kind == "theme" else words.platform
        found += [
            Driver(kind, named(slug), spoken[slug], negative[slug], former[slug])
            for slug in [slug for slug in ranked if negative[slug]][:MOST_DRIVERS]
        ]
    return tuple(found)


def top_theme(rows: Rows) -> str:
    """Return the theme that most complaints speak of, "" when none does."""
    _, negative = _by_theme(rows)
    return min(
        (slug for slug in negative if negative[slug]), key=lambda slug: (-negative[slug], slug), default=""
    )


def _by_theme(rows: Rows) -> tuple[Counter[str], Counter[str]]:
    spoken: Counter[str] = Counter()
    negative: Counter[str] = Counter()
    for row in rows:
        for slug, label in words.parsed_themes(row.themes).items():
            spoken[slug] += row.n
            negative[slug] += row.n if label == "neg" else 0
    return spoken, negative


def _by_source(rows: Rows) -> tuple[Counter[str], Counter[str]]:
    spoken: Counter[str] = Counter()
    negative: Counter[str] = Counter()
    for row in rows:
        spoken[row.platform] += row.n
        negative[row.platform] += row.negatives
    return spoken, negative


def driving(found: Sequence[Driver]) -> str:
    """Say in a sentence what complaints speak of most, and where they come from."""
    told = []
    for kind, what in (("theme", "Premier motif"), ("source", "première source")):
        first = next((one for one in found if one.kind == kind), None)
        if first is not None:
            count = french.plural(first.negatives, "avis négatif", "avis négatifs")
            before = f"{french.number(first.previous)} avant"
            told.append(f"{what}{french.THIN}: {french.quoted(first.name)}, {count} ({before})")
    return french.sentence_case(" ; ".join(told)) + "." if told else "Aucun avis négatif dans la période."


def quotes(
    connection: sa.Connection, viewer: Viewer, whom: Whom, span: Span, theme: str
) -> tuple[Quote, ...]:
    """Return two masked beginnings of negative reviews, of the first theme if any; none for a broker."""
    found: dict[str, Quote] = {}
    for wanted in dict.fromkeys((theme, "")):
        rows = reads_meeting.quotable(
            connection,
            viewer,
            first=span.first,
            last=span.last,
            theme=wanted,
            practitioner_id=whom.practitioner_id,
            portfolio_id=whom.portfolio_id,
        )
        for row in rows:
            text = _clipped(mask(row.body))
            hidden = masking.hides_words(viewer, row.practitioner_id)
            if not hidden and len(text) >= SHORTEST_QUOTE and len(found) < QUOTES:
                found.setdefault(text, Quote(row.practitioner_id, row.id, words.platform(row.platform), text))
    return tuple(found.values())


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTE else text[:QUOTE].rsplit(" ", 1)[0] + " …"


# -- sources


def source_lines(connection: sa.Connection, whom: Whom, today: date) -> tuple[SourceLine, ...]:
    """Return how recently each platform was seen and how the feeds answer: silence is not calm."""
    since = today - timedelta(days=sources.QUIET_DAYS)
    found = [
        SourceLine(
            words.platform(row.platform), _seen(row, whom, today), Tone.WATCH if row.late else Tone.CALM
        )
        for row in reads_meeting.seen_until(connection, whom.viewer, since=since, **whom.asked)
    ]
    feeds = reads_meeting.followed_feeds(connection, whom.viewer, **whom.asked)
    if feeds:
        failing = sum(row.errors > 0 for row in feeds)
        silent = sum(not row.errors and sources.is_silent(row, today) for row in feeds)
        told = [french.plural(len(feeds), "flux suivi", "flux suivis")]
        told += [f"{french.number(failing)} en échec"] if failing else []
        told += [f"{french.number(silent)} muets au-delà de l’habitude"] if silent else []
        found.append(SourceLine("Flux", ", ".join(told), Tone.WATCH if failing or silent else Tone.CALM))
    return tuple(found)


def _seen(row: Row, whom: Whom, today: date) -> str:
    if whom.practitioner_id is not None:
        return f"vue jusqu’au {french.day_ago(row.latest, today)}"
    people = french.plural(row.people, "praticien")
    if not row.late:
        return f"{people}, tous vus depuis moins de {sources.QUIET_DAYS}\u00a0jours"
    return f"{people}, dont {french.number(row.late)} sans relevé depuis {sources.QUIET_DAYS}\u00a0jours"


# -- a portfolio


def funnel(store: Store, scope: Scope, whom: Whom, now: datetime, ids: dict[str, int]) -> FunnelFacts:
    """Return the funnel of a portfolio as plain facts; `ids` are the numbers of slugs."""
    shown = portfolios.funnel(store, whom.viewer, scope, now, asked=Asked())
    if shown.centre is None:
        return FunnelFacts(shown.takeaway)
    return FunnelFacts(
        shown.takeaway,
        shown.centre,
        tuple(
            FunnelPoint(float(n), float(rating), int(people))
            for n, rating, people in shown.crowd[["n", "rating", "people"]].itertuples(index=False)
        ),
        tuple(
            FunnelPoint(float(n), float(rating), 1, ids.get(slug))
            for n, rating, slug in shown.outside[["n", "rating", "slug"]].itertuples(index=False)
        ),
        tuple(Limit(*map(float, line)) for line in shown.limits.itertuples(index=False)),
    )


def person_rows(
    store: Store,
    whom: Whom,
    span: Span,
    today: date,
    ids: Sequence[int],
    *,
    cases: Counter[int],
    opened: Counter[int],
    progress: Progress | None,
) -> tuple[PersonRow, ...]:
    """Return the five figures of each practitioner, some at a time: memory does not grow with them."""
    found: list[PersonRow] = []
    spans = figures.cut(span, span, today), figures.cut(span.before, span, today)
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        with store.reading() as connection:
            prior = priors.read(connection, is_demo=whom.is_demo).stars
            now, before = (
                {
                    row.practitioner_id: row
                    for row in reads_meeting.by_practitioner(
                        connection, whom.viewer, ids=block, first=one.first, last=one.last, mute=mute()
                    )
                }
                for one in spans
            )
            delays: dict[int, Counter[int]] = {}
            for row in reads_meeting.delays_of(
                connection, whom.viewer, ids=block, first=span.first, last=span.last
            ):
                delays.setdefault(row.practitioner_id, Counter())[(row.replied_on - row.day).days] += 1
        found += [
            _person_row(
                who, (now.get(who), before.get(who)), delays.get(who), cases[who], opened[who], prior=prior
            )
            for who in block
        ]
        if progress is not None:
            progress(len(found), len(ids))
    return tuple(found)


def _person_row(
    who: int,
    counts: tuple[Row | None, Row | None],
    delays: Counter[int] | None,
    cases: int,
    opened: int,
    *,
    prior: RatingPrior,
) -> PersonRow:
    now, before = counts
    estimate = shrunk_mean([getattr(now, f"stars_{n}") if now else 0 for n in _STARS], prior)
    known = estimate.n > 0
    return PersonRow(
        who=who,
        rating=estimate.mean if known else None,
        low=estimate.low if known else None,
        high=estimate.high if known else None,
        rated=estimate.n,
        reviews=now.reviews if now else 0,
        reviews_before=before.reviews if before else 0,
        negatives=now.negatives if now else 0,
        negatives_before=before.negatives if before else 0,
        answered=now.answered if now else 0,
        answerable=now.answerable if now else 0,
        delay=figures.median(delays or {}),
        delay_n=(delays or Counter[int]()).total(),
        cases=cases,
        alerts=opened,
    )


# -- people and origins


def people(connection: sa.Connection, viewer: Viewer, ids: Sequence[int]) -> tuple[Person, ...]:
    """Return the names that the viewer may know of some practitioners, and the codes that stand for them."""
    key = journal.read_preference(connection, "pseudonym_key").encode()
    return tuple(
        Person(row.id, row.slug, row.name, _code(row.id, key))
        for row in reads_meeting.names(connection, viewer, ids)
    )


def _code(who: int, key: bytes) -> str:
    """Return what stands for a practitioner: made with a secret of this installation, always the same."""
    digest = hmac.new(key, f"assuré\x1f{who}".encode(), hashlib.sha256).digest()
    return f"Assuré {b32encode(digest).decode()[:6]}"


def origins(connection: sa.Connection, base: Base, rows: Rows, now: datetime) -> Origins:
    """Return what figures rest on: the versions of the programme, of the base and of the data."""
    limits = thresholds.read(connection)
    version = sum(row.data_version for row in rows)
    return Origins(
        (
            ("Chiffres établis le", french.moment(now)),
            ("Version des données", french.number(version)),
            ("Programme", f"ereput {__version__}, lecture des textes version {SIGNALS_VERSION}"),
            ("Seuil d’alerte", preferences.alerts(limits)),
            ("Base de conseils", f"version {base.version}, établie le {french.day(base.established)}"),
        ),
        version,
        len(rows),
    )
