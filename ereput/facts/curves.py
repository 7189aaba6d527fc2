"""The frames behind the Praticien page's charts, each with the sentence that sums it up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

import pandas as pd

from ereput.detect.rating import NORMAL_95, Estimate, RatingPrior, shrunk_mean
from ereput.facts import french, words
from ereput.facts.period import Period
from ereput.store.scope import Rows

WINDOW = 6
"""Months behind each point of the rating line: a month alone holds too few reviews to say anything."""
CALENDAR_DAYS = 365
SOURCES = 3
"""Sources told apart in a picture, one more when nothing is then left to put together."""
OTHERS = "Autres sources"
_STARS = range(1, 6)


@dataclass(frozen=True, slots=True)
class Chart:
    """A small frame (columns: see the figure of `ereput.ui.charts`) and the sentence that sums it up."""

    frame: pd.DataFrame
    takeaway: str


def months_shown(period: Period, months: Rows) -> tuple[date, ...]:
    """Return the months to draw: those of the period, from the first that holds anything when it is open."""
    known = [row.month for row in months]
    if not known:
        return ()
    return tuple(month for month in period.months if month >= min(known)) if period.is_open else period.months


def rating(months: Rows, shown: Sequence[date], prior: RatingPrior) -> Chart:
    """Return the estimated rating of each month, over a sliding window, drawn to what is expected."""
    stars: dict[date, Counter[int]] = {}
    for row in months:
        stars.setdefault(row.month, Counter()).update({n: getattr(row, f"stars_{n}") for n in _STARS})
    found = [
        shrunk_mean([sum(stars.get(past, Counter())[n] for past in _window(month)) for n in _STARS], prior)
        for month in shown
    ]
    frame = pd.DataFrame(
        [
            (month, one.mean, one.low, one.high, one.n) if one.n else (month, None, None, None, 0)
            for month, one in zip(shown, found, strict=True)
        ],
        columns=["month", "shrunk", "low", "high", "n"],
    )
    rated = [one for one in found if one.n]
    if not rated:
        return Chart(frame, "Aucune note sur cette période.")
    first, last = rated[0], rated[-1]
    verdict = "plus que le hasard n’explique" if differs(first, last) else "un écart que le hasard explique"
    return Chart(
        frame,
        f"De {french.rating(first.mean)} à {french.rating(last.mean)} sur 5 : {verdict}. "
        f"Chaque point porte sur {WINDOW} mois glissants (dernier : n = {french.number(last.n)}).",
    )


def differs(one: Estimate, other: Estimate) -> bool:
    """Whether two estimates differ by more than chance: their gap against their joined 95 % margin."""
    errors = [(estimate.high - estimate.low) / 2 / NORMAL_95 for estimate in (one, other)]
    return abs(one.mean - other.mean) > NORMAL_95 * sqrt(sum(error * error for error in errors))


def _window(month: date) -> list[date]:
    ranks = [month.year * 12 + month.month - 1 - back for back in range(WINDOW)]
    return [date(rank // 12, rank % 12 + 1, 1) for rank in ranks]


def volume(months: Rows, shown: Sequence[date]) -> Chart:
    """Return the reviews of each month by stars."""
    counts: Counter[tuple[date, int]] = Counter()
    for row in months:
        for star in _STARS:
            counts[row.month, star] += getattr(row, f"stars_{star}")
        counts[row.month, 0] += row.unrated
    frame = pd.DataFrame(
        [(month, star, counts[month, star]) for month in shown for star in (*_STARS, 0)],
        columns=["month", "stars", "n"],
    )
    total = int(frame["n"].sum())
    if not total:
        return Chart(frame, "Aucun avis daté au mois près sur cette période.")
    low = int(frame.loc[frame["stars"].isin([1, 2]), "n"].sum())
    return Chart(
        frame,
        f"{french.plural(total, 'avis')} en {french.plural(len(shown), 'mois', 'mois')}, "
        f"dont {french.percent(low / total)} à une ou deux étoiles.",
    )


def tones(rows: Rows) -> Chart:
    """Return the publications of each month by tone, from (month, label, n)."""
    frame = pd.DataFrame([(row.month, row.label, row.n) for row in rows], columns=["month", "label", "n"])
    total = int(frame["n"].sum())
    if not total:
        return Chart(frame, "Aucun texte à lire sur cette période.")
    shares = frame.groupby("label")["n"].sum() / total
    return Chart(
        frame,
        f"{french.percent(shares.get('pos', 0.0))} de publications positives, "
        f"{french.percent(shares.get('neg', 0.0))} négatives (n = {french.number(total)}). "
        "Les étoiles décident ; le texte, quand il n’y en a pas.",
    )


def sources(rows: Rows) -> Chart:
    """Return what each source brought, the largest first."""
    frame = pd.DataFrame(
        [
            (words.platform(row.platform), row.n, row.rating_sum / row.rated if row.rated else None)
            for row in rows
        ],
        columns=["source", "n", "mean"],
    )
    if frame.empty:
        return Chart(frame, "Aucune source sur cette période.")
    first, total = frame.iloc[0], int(frame["n"].sum())
    share = french.percent(first["n"] / total)
    return Chart(frame, f"{first['source']} apporte {share} des {french.number(total)} publications.")


def mix(months: Rows, shown: Sequence[date]) -> Chart:
    """Return how many publications each source brought a month: the largest ones, the others together."""
    counts: Counter[tuple[date, str]] = Counter()
    totals: Counter[str] = Counter()
    for row in months:
        if row.month in shown:
            n = sum(getattr(row, f"stars_{star}") for star in _STARS) + row.unrated + row.mentions
            counts[row.month, row.platform] += n
            totals[row.platform] += n
    largest = [slug for slug, _ in totals.most_common(SOURCES)]
    if len(totals) <= SOURCES + 1:
        largest = [slug for slug, _ in totals.most_common()]
    named = {slug: words.platform(slug) if slug in largest else OTHERS for slug in totals}
    drawn: Counter[tuple[str, date]] = Counter()
    for slug, _ in totals.most_common():
        drawn.update({(named[slug], month): counts[month, slug] for month in shown})
    frame = pd.DataFrame(
        [(month, source, n) for (source, month), n in drawn.items()], columns=["month", "source", "n"]
    )
    total = totals.total()
    if not total:
        return Chart(frame, "Aucune publication datée au mois près sur cette période.")
    first, count = totals.most_common(1)[0]
    share = f"{french.percent(count / total)} des {french.number(total)} publications"
    return Chart(
        frame,
        f"{french.plural(len(totals), 'source')} en {french.plural(len(shown), 'mois', 'mois')} ; "
        f"{named[first]} en tête avec {share}.",
    )


def calendar(rows: Rows, seen: Rows, today: date) -> Chart:
    """Return a year of days: negatives from (day, n), NaN for the days that no span of `seen` holds."""
    counts = {row.day: row.n for row in rows}
    days = [day.date() for day in pd.date_range(end=today, periods=CALENDAR_DAYS, freq="D")]
    covered = {day for day in days if any(span.start <= day <= span.end for span in seen)} | counts.keys()
    frame = pd.DataFrame(
        {"day": days, "n": [float(counts.get(day, 0)) if day in covered else None for day in days]}
    )
    if not counts:
        return Chart(frame, "Aucun avis négatif daté au jour près en un an.")
    worst = max(counts, key=lambda day: (counts[day], day))
    return Chart(
        frame,
        f"{french.plural(sum(counts.values()), 'avis négatif', 'avis négatifs')} en un an ; "
        f"au plus {french.number(counts[worst])} le même jour, le {french.day(worst)}.",
    )


def a_year_before(today: date) -> date:
    """Return the first day of the calendar that ends today."""
    return date.fromordinal(today.toordinal() - CALENDAR_DAYS + 1)
