"""The Portefeuille page: whom do I call this week?

Everything is read from standings and alerts, filtered and paged in SQL; never a review.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa

from ereput.detect.funnel import ENOUGH, Z_95, Z_998, Funnel, Moments, beyond_chance, fit
from ereput.domain.practitioner import Guarantee, Profession, Viewer
from ereput.facts import advice, french, thresholds
from ereput.facts.guide import PROFESSIONS
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.guidance.base import load
from ereput.guidance.deadlines import deadline
from ereput.store import Store, practitioners
from ereput.store import portfolio as reads
from ereput.store.portfolio import N_EDGES, Asked, Level, Sort
from ereput.store.scope import Row, Rows

__all__ = ["ENOUGH", "Asked", "Level", "Sort"]

MOST_CALLS = 10
"""A week's calls: the likeliest bursts, not a longer list."""
MOST_MOVERS = 10
MOST_OUTSIDE = 120
MOST_DECLARATIONS = 20
PAGE_SIZE = 25
WEEKS_A_YEAR = 365.2425 / 7
DECLARATION = "D_ASSUREUR"
LEVELS = {
    Level.CALL: "À appeler",
    Level.ALERT: "En alerte",
    Level.WATCH: "À surveiller",
    Level.CALM: "Calme",
    Level.UNKNOWN: "Pas encore jugé",
}
GUARANTEES = {Guarantee.YES: "Avec garantie", Guarantee.NO: "Sans garantie", Guarantee.UNKNOWN: "Inconnue"}
SORTS = {
    Sort.ODDS: "Probabilité d’un pic",
    Sort.NEGATIVES: "Avis négatifs récents",
    Sort.RATING: f"Note la plus basse (n ≥ {ENOUGH})",
    Sort.UNANSWERED: "Négatifs sans réponse",
    Sort.NAME: "Nom",
}
_CERTAIN = 0.99


@dataclass(frozen=True, slots=True)
class Call:
    """One insured to call: how likely a burst runs, and why. `name` and `where` are untrusted."""

    slug: str
    name: str
    where: str
    guarantee: str
    has_guarantee: bool
    odds: str
    why: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer, {shown: value}; `homes` are the portfolios that a list may be imported into."""

    homes: tuple[str, ...]
    portfolios: tuple[str, ...]
    professions: dict[str, str]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The page's first screen. `table` has a row a guarantee, a column a level, and the totals."""

    sentence: str
    calls: tuple[Call, ...]
    more_calls: str
    false_alarms: str
    table: pd.DataFrame
    takeaway: str
    people: int
    surveyed: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list. `slugs` are those of the rows of `frame`; names and cities are untrusted."""

    frame: pd.DataFrame
    slugs: tuple[str, ...]
    total: int
    pages: int


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """The funnel. `crowd`: n, rating, people; `limits`: n and four bounds; `outside`: n, rating, name, slug.

    All frames are small whatever the portfolio; `takeaway` says what they show.
    """

    crowd: pd.DataFrame
    limits: pd.DataFrame
    outside: pd.DataFrame
    centre: float | None
    takeaway: str


@dataclass(frozen=True, slots=True)
class Mover:
    """One whose negatives changed by more than chance. `name` is untrusted."""

    slug: str
    name: str
    change: str


@dataclass(frozen=True, slots=True)
class Movers:
    """Who worsened and who improved between two quarters, and how many would by chance alone."""

    worse: tuple[Mover, ...]
    better: tuple[Mover, ...]
    method: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A guaranteed insured in alert, and the day by which its insurer must know. `name` is untrusted."""

    slug: str
    name: str
    insurer: str
    day: str
    remaining: str
    tone: Tone
    basis: str


def choices(store: Store, viewer: Viewer, _scope: Scope, _now: datetime) -> Choices:
    """Return what the filters offer in view."""
    with store.reading() as connection:
        rows = reads.read_choices(connection, viewer)
        folders = practitioners.read_portfolios(connection, viewer)
    used = {row.profession for row in rows}
    return Choices(
        homes=tuple(name for name, is_demo in folders if not is_demo),
        portfolios=tuple(sorted({row.portfolio for row in rows}, key=str.casefold)),
        professions={name: value.value for value, name in PROFESSIONS.items() if value in used},
        departments=tuple(sorted({row.department for row in rows} - {""})),
    )


def read(store: Store, viewer: Viewer, _scope: Scope, now: datetime, *, asked: Asked) -> Portfolio:
    """Return the week's calls and where the portfolio stands, whatever level the list is filtered on."""
    with store.reading() as connection:
        counts = reads.read_counts(connection, viewer, asked)
        calls = _calls(connection, viewer, asked)
        limits = thresholds.read(connection)
    people = sum(row.people for row in counts)
    to_call = sum(row.people for row in counts if row.is_call)
    rest = to_call - len(calls)
    computed = max((row.computed_at for row in counts if row.computed_at), default=None)
    table = _table(counts)
    return Portfolio(
        sentence=_sentence(counts, people, to_call, is_surveyed=computed is not None),
        calls=calls,
        more_calls=f"Et {french.plural(rest, 'autre')}, moins probables : voir la liste." if rest else "",
        false_alarms=_false_alarms(limits, people),
        table=table,
        takeaway=_covered(counts),
        people=people,
        surveyed=f"Situation du {french.day_ago(computed.astimezone(now.tzinfo).date(), now.date())}."
        if computed
        else "",
    )


def rows(
    store: Store, viewer: Viewer, _scope: Scope, _now: datetime, *, asked: Asked, sort: Sort, number: int
) -> Listed:
    """Return one page of the insured asked for; a number beyond the last gives the last."""
    with store.reading() as connection:
        total = reads.count_rows(connection, viewer, asked)
        pages = max(1, -(-total // PAGE_SIZE))
        offset = PAGE_SIZE * (min(max(number, 1), pages) - 1)
        found = reads.read_rows(connection, viewer, asked, sort=sort, limit=PAGE_SIZE, offset=offset)
    return Listed(frame(found), tuple(row.slug for row in found), total, pages)


def frame(found: Rows) -> pd.DataFrame:
    """Return the list as it is shown and exported: one row an insured, figures as numbers."""
    return pd.DataFrame(
        {
            "Praticien": [row.name for row in found],
            "Ville": [row.city for row in found],
            "Profession": [PROFESSIONS[Profession(row.profession)] for row in found],
            "Garantie": [row.guarantee for row in found],
            "État": [LEVELS[Level.CALL if row.is_call else Level(row.level)] for row in found],
            "Pic en cours (%)": _numbers(100 * probability(row.log_odds) for row in found),
            "Pourquoi": [why(row) for row in found],
            "Note": _numbers(round(row.raw_rating, 2) if placed(row) else None for row in found),
            "Notes (n)": _counts(row.rated for row in found),
            "Négatifs, 13 semaines": _counts(row.negatives_90 for row in found),
            "13 semaines avant": _counts(row.negatives_previous for row in found),
            "Sans réponse": _counts(row.unanswered for row in found),
            "Dernier avis": pd.Series([row.last_published for row in found], dtype="object"),
        }
    )


def _numbers(values: object) -> pd.Series:
    listed = [math.nan if value is None else value for value in values]  # type: ignore[attr-defined]  # an iterable
    return pd.Series(listed, dtype="float64")


def _counts(values: object) -> pd.Series:
    return pd.Series(list(values), dtype="Int64")  # type: ignore[call-overload]  # an iterable


def placed(row: Row) -> bool:
    """Whether a rating rests on enough of them to place anybody."""
    return row.rated is not None and row.rated >= ENOUGH


def probability(log_odds: float | None) -> float:
    """Return the probability of natural log odds; NaN where nothing was judged."""
    return math.nan if log_odds is None else 1 / (1 + math.exp(-max(min(log_odds, 700.0), -700.0)))


def why(row: Row) -> str:
    """Say what the last judged week showed against what was expected."""
    if row.observed is None or row.expected is None:
        return ""
    expected = french.number(row.expected, 1) if row.expected >= 0.05 else "moins de 0,1"  # noqa: PLR2004 (one decimal)
    return f"{french.plural(row.observed, 'avis négatif', 'avis négatifs')} ; {expected} attendu"


# -- the first screen


def _calls(connection: sa.Connection, viewer: Viewer, asked: Asked) -> tuple[Call, ...]:
    wanted = Asked(
        asked.portfolio, asked.profession, asked.department, asked.guarantee, Level.CALL, asked.words
    )
    found = reads.read_rows(connection, viewer, wanted, sort=Sort.ODDS, limit=MOST_CALLS)
    return tuple(
        Call(
            slug=row.slug,
            name=row.name,
            where=", ".join(filter(None, (PROFESSIONS[Profession(row.profession)], row.city))),
            guarantee=GUARANTEES[Guarantee(row.guarantee)],
            has_guarantee=row.guarantee == Guarantee.YES,
            odds=_odds(probability(row.log_odds)),
            why=f"{why(row)}.",
        )
        for row in found
    )


def _odds(share: float) -> str:
    if share > _CERTAIN:
        return "pic en cours : plus de 99 chances sur 100"
    return f"pic en cours : {french.plural(round(100 * share), 'chance')} sur 100"


def _sentence(counts: Rows, people: int, to_call: int, *, is_surveyed: bool) -> str:
    if not people:
        return "Aucun assuré ici : importez la liste, ou changez les filtres."
    if not is_surveyed:
        return f"{french.plural(people, 'assuré')}, dont aucun n’a encore d’avis importés."
    bare = sum(row.people for row in counts if row.level == Level.ALERT and row.guarantee == Guarantee.NO)
    first = f"{french.plural(to_call, 'assuré')} à appeler" if to_call else "Personne à appeler cette semaine"
    second = f"{french.number(bare)} en alerte sans garantie" if bare else "aucun en alerte sans garantie"
    return f"{first} ; {second}."


def _false_alarms(limits: thresholds.Thresholds, people: int) -> str:
    if not people:
        return ""
    each = limits.alerts_a_year * people / WEEKS_A_YEAR
    often = (
        f"environ {french.plural(round(each), 'fausse alerte', 'fausses alertes')} par semaine"
        if each >= 1
        else f"environ une fausse alerte toutes les {french.plural(round(1 / each), 'semaine')}"
    )
    return f"Au seuil choisi, {french.plural(people, 'assuré')} sans histoire donnent {often}."


def _table(counts: Rows) -> pd.DataFrame:
    """Return people by guarantee and level; « À appeler » is part of « En alerte »."""
    shown = (Level.ALERT, Level.WATCH, Level.CALM, Level.UNKNOWN)
    cells: Counter[tuple[str, str]] = Counter()
    calls: Counter[str] = Counter()
    for row in counts:
        cells[row.guarantee, row.level] += row.people
        calls[row.guarantee] += row.people * row.is_call
    lines = [
        [GUARANTEES[guarantee], *(cells[guarantee, level] for level in shown), calls[guarantee]]
        for guarantee in Guarantee
    ]
    lines.append(["Ensemble", *(sum(line[at] for line in lines) for at in range(1, len(shown) + 2))])  # type: ignore[misc]  # counts, from the second on
    names = ["Garantie e-réputation", *(LEVELS[level] for level in shown), "dont à appeler"]
    return pd.DataFrame(lines, columns=names)


def _covered(counts: Rows) -> str:
    alerts: Counter[str] = Counter()
    for row in counts:
        if row.level == Level.ALERT:
            alerts[row.guarantee] += row.people
    total = alerts.total()
    if not total:
        return "Aucune alerte ouverte."
    return (
        f"{french.plural(total, 'assuré')} en alerte : {french.number(alerts[Guarantee.YES])} avec "
        f"garantie, {french.number(alerts[Guarantee.NO])} sans, "
        f"{french.number(alerts[Guarantee.UNKNOWN])} à renseigner."
    )


# -- the funnel


def funnel(store: Store, viewer: Viewer, _scope: Scope, _now: datetime, *, asked: Asked) -> FunnelChart:
    """Return the ratings against their number, with the limits of chance; nobody is ranked."""
    with store.reading() as connection:
        sums = reads.read_moments(connection, viewer, asked)
        found = fit(Moments(sums.people, *(float(value or 0) for value in sums[1:])))
        if found is None:
            return _no_funnel()
        cells = reads.read_cells(connection, viewer, asked)
        beyond = reads.read_outside(connection, viewer, asked, found, z=Z_998, limit=MOST_OUTSIDE)
    edges = (ENOUGH, *N_EDGES)
    crowd = pd.DataFrame(
        [
            (
                math.sqrt(edges[cell.n_step] * edges[min(cell.n_step + 1, len(N_EDGES))]),
                min(cell.rating_step / 10 + 0.05, 5.0),
                cell.people,
            )
            for cell in cells
        ],
        columns=["n", "rating", "people"],
    )
    outside = pd.DataFrame(
        [(row.rated, row.raw_rating, row.name, row.slug) for row in beyond],
        columns=["n", "rating", "name", "slug"],
    )
    return FunnelChart(crowd, _limits(found, cells), outside, found.centre, _read_funnel(found, beyond))


def _no_funnel() -> FunnelChart:
    empty = pd.DataFrame({"n": [], "rating": []})
    return FunnelChart(
        empty, empty, empty, None, f"Moins de deux assurés ont {ENOUGH} notes : rien à comparer."
    )


def _limits(found: Funnel, cells: Rows) -> pd.DataFrame:
    edges = (ENOUGH, *N_EDGES)
    last = min(max((cell.n_step for cell in cells), default=0) + 1, len(N_EDGES))
    lines = [(n, *found.limits(n, Z_95), *found.limits(n, Z_998)) for n in edges[: last + 1]]
    return pd.DataFrame(lines, columns=["n", "low_95", "high_95", "low_998", "high_998"])


def _read_funnel(found: Funnel, beyond: Rows) -> str:
    low = sum(row.raw_rating < found.centre for row in beyond)
    expected = 0.002 * found.people
    chance = french.number(expected) if expected >= 1 else "moins d’un"
    many = f"au moins {MOST_OUTSIDE}" if len(beyond) == MOST_OUTSIDE else french.number(len(beyond))
    return (
        f"Sur {french.plural(found.people, 'assuré')} avec au moins {ENOUGH} notes (moyenne "
        f"{french.rating(found.centre)} sur 5), {many} hors des limites, dont {french.number(low)} "
        f"au-dessous ; le hasard seul en mettrait {chance}."
    )


# -- worse, better


def movers(store: Store, viewer: Viewer, _scope: Scope, _now: datetime, *, asked: Asked) -> Movers:
    """Return whose negatives of 13 weeks differ from the 13 before by more than chance explains."""
    with store.reading() as connection:
        compared = sum(row.compared for row in reads.read_counts(connection, viewer, asked))
        z = beyond_chance(compared)
        found = [
            reads.read_movers(connection, viewer, asked, z=z, worse=worse, limit=MOST_MOVERS)
            for worse in (True, False)
        ]
    return Movers(
        worse=_moved(found[0]),
        better=_moved(found[1]),
        method="Avis négatifs des 13 dernières semaines contre les 13 d’avant, "
        f"{french.plural(compared, 'assuré comparé', 'assurés comparés')}. Le seuil est tel qu’un seul au "
        "plus y serait par hasard, si les avis arrivent chacun de leur côté.",
    )


def _moved(found: Rows) -> tuple[Mover, ...]:
    return tuple(
        Mover(
            row.slug,
            row.name,
            f"de {french.number(row.negatives_previous)} à "
            f"{french.plural(row.negatives_90, 'avis négatif', 'avis négatifs')}",
        )
        for row in found
    )


# -- deadlines


def declarations(
    store: Store, viewer: Viewer, _scope: Scope, now: datetime, *, asked: Asked
) -> tuple[Declaration, ...]:
    """Return by which day the insurers of guaranteed insured in alert must know, the nearest first.

    Counted from the day of the first open alert: whoever learnt of it earlier must act earlier.
    """
    with store.reading() as connection:
        found = reads.read_declarations(connection, viewer, asked, limit=10 * MOST_DECLARATIONS)
    dated = [(_declared(row, now), row) for row in found]
    dated.sort(key=lambda pair: (pair[0], pair[1].id))
    return tuple(_declaration(row, day, now.date()) for day, row in dated[:MOST_DECLARATIONS])


def _declared(row: Row, now: datetime) -> date:
    start = row.raised_at.astimezone(now.tzinfo).date()
    return deadline(load(), DECLARATION, start, days=row.declaration_days).date


def _declaration(row: Row, day: date, today: date) -> Declaration:
    days = (day - today).days
    tone = Tone.URGENT if days <= advice.URGENT_DAYS else Tone.WATCH
    basis = (
        f"délai du contrat : {french.plural(row.declaration_days, 'jour ouvré', 'jours ouvrés')}"
        if row.declaration_days
        else "délai du contrat inconnu : minimum légal de cinq jours ouvrés (C. assur., L113-2)"
    )
    return Declaration(
        slug=row.slug,
        name=row.name,
        insurer=" ".join(filter(None, (row.insurer, row.contract))) or "assureur à renseigner",
        day=french.day(day),
        remaining="dépassé, à déclarer sans attendre" if days < 0 else french.ago(day, today),
        tone=tone,
        basis=basis,
    )


def exported(
    connection: sa.Connection, viewer: Viewer, asked: Asked, sort: Sort
) -> tuple[Sequence[str], pd.DataFrame]:
    """Return what an export of the list holds: the slugs and the whole list, all pages."""
    found = reads.read_rows(connection, viewer, asked, sort=sort, limit=None)
    table = frame(found)
    table.insert(2, "Département", [row.department for row in found])
    table.insert(5, "Assureur", [row.insurer for row in found])
    table.insert(6, "Contrat", [row.contract for row in found])
    return [row.slug for row in found], table
