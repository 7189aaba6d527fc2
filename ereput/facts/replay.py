"""What would have been flagged over a practitioner's own history, at thresholds of one's choice."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from ereput.domain.practitioner import Viewer
from ereput.facts import alerts, french, weekly
from ereput.facts.curves import Chart
from ereput.facts.scope import Scope
from ereput.facts.thresholds import Thresholds
from ereput.facts.weekly import COLUMNS
from ereput.store import Store

WEEKS_A_YEAR = 365.2425 / 7
_LEVELS = {"alert": "alerte", "watch": "à surveiller"}


@dataclass(frozen=True, slots=True)
class Flagged:
    """The weeks that thresholds flag: a picture with its sentence, and a line each."""

    chart: Chart
    table: pd.DataFrame


@dataclass(frozen=True, slots=True)
class History:
    """Every week that could be seen of a practitioner, judged once; see `ereput.facts.weekly.history`."""

    name: str
    frame: pd.DataFrame

    @property
    def weeks(self) -> int:
        """How many weeks could be seen."""
        return int((self.frame["covered"] > 0).sum())

    def at(self, limits: Thresholds) -> Flagged:
        """Return what the thresholds would have flagged."""
        frame = weekly.levelled(self.frame, limits)
        found = frame[frame["level"] != ""]
        table = pd.DataFrame(
            {
                "Semaine": [french.week(week).removeprefix("semaine ") for week in found["week"]],
                "Niveau": [_LEVELS[level] for level in found["level"]],
                "Négatifs": [french.number(count) for count in found["negatives"]],
                "Attendu": [french.number(expected, 1) for expected in found["expected"]],
                "Par hasard": [alerts.often(tail) for tail in found["tail"]],
            }
        )
        return Flagged(Chart(frame[list(COLUMNS)], self._told(found, limits)), table.iloc[::-1])

    def _told(self, found: pd.DataFrame, limits: Thresholds) -> str:
        if not self.weeks:
            return "Aucune semaine n’a pu être observée : rien à rejouer."
        alerted = int((found["level"] == "alert").sum())
        watched = len(found) - alerted
        by_chance = self.weeks / WEEKS_A_YEAR * limits.alerts_a_year
        return (
            f"Sur {french.plural(self.weeks, 'semaine observée', 'semaines observées')}, ce réglage aurait "
            f"donné {french.plural(alerted, 'alerte')} et "
            f"{french.plural(watched, 'mise sous surveillance', 'mises sous surveillance')} ; "
            f"le hasard seul en aurait donné environ {french.plural(round(by_chance, 1), 'alerte')}."
        )


def read(store: Store, viewer: Viewer, scope: Scope, now: datetime) -> History | None:
    """Return the history of the chosen practitioner; None when nobody is chosen."""
    who = scope.chosen
    if who is None:
        return None
    with store.reading() as connection:
        frame = weekly.history(connection, viewer, who, now)
    return History(who.name, frame[~frame["is_running"]].reset_index(drop=True))
