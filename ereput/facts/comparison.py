"""How a practitioner compares: with the period before, and with the portfolio, of which nobody is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles

import pandas as pd

from ereput.detect.rating import Estimate, RatingPrior, shrunk_mean
from ereput.domain.practitioner import Viewer
from ereput.facts import curves, french, priors, reviews
from ereput.facts.curves import Chart
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.store import Store, comparison
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row

ENOUGH_PEERS = 5
"""Others with a mark below which no figure of the portfolio is given: it could be somebody's."""
_STARS = range(1, 6)
_NONE = "–"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ratings side by side, and the other figures as a table of words, each with its n."""

    chart: Chart
    table: pd.DataFrame
    note: str


@dataclass(frozen=True, slots=True)
class _Column:
    """One side of the comparison."""

    name: str
    rating: str
    negatives: str
    answered: str
    reviews: str


def read(store: Store, viewer: Viewer, scope: Scope, period: Period, _now: datetime) -> Comparison | None:
    """Return the comparison of the chosen practitioner over the period; None when nobody is chosen."""
    who = scope.chosen
    if who is None:
        return None
    asked = reviews.asked(period.first, period.last, is_open=period.is_open)
    with store.reading() as connection:
        current = reads.tally(connection, viewer, who.id, asked)
        former = None
        if period.before is not None:
            before = Filters(first=period.before.first, last=period.before.last)
            former = reads.tally(connection, viewer, who.id, before)
        members = comparison.portfolio(connection, viewer, who.id, asked)
        prior = priors.read(connection, is_demo=who.is_demo).stars
    others = [row for row in members if not row.is_asked and _estimate(row, prior).n]
    peers = _Peers(others, prior) if len(others) >= ENOUGH_PEERS else None
    now, then = _estimate(current, prior), _estimate(former, prior) if former and former.reviews else None
    sides = [_side("Cette période", now, current)]
    if then is not None and former is not None:
        sides.append(_side("Période précédente", then, former))
    if peers is not None:
        sides.append(peers.side())
    return Comparison(
        chart=Chart(_frame(now, then, peers), _takeaway(now, then, peers)),
        table=_table(sides),
        note=_note(len(others), has_before=then is not None, is_open=period.is_open),
    )


class _Peers:
    """The other practitioners of the portfolio, as medians."""

    def __init__(self, rows: Sequence[Row], prior: RatingPrior) -> None:
        self.n = len(rows)
        means = [_estimate(row, prior).mean for row in rows]
        self.low, self.mean, self.high = quantiles(means, n=4)
        self.negatives = median([row.negatives / row.reviews for row in rows])
        self.reviews = median([row.reviews for row in rows])
        told = [1 - row.unanswered / row.negatives for row in rows if row.negatives]
        self.answered = median(told) if len(told) >= ENOUGH_PEERS else None

    def side(self) -> _Column:
        """Return the medians in words."""
        return _Column(
            "Portefeuille (médiane)",
            f"{french.rating(self.mean)} sur 5",
            french.percent(self.negatives),
            french.percent(self.answered),
            french.number(self.reviews),
        )


def _estimate(row: Row, prior: RatingPrior) -> Estimate:
    return shrunk_mean([getattr(row, f"stars_{n}") for n in _STARS], prior)


def _side(name: str, estimate: Estimate, row: Row) -> _Column:
    n = french.number
    return _Column(
        name,
        f"{french.rating(estimate.mean)} sur 5 (n = {n(estimate.n)})" if estimate.n else _NONE,
        f"{french.percent(row.negatives / row.reviews)} (n = {n(row.reviews)})" if row.reviews else _NONE,
        f"{french.percent(row.answered / row.negatives)} (n = {n(row.negatives)})"
        if row.negatives
        else _NONE,
        n(row.reviews),
    )


def _frame(now: Estimate, then: Estimate | None, peers: _Peers | None) -> pd.DataFrame:
    rows = [("Cette période", now.mean, now.low, now.high, now.n)] if now.n else []
    if then is not None and then.n:
        rows.append(("Période précédente", then.mean, then.low, then.high, then.n))
    if peers is not None:
        rows.append(("Portefeuille", peers.mean, peers.low, peers.high, peers.n))
    return pd.DataFrame(rows, columns=["who", "mean", "low", "high", "n"])


def _takeaway(now: Estimate, then: Estimate | None, peers: _Peers | None) -> str:
    if not now.n:
        return "Aucune note sur cette période : rien à comparer."
    told = [f"Note estimée de {french.rating(now.mean)} sur 5 (n = {french.number(now.n)})"]
    if then is not None and then.n:
        if not curves.differs(now, then):
            told.append(f"comparable à la période précédente ({french.rating(then.mean)})")
        else:
            verb = "en hausse sur" if now.mean > then.mean else "en baisse sur"
            told.append(f"{verb} la période précédente ({french.rating(then.mean)})")
    if peers is not None:
        where = "au milieu"
        if now.low > peers.high:
            where = "dans le quart supérieur"
        elif now.high < peers.low:
            where = "dans le quart inférieur"
        told.append(f"{where} du portefeuille, compte tenu de la marge")
    return " ; ".join(told) + "."


def _table(sides: Sequence[_Column]) -> pd.DataFrame:
    measures = {
        "Note estimée": "rating",
        "Part d’avis négatifs": "negatives",
        "Négatifs avec réponse": "answered",
        "Avis reçus": "reviews",
    }
    return pd.DataFrame(
        {"Mesure": list(measures)}
        | {side.name: [getattr(side, field) for field in measures.values()] for side in sides}
    )


def _note(peers: int, *, has_before: bool, is_open: bool) -> str:
    told = []
    if is_open:
        told.append("« Depuis le début » n’a pas de période précédente.")
    elif not has_before:
        told.append("Aucun avis connu sur la période précédente.")
    if peers >= ENOUGH_PEERS:
        told.append(
            f"Portefeuille : {french.number(peers)} autres praticiens notés sur la période, sans leurs "
            "noms ; la moitié d’entre eux tient dans la barre."
        )
    else:
        others = french.plural(peers, "autre praticien noté", "autres praticiens notés")
        told.append(
            f"Portefeuille : {others} sur la période ; en dessous de {ENOUGH_PEERS}, aucune comparaison, "
            "elle désignerait quelqu’un."
        )
    return " ".join(told)
