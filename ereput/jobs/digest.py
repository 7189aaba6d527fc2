"""Notify: a digest each week or month, what is urgent at once, each message once, failures tried again."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.facts import digest as facts
from ereput.facts import scope as scopes
from ereput.jobs import viewers
from ereput.jobs.context import Context
from ereput.notify import mail, push
from ereput.notify.message import Message, SendError
from ereput.report import digest as texts
from ereput.settings import Settings
from ereput.store import journal, notices
from ereput.store.scope import Row

RHYTHMS = ("weekly", "monthly", "never")
CHANNELS = ("email", "apprise")
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=12)
IN_HAND = timedelta(hours=1)
"""After which a message that a run took in hand and never ended is tried again."""
MOST_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message: "sent", "failed" (and why) or "kept" (nothing due, or quiet hours)."""

    subscription: int
    kind: str
    state: str
    error: str = ""


# -- subscriptions


def subscribe(
    context: Context,
    *,
    channel: str,
    address: str = "",
    rhythm: str = "weekly",
    is_urgent: bool = True,
    quiet: tuple[int, int] = (20, 8),
) -> int:
    """Notify who asks by a channel; return the subscription's number. `quiet` are hours of the day."""
    if channel not in CHANNELS or rhythm not in RHYTHMS:
        raise RefusedError(
            "Une notification part par e-mail ou par Apprise, chaque semaine, chaque mois ou jamais."
        )
    if rhythm == "never" and not is_urgent:
        raise RefusedError("Choisissez un rythme, ou les urgences : sinon rien ne partirait jamais.")
    if any(not 0 <= hour <= 23 for hour in quiet):  # noqa: PLR2004 (hours of a day)
        raise RefusedError("Les heures de silence vont de 0 à 23.")
    if channel == "apprise" and context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul l’administrateur notifie par Apprise : ses canaux sont ceux de la machine.")
    where = mail.check_address(address) if channel == "email" else ""
    with context.store.writing() as connection:
        number = notices.insert_subscription(
            connection,
            viewer_id=notices.viewer_number(connection, context.viewer.name),
            channel=channel,
            address=where,
            rhythm=rhythm,
            is_urgent=is_urgent,
            quiet_from=quiet[0],
            quiet_to=quiet[1],
        )
        _note(connection, context, "abonnement ajouté", number, f"{channel}, {rhythm}")
    return number


def unsubscribe(context: Context, number: int) -> None:
    """End a subscription of one's own; an administrator ends anybody's."""
    with context.store.writing() as connection:
        notices.delete_subscription(connection, context.viewer, number)
        _note(connection, context, "abonnement retiré", number)


# -- sending


def send_due(context: Context, settings: Settings) -> list[Sent]:
    """Send all that is due to everybody; run twice, it sends once.

    Raises:
        RefusedError: the viewer is no administrator.

    """
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul l’administrateur envoie les notifications de tous.")
    with context.store.reading() as connection:
        rows = notices.read_subscriptions(connection, context.viewer)
    return [sent for row in rows for sent in _serve(context, settings, row)]


def _serve(context: Context, settings: Settings, row: Row) -> Iterator[Sent]:
    """Send to one subscription what it is due, as its own viewer may see it."""
    if row.viewer_id is not None and not row.is_active:
        return
    if is_quiet(context.now, row.quiet_from, row.quiet_to):
        yield Sent(row.id, "quiet", "kept")
        return
    seen = viewers.enter(context.store, row.name or "", context.now)
    since = facts.week_or_month_before(context.now, row.rhythm)
    found = facts.read(
        seen.store, seen.viewer, scopes.read(seen.store, seen.viewer), context.now, since=since
    )
    if row.is_urgent:
        with context.store.reading() as connection:
            items = found.urgent - notices.read_told(connection, row.id)
        if items:
            name = hashlib.sha256("\n".join(sorted(items)).encode()).hexdigest()[:24]
            title, body = texts.urgent(frozenset(items), address=settings.address)
            key = f"urgent-{row.id}-{name}"
            message = Message(key, "urgent", title, body, context.now)
            yield from _send(context, settings, row, message, frozenset(items))
    if row.rhythm in texts.RHYTHMS:
        title, body = texts.digest(found, row.rhythm, address=settings.address)
        key = f"digest-{row.id}-{_turn(context.now, row.rhythm)}"
        yield from _send(context, settings, row, Message(key, "digest", title, body, context.now))


def _turn(now: datetime, rhythm: str) -> str:
    """Return the week or the month that a digest is of."""
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02}" if rhythm == "weekly" else f"{now:%Y-%m}"


def is_quiet(now: datetime, start: int, end: int) -> bool:
    """Whether an hour is one of silence, from `start` to `end`, over midnight if need be; equal: none."""
    if start <= end:
        return start <= now.hour < end
    return now.hour >= start or now.hour < end


def try_channel(context: Context, settings: Settings, number: int) -> None:
    """Send a message that says that a channel works, whatever the hour.

    Raises:
        RefusedError: it did not leave, with the reason.

    """
    with context.store.reading() as connection:
        rows = notices.read_subscriptions(connection, context.viewer)
    row = next((one for one in rows if one.id == number), None)
    if row is None:
        raise RefusedError(f"Aucun abonnement n° {number}.")
    title, body = texts.trial(address=settings.address)
    key = f"test-{row.id}-{context.now:%Y%m%dT%H%M%S%f}"
    for sent in _send(context, settings, row, Message(key, "test", title, body, context.now)):
        if sent.state == "failed":
            raise RefusedError(f"Le message d’essai n’est pas parti : {sent.error}.")


def _send(
    context: Context,
    settings: Settings,
    row: Row,
    message: Message,
    items: frozenset[str] = frozenset(),
) -> list[Sent]:
    """Send one message unless it was, and write what became of it; the key makes it leave once."""
    with context.store.writing() as connection:
        attempt = notices.claim(
            connection,
            key=message.key,
            subscription_id=row.id,
            kind=message.kind,
            now=context.now,
            stale=context.now - IN_HAND,
        )
    if attempt is None:
        return []
    try:
        deliver(settings, row, message)
    except (SendError, RefusedError) as error:
        return [_failed(context, row, message, attempt, str(error))]
    with context.store.writing() as connection:
        notices.conclude(connection, message.key, state="sent")
        notices.insert_told(connection, row.id, items, now=context.now)
        _note(connection, context, "notification envoyée", row.id, f"{message.kind}, {row.channel}")
    return [Sent(row.id, message.kind, "sent")]


def _failed(context: Context, row: Row, message: Message, attempt: int, why: str) -> Sent:
    """Write a failure, and when to try again: later each time, then never."""
    wait = min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT)
    again = context.now + wait if attempt < MOST_ATTEMPTS and message.kind != "test" else None
    with context.store.writing() as connection:
        notices.conclude(connection, message.key, state="failed", error=why, next_try=again)
        _note(connection, context, "notification en échec", row.id, f"{message.kind}, {row.channel} : {why}")
    return Sent(row.id, message.kind, "failed", why)


def deliver(settings: Settings, row: Row, message: Message) -> None:
    """Hand a message to its channel."""
    if row.channel == "apprise":
        push.send(settings.apprise, message)
        return
    if not settings.smtp:
        raise RefusedError("aucun serveur d’envoi : la variable EREPUT_SMTP n’est pas définie")
    where = mail.server(settings.smtp)
    sender = settings.sender or f"ereput@{where.host}"
    mail.send(where, message, sender=mail.check_address(sender), recipient=row.address)


def _note(connection: sa.Connection, context: Context, action: str, number: int, detail: str = "") -> None:
    subject = f"abonnement n° {number}"
    journal.note(connection, context.viewer, action, subject=subject, detail=detail, now=context.now)
