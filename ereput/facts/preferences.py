"""The Réglages page: how loud the alerts are, what that means here, and what this tool is."""

from dataclasses import dataclass
from datetime import datetime

from ereput import __version__
from ereput.domain.practitioner import Role, Viewer
from ereput.facts import advice, french, thresholds
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Notice
from ereput.facts.thresholds import Thresholds
from ereput.guidance import base as bases
from ereput.store import Store

ALERT_RATES = (0.1, 0.2, 0.5, 1.0, 2.0)
WATCH_RATES = (0.5, 1.0, 1.3, 2.0, 4.0, 6.0)
"""False alarms a year of one practitioner that are on offer."""
LICENCE = "GPL, version 2 ou ultérieure"
DATA = (
    "Rien ne quitte cette machine, sauf la lecture des flux que vous suivez et les notifications que vous "
    "réglez."
)
MONTHS = 12
_FEW = 0.05


@dataclass(frozen=True, slots=True)
class Preferences:
    """The page. `people` are those that an alert may be about; `can_change` says who decides."""

    sentence: str
    limits: Thresholds
    people: int
    can_change: bool
    about: tuple[tuple[str, str], ...]
    notice: Notice

    def meaning(self, limits: Thresholds) -> str:
        """Return what thresholds mean for these practitioners: false alarms to expect a month."""
        alarms, watched = (
            rate * self.people / MONTHS for rate in (limits.alerts_a_year, limits.watches_a_year)
        )
        return (
            f"Pour {french.plural(self.people, 'praticien')} sans histoire, attendez-vous par mois à "
            f"{_amount(alarms, 'fausse alerte', 'fausses alertes')} et "
            f"{_amount(watched, 'mise sous surveillance', 'mises sous surveillance')} à tort. "
            "Plus le seuil est sévère, moins il y en a, et plus un vrai pic peut passer inaperçu."
        )


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Preferences:
    """Return the preferences in force, for whoever is in view."""
    with store.reading() as connection:
        limits = thresholds.read(connection)
    base = bases.load()
    return Preferences(
        sentence=f"Au réglage actuel, {alerts(limits)} et par praticien.",
        limits=limits,
        people=scope.count,
        can_change=viewer.role is Role.ADMINISTRATOR,
        about=(
            ("ereput", f"version {__version__}"),
            ("Licence", LICENCE),
            ("Base de conseils", f"version {base.version}, établie le {french.day(base.established)}"),
            ("Vos données", DATA),
        ),
        notice=advice.notice(base, now.date()),
    )


def alerts(limits: Thresholds) -> str:
    """Return the rate of false alerts in words: « au plus une fausse alerte tous les 2 ans »."""
    return often(limits.alerts_a_year, "fausse alerte", "fausses alertes")


def watches(limits: Thresholds) -> str:
    """Return the rate of the watch level in words."""
    return often(limits.watches_a_year, "mise sous surveillance", "mises sous surveillance")


def often(a_year: float, singular: str, plural: str) -> str:
    """Return a yearly rate as a French reader says it; both nouns are feminine."""
    if a_year < 1:
        years = 1 / a_year
        return f"au plus une {singular} tous les {french.plural(round(years, 1), 'an')}"
    if a_year == 1:
        return f"au plus une {singular} par an"
    return f"au plus {french.plural(a_year, singular, plural)} par an"


def _amount(value: float, singular: str, plural: str) -> str:
    if value < _FEW:
        return f"presque aucune {singular}"
    return f"environ {french.plural(round(value, 1 if value < 10 else 0), singular, plural)}"  # noqa: PLR2004 - tenths matter below ten
