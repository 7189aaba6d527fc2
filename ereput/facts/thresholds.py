"""How loud the alerts are: the false alarms a year that the user accepts, as the scores that they mean."""

import math
from dataclasses import dataclass

import sqlalchemy as sa

from ereput.detect.calibrate import ALERT_A_YEAR, WATCH_A_YEAR, threshold_for
from ereput.store import journal

ALERTS, WATCHES = "alerts_a_year", "watches_a_year"
"""The names of the preferences."""
DEFAULTS = {ALERTS: ALERT_A_YEAR, WATCHES: WATCH_A_YEAR}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """False alarms a year of one practitioner: at the alert level, and at the alert or watch level."""

    alerts_a_year: float = ALERT_A_YEAR
    watches_a_year: float = WATCH_A_YEAR

    @property
    def alert(self) -> float:
        """The score from which a week is alerted on."""
        return threshold_for(self.alerts_a_year)

    @property
    def watch(self) -> float:
        """The score from which a week is watched; never above the alert's."""
        return threshold_for(max(self.watches_a_year, self.alerts_a_year))

    def level(self, score: float) -> str:
        """Return "alert", "watch" or "" for a week's score; an unknown week (NaN) has none."""
        if math.isnan(score):
            return ""
        return "alert" if score >= self.alert else "watch" if score >= self.watch else ""


def read(connection: sa.Connection) -> Thresholds:
    """Return the thresholds of this installation."""
    alerts, watches = (
        float(journal.read_preference(connection, name, str(default))) for name, default in DEFAULTS.items()
    )
    return Thresholds(alerts, max(watches, alerts))
