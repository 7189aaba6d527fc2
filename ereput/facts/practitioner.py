"""The Praticien page: how is it moving, and why?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

import sqlalchemy as sa

from ereput.detect.rating import NORMAL_95, Estimate, RatingPrior, shrunk_mean
from ereput.domain.practitioner import Practitioner, Viewer
from ereput.facts import curves, french, priors, reviews, themes, weekly
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Good, Tile
from ereput.facts.themes import Theme
from ereput.store import Store, coverage, rollups
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row

_STARS = range(1, 6)
_ENOUGH = 3
_TWICE = 2


@dataclass(frozen=True, slots=True)
class PractitionerFacts:
    """The page. `sentence` holds the practitioner's figures only, never a name."""

    name: str
    sentence: str
    period: str
    n: int
    tiles: tuple[Tile, ...]
    rating: curves.Chart
    volume: curves.Chart
    weekly: weekly.Weekly
    tones: curves.Chart
    sources: curves.Chart
    mix: curves.Chart
    calendar: curves.Chart
    themes: tuple[themes.Theme, ...]
    platforms: dict[str, str]


def read(
    store: Store, viewer: Viewer, scope: Scope, period: Period, now: datetime
) -> PractitionerFacts | None:
    """Return the facts of the chosen practitioner over the period; None when nobody is chosen."""
    who = scope.chosen
    if who is None:
        return None
    with store.reading() as connection:
        asked = reviews.asked(period.first, period.last, is_open=period.is_open)
        current = reads.tally(connection, viewer, who.id, asked)
        former = _former(connection, viewer, who, period)
        months = rollups.read_monthly(connection, viewer, who.id)
        tones = reads.by_month_and_label(connection, viewer, who.id, asked)
        sources = reads.by_platform(connection, viewer, who.id, asked)
        prior = priors.read(connection, is_demo=who.is_demo).stars
        told = themes.read(connection, viewer, who, period)
        days = reads.by_day(connection, viewer, who.id, Filters(first=curves.a_year_before(now.date())))
        seen = coverage.read(connection, viewer, who.id)
    now_rated, then_rated = _estimate(current, prior), _estimate(former, prior) if former else None
    shown = curves.months_shown(period, months)
    judged = weekly.read(store, viewer, who, now, first=shown[0] if shown else period.first, last=period.last)
    return PractitionerFacts(
        name=who.name,
        sentence=_sentence(current, now_rated, then_rated, told, judged),
        period=period.text,
        n=current.reviews,
        tiles=_tiles(current, former, now_rated, then_rated),
        rating=curves.rating(months, shown, prior),
        volume=curves.volume(months, shown),
        weekly=replace(judged, aside=weekly.aside(current.unweekly)),
        tones=curves.tones(tones),
        sources=curves.sources(sources),
        mix=curves.mix(months, shown),
        calendar=curves.calendar(days, seen, now.date()),
        themes=told,
        platforms=reviews.platform_options([row.platform for row in sources]),
    )


def _former(connection: sa.Connection, viewer: Viewer, who: Practitioner, period: Period) -> Row | None:
    """Return the counts of the period before, None when there is none or when nothing was known then."""
    if period.before is None:
        return None
    asked = Filters(first=period.before.first, last=period.before.last)
    row = reads.tally(connection, viewer, who.id, asked)
    return row if row.reviews or row.mentions else None


# -- the answer and the tiles


def _estimate(row: Row, prior: RatingPrior) -> Estimate:
    return shrunk_mean([getattr(row, f"stars_{n}") for n in _STARS], prior)


def _trend(now: Estimate, before: Estimate | None) -> str:
    """Say whether the rating moved by more than chance explains."""
    if before is None or not before.n:
        return ""
    if not curves.differs(now, before):
        return "stable"
    return "en hausse" if now.mean > before.mean else "en baisse"


def _sentence(
    current: Row, now: Estimate, before: Estimate | None, told: Sequence[Theme], judged: weekly.Weekly
) -> str:
    if not current.reviews:
        return "Aucun avis sur cette période."
    if not now.n:
        text = f"{french.plural(current.reviews, 'avis')}, aucun avec une note"
    elif now.is_thin:
        text = f"{french.rating(now.mean)} sur 5, mais sur {french.plural(now.n, 'note')} seulement"
    else:
        trend = _trend(now, before)
        text = f"{french.rating(now.mean)} sur 5 (n = {french.number(now.n)})" + (
            f", {trend}" if trend else ""
        )
    driver = _driver(told, judged)
    return f"{text} ; {driver}." if driver else f"{text}."


def _driver(told: Sequence[Theme], judged: weekly.Weekly) -> str:
    """Say what moves most: a theme whose complaints doubled, else the latest spike, else the main one."""
    rising = [
        theme
        for theme in told
        if theme.negatives_before is not None
        and theme.negatives >= _ENOUGH
        and theme.negatives >= _TWICE * theme.negatives_before
    ]
    if rising:
        worst = max(rising, key=lambda theme: theme.negatives)
        return (
            f"les avis négatifs sur « {worst.name} » passent de {french.number(worst.negatives_before)} "
            f"à {french.number(worst.negatives)}"
        )
    if judged.spikes:
        return f"dernier pic d’avis négatifs la {french.week(judged.spikes[-1])}"
    common = [theme for theme in told if theme.negatives >= _ENOUGH]
    if common:
        first = max(common, key=lambda theme: theme.negatives)
        return f"premier motif d’insatisfaction : {first.name} ({french.plural(first.negatives, 'avis')})"
    return ""


def _tiles(current: Row, former: Row | None, now: Estimate, before: Estimate | None) -> tuple[Tile, ...]:
    negatives = former.negatives if former else None
    return (
        _rating_tile(now, before),
        Tile(
            "Avis reçus",
            current.reviews,
            current.reviews,
            "Avis publiés dans la période, toutes sources, retirés compris.",
            previous=former.reviews if former else None,
        ),
        Tile(
            "Avis négatifs",
            current.negatives,
            current.reviews,
            "Deux étoiles ou moins ; sans étoile, texte nettement négatif.",
            previous=negatives,
            good=Good.DOWN,
            matters=negatives is not None and exceeds_chance(current.negatives, negatives),
        ),
        _answered_tile(current, former),
        Tile(
            "Mentions",
            current.mentions,
            current.mentions,
            "Articles, messages de forum et pages qui parlent du praticien, hors avis.",
            previous=former.mentions if former else None,
            base="mention",
        ),
    )


def _rating_tile(now: Estimate, before: Estimate | None) -> Tile:
    has_both = before is not None and before.n > 0 and now.n > 0
    return Tile(
        "Note estimée",
        now.mean if now.n else None,
        now.n,
        "Moyenne des étoiles de la période, ramenée vers la moyenne générale quand les notes sont peu "
        "nombreuses (8 notes fictives). Ce n’est pas la note affichée par la plateforme.",
        decimals=1,
        unit=" sur 5",
        previous=before.mean if before and before.n else None,
        good=Good.UP,
        matters=before is not None and has_both and curves.differs(now, before),
        base="note",
    )


def _answered_tile(current: Row, former: Row | None) -> Tile:
    return Tile(
        "Négatifs avec réponse",
        100 * current.answered / current.negatives if current.negatives else None,
        current.negatives,
        "Part des avis négatifs de la période sous lesquels une réponse est publiée. "
        "Répondre est facultatif.",
        unit="\u202f%",
        previous=100 * former.answered / former.negatives if former and former.negatives else None,
        base="avis négatif",
    )


def exceeds_chance(now: float, before: float) -> bool:
    """Whether two counts over equal periods differ by more than chance: normal test of two Poisson counts."""
    return now + before >= 5 and abs(now - before) > NORMAL_95 * sqrt(now + before)  # noqa: PLR2004 - the test's domain
