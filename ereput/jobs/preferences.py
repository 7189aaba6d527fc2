"""What the user sets for the whole installation: how many false alarms a year are bearable."""

from datetime import date

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.facts import thresholds
from ereput.facts.thresholds import Thresholds
from ereput.jobs.context import Context
from ereput.jobs.survey import SurveyOutcome, survey
from ereput.store import journal, practitioners, signals

RAREST, MOST = 0.01, 26.0
"""False alarms a year that make sense: one in a century, one every two weeks."""


def set_thresholds(context: Context, *, alerts_a_year: float, watches_a_year: float) -> SurveyOutcome:
    """Keep how many false alarms a year are bearable, and judge everybody's last weeks anew.

    Raises:
        RefusedError: the viewer is no administrator, or the rates are out of range or in disorder.

    """
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul un administrateur règle la sensibilité des alertes.")
    if not RAREST <= alerts_a_year <= MOST or not RAREST <= watches_a_year <= MOST:
        raise RefusedError("Le nombre de fausses alertes par an va de 0,01 à 26.")
    if watches_a_year < alerts_a_year:
        raise RefusedError("La surveillance ne peut pas être plus sévère que l’alerte.")
    chosen = Thresholds(alerts_a_year, watches_a_year)
    with context.store.writing() as connection:
        if thresholds.read(connection) != chosen:
            journal.write_preference(connection, thresholds.ALERTS, repr(alerts_a_year))
            journal.write_preference(connection, thresholds.WATCHES, repr(watches_a_year))
            # Weeks already judged are judged anew: nothing changed in them but what is worth an alert.
            everybody = [row.id for row in signals.everybody(connection)]
            practitioners.touch(connection, dict.fromkeys(everybody, date.min))
            journal.note(
                connection,
                context.viewer,
                "sensibilité réglée",
                detail=f"{alerts_a_year} alerte(s) et {watches_a_year} surveillance(s) à tort par an",
                now=context.now,
            )
    return survey(context)
