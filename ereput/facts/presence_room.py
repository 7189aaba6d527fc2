"""The presence, as a meeting looks at it: where it stands on the day, and what is to be taken in hand."""

from datetime import datetime

from ereput.detect.presence import LISTINGS, MENTIONS, REVIEWS
from ereput.domain.period import Span
from ereput.domain.practitioner import Viewer
from ereput.facts import french, presence, readiness
from ereput.facts.pack import Section
from ereput.facts.period import Stretch, until
from ereput.facts.scope import Scope
from ereput.store import Store

_DEFINITIONS = (
    (
        "Fiches en ligne",
        f"Pages de l’inventaire que le public voit ; repère de l’outil, {LISTINGS.low} à {LISTINGS.high}.",
    ),
    ("Avis en 12 mois", f"Repère de l’outil, {REVIEWS.low} à {REVIEWS.high} ; aucun avis n’est à demander."),
    ("Mentions en 3 mois", f"Repère de l’outil, {MENTIONS.high} au plus ; aucune n’est pas un manque."),
)


def room(store: Store, viewer: Viewer, scope: Scope, span: Span, now: datetime) -> Section | None:
    """Return the presence of the practitioner chosen, or how ready a portfolio is; None when nobody is.

    It tells how things stand now, whatever the period: a past presence is not known.
    """
    after = ", après la période" if now.date() > span.last else ""
    title = f"Présence en ligne, au {french.day(now.date())}{after}"
    if scope.chosen is None:
        return _portfolio(store, viewer, scope, now, title)
    shown = presence.read(store, viewer, scope, until(Stretch.YEAR, now.date()), now)
    if shown is None or not (shown.listings or shown.mentions.n):
        return None
    rows = [(one.label, one.value, presence.ZONES[one.zone]) for one in shown.components]
    rows += [(one.label, one.value, "tenu" if one.is_held else "à reprendre") for one in shown.holds]
    rows += [("À faire", one.title, one.why) for one in shown.findings]
    return Section(
        key="presence",
        title=title,
        sentence=shown.sentence,
        columns=("Élément", "Valeur", "Lecture"),
        rows=tuple(rows),
        definitions=_DEFINITIONS,
        is_for_brokers=False,
    )


def _portfolio(store: Store, viewer: Viewer, scope: Scope, now: datetime, title: str) -> Section | None:
    found = readiness.read(store, viewer, scope, now)
    if found is None:
        return None
    rows = tuple(
        (
            check.label,
            f"{french.number(check.done)} sur {french.plural(check.people, 'praticien')}",
            "tenu" if check.is_done else "à reprendre",
        )
        for check in found.checks
    )
    return Section(
        key="presence",
        title=title,
        sentence=found.sentence,
        columns=("Élément", "Valeur", "Lecture"),
        rows=rows,
        definitions=(("Présence", "Ce qui devrait être prêt avant une crise, praticien par praticien."),),
    )
