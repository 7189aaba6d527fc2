"""What people do with an alert: take note of it with a reason, or put it off until a day."""

from datetime import date

from ereput.domain.errors import RefusedError
from ereput.jobs.context import Context
from ereput.store import journal, signals


def acknowledge(context: Context, alert_id: int, reason: str) -> None:
    """Take note of an alert; a worsening opens it again."""
    if not reason.strip():
        raise RefusedError("Donnez la raison en quelques mots : elle sera relue à la prochaine réunion.")
    _change(context, alert_id, "acknowledged", reason=reason.strip(), until=None)


def snooze(context: Context, alert_id: int, until: date) -> None:
    """Put an alert off until a day, when it opens again."""
    if until <= context.today:
        raise RefusedError("La date du rappel doit être dans l’avenir.")
    _change(context, alert_id, "snoozed", until=until)


def _change(context: Context, alert_id: int, state: str, **values: object) -> None:
    with context.store.writing() as connection:
        found = signals.read_alert(connection, context.viewer, alert_id)
        signals.change_alert(connection, alert_id, state=state, changed_at=context.now, **values)
        signals.recount_open(connection, found.practitioner_id)
        journal.note(
            connection, context.viewer, f"alerte : {state}", subject=f"alerte {alert_id}", now=context.now
        )
