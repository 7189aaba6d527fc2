"""The five figures of a meeting, each with its base, the period before and its own twelve-month range.

Pure: rows of counts a day in, measures out. Every figure is one function of the sums of some days, so that
the period, the one before and the twelve stretches of the range are computed alike.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt
from typing import Any

from ereput.detect.rating import NORMAL_95, Estimate, RatingPrior, shrunk_mean
from ereput.domain.period import Span, SpanKind
from ereput.facts import curves, french
from ereput.facts.pack import Measure
from ereput.facts.practitioner import exceeds_chance
from ereput.facts.shapes import Good, Tile

RATING, REVIEWS, NEGATIVES, ANSWERED, DELAY = "rating", "reviews", "negatives", "answered", "delay"
STRETCHES = 12
LEAST_STRETCHES = 3
LEAST_BASE = 5
"""Below, a share or a median of a stretch says nothing of what is usual."""
LEAST_COMPARED = 10
"""Both bases below which two shares are not told apart."""
_STARS = range(1, 6)
PERCENT = "\u202f%"
DEFINITIONS = {
    RATING: "Moyenne des étoiles de la période, ramenée vers la moyenne générale quand les notes sont peu "
    "nombreuses (8 notes fictives), avec son intervalle à 95\u202f%. Ce n’est pas la note affichée par la "
    "plateforme.",
    REVIEWS: "Avis publiés dans la période, toutes sources, retirés compris, au jour le plus probable. Les "
    "avis sans date n’y sont pas.",
    NEGATIVES: "Part des avis de la période à deux étoiles ou moins ; sans étoile, dont le texte est "
    "nettement négatif.",
    ANSWERED: "Part des avis publiés dans la période sous lesquels une réponse est affichée, là où la "
    "plateforme permet de répondre. Répondre est facultatif.",
    DELAY: "Médiane des jours entre l’avis et sa réponse, pour les avis de la période dont les deux jours "
    "sont connus.",
}
LABELS = {
    RATING: "Note estimée",
    REVIEWS: "Nouveaux avis",
    NEGATIVES: "Avis négatifs",
    ANSWERED: "Avis avec réponse",
    DELAY: "Délai de réponse",
}
NAMED = {LABELS[key]: text for key, text in DEFINITIONS.items()}
READING = {
    "Intervalle": "À 95\u202f% : note, loi a posteriori ; parts, intervalle de Wilson.",
    "Période précédente": "Celle de même nom juste avant, ou autant de jours ; tant que la période court, "
    "les mêmes premiers jours.",
    "Fourchette habituelle": "La plus basse et la plus haute valeur de la même mesure, sur des durées égales "
    f"terminées à la fin de chacun des {STRETCHES} mois d’avant ; il en faut {LEAST_STRETCHES} au moins, et "
    f"{LEAST_BASE} avis pour une part ou une médiane.",
    "Écart notable": "Plus que le hasard n’en donne une fois sur vingt ; seul celui-là est signalé.",
}


@dataclass(slots=True)
class Sums:
    """What some days add up to; `delays` counts the answered reviews by days of delay."""

    prior: RatingPrior
    stars: list[int] = field(default_factory=lambda: [0] * 5)
    reviews: int = 0
    negatives: int = 0
    answerable: int = 0
    answered: int = 0
    delays: Counter[int] = field(default_factory=Counter)

    def add(self, row: Any) -> None:
        """Add a row of counts (see `ereput.store.reads_meeting.by_day`)."""
        for at, n in enumerate(_STARS):
            self.stars[at] += getattr(row, f"stars_{n}")
        self.reviews += row.reviews
        self.negatives += row.negatives
        self.answerable += row.answerable
        self.answered += row.answered

    @property
    def estimate(self) -> Estimate:
        """The shrunk rating."""
        return shrunk_mean(self.stars, self.prior)


class Days:
    """Counts a day, to be added up over any days."""

    def __init__(
        self, rows: Sequence[Any], delays: Iterable[Any], known_from: date | None, prior: RatingPrior
    ) -> None:
        self.rows, self.known_from, self.prior = rows, known_from, prior
        self._days = [row.day for row in rows]
        self._delays: dict[date, Counter[int]] = {}
        for row in delays:
            self._delays.setdefault(row.day, Counter())[(row.replied_on - row.day).days] += row.n

    def over(self, span: Span) -> Sums:
        """Return the sums of the days of a span."""
        found = Sums(self.prior)
        for row in self.rows[bisect_left(self._days, span.first) : bisect_right(self._days, span.last)]:
            found.add(row)
            found.delays.update(self._delays.get(row.day, {}))
        return found

    def knows(self, span: Span) -> bool:
        """Whether the days of a span may hold anything: before the oldest review, nothing is known."""
        return self.known_from is not None and span.last >= self.known_from


def cut(span: Span, like: Span, today: date) -> Span:
    """Return as many days of a span as have gone by of `like`, the whole of it when `like` is over."""
    gone = (today - like.first).days + 1
    if like.last <= today or gone >= span.days:
        return span
    return Span(SpanKind.CUSTOM, span.first, span.first + timedelta(days=max(gone, 1) - 1))


def measures(days: Days, span: Span, today: date) -> tuple[Measure, ...]:
    """Return the five measures of a period; of one that still runs, over the days gone by."""
    now = days.over(cut(span, span, today))
    before = cut(span.before, span, today)
    then = days.over(before) if days.knows(before) else None
    stretches = [cut(span.back(months), span, today) for months in range(1, STRETCHES + 1)]
    usual = [days.over(one) for one in stretches if days.known_from and one.first >= days.known_from]
    return (
        _rating(now, then, usual),
        _reviews(now, then, usual),
        _share(NEGATIVES, now, then, usual),
        _share(ANSWERED, now, then, usual),
        _delay(now, then, usual),
    )


def _range(
    usual: Sequence[Sums], value: Callable[[Sums], float | None], base: Callable[[Sums], int] | None = None
) -> dict[str, Any]:
    kept = [found for sums in usual if base is None or base(sums) >= LEAST_BASE
            if (found := value(sums)) is not None]  # fmt: skip
    if len(kept) < LEAST_STRETCHES:
        return {"usual_n": len(kept)}
    return {"usual_low": min(kept), "usual_high": max(kept), "usual_n": len(kept)}


def _rating(now: Sums, then: Sums | None, usual: Sequence[Sums]) -> Measure:
    estimate = now.estimate
    before = then.estimate if then and then.estimate.n else None
    tile = Tile(
        LABELS[RATING],
        estimate.mean if estimate.n else None,
        estimate.n,
        DEFINITIONS[RATING],
        decimals=1,
        unit=" sur 5",
        previous=before.mean if before else None,
        good=Good.UP,
        matters=before is not None and estimate.n > 0 and curves.differs(estimate, before),
        base="note",
    )
    has_any = estimate.n > 0
    return Measure(
        RATING,
        tile,
        low=estimate.low if has_any else None,
        high=estimate.high if has_any else None,
        previous_n=before.n if before else 0,
        **_range(usual, lambda sums: sums.estimate.mean, lambda sums: sums.estimate.n),
    )


def _reviews(now: Sums, then: Sums | None, usual: Sequence[Sums]) -> Measure:
    previous = then.reviews if then else None
    tile = Tile(
        LABELS[REVIEWS],
        now.reviews,
        now.reviews,
        DEFINITIONS[REVIEWS],
        previous=previous,
        matters=previous is not None and exceeds_chance(now.reviews, previous),
    )
    return Measure(REVIEWS, tile, previous_n=previous or 0, **_range(usual, lambda sums: sums.reviews))


_SHARES: Mapping[str, tuple[Good, Callable[[Sums], tuple[int, int]]]] = {
    NEGATIVES: (Good.DOWN, lambda sums: (sums.negatives, sums.reviews)),
    ANSWERED: (Good.NEITHER, lambda sums: (sums.answered, sums.answerable)),
}


def _share(key: str, now: Sums, then: Sums | None, usual: Sequence[Sums]) -> Measure:
    good, parts = _SHARES[key]
    part, whole = parts(now)
    former = parts(then) if then else (0, 0)
    low, high = wilson(part, whole)
    tile = Tile(
        LABELS[key],
        percent(part, whole),
        whole,
        DEFINITIONS[key],
        unit=PERCENT,
        previous=percent(*former),
        good=good,
        matters=shares_differ((part, whole), former),
    )
    ranged = _range(usual, lambda sums: percent(*parts(sums)), lambda sums: parts(sums)[1])
    return Measure(key, tile, low=low, high=high, previous_n=former[1], **ranged)


def _delay(now: Sums, then: Sums | None, usual: Sequence[Sums]) -> Measure:
    value = median(now.delays)
    tile = Tile(
        LABELS[DELAY],
        value,
        now.delays.total(),
        DEFINITIONS[DELAY],
        decimals=0 if value is None or float(value).is_integer() else 1,
        unit=f"\u00a0{french.noun(value or 0, 'jour')}",
        previous=median(then.delays) if then else None,
        good=Good.DOWN,
        base="réponse",
    )
    previous_n = then.delays.total() if then else 0
    ranged = _range(usual, lambda sums: median(sums.delays), lambda sums: sums.delays.total())
    return Measure(DELAY, tile, previous_n=previous_n, **ranged)


# -- small statistics


def percent(part: int, whole: int) -> float | None:
    """Return a share in per cent, None of nothing."""
    return 100 * part / whole if whole else None


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a share, in per cent (Wilson 1927)."""
    if not whole:
        return None, None
    z, share = NORMAL_95, part / whole
    centre = share + z * z / (2 * whole)
    margin = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return 100 * max((centre - margin) / scale, 0.0), 100 * min((centre + margin) / scale, 1.0)


def shares_differ(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two shares (part, whole) differ by more than chance: the pooled normal test, at 95 %."""
    if min(one[1], other[1]) < LEAST_COMPARED:
        return False
    pooled = (one[0] + other[0]) / (one[1] + other[1])
    error = sqrt(pooled * (1 - pooled) * (1 / one[1] + 1 / other[1]))
    return error > 0 and abs(one[0] / one[1] - other[0] / other[1]) > NORMAL_95 * error


def median(counts: Mapping[int, int]) -> float | None:
    """Return the median of counted values, the mean of the two middle ones of an even number."""
    total = sum(counts.values())
    if not total:
        return None
    ranked, seen, found = sorted(counts.items()), 0, []
    for rank in ((total - 1) // 2, total // 2):
        seen = 0
        for value, count in ranked:
            seen += count
            if seen > rank:
                found.append(value)
                break
    return sum(found) / 2
