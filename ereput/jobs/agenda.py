"""The calendar to subscribe to: a private address per viewer, which only its secret opens.

A calendar program cannot sign in; it asks for an address that nobody can guess. The secret is shown
once, only its digest is kept, and a new address ends the former one.
"""

from datetime import datetime, timedelta

from ereput.facts import cases
from ereput.facts.scope import Scope
from ereput.jobs import viewers
from ereput.jobs.context import Context
from ereput.report import ics
from ereput.store import Store
from ereput.store import viewers as table

PURPOSE = "agenda"
PREFIX = "/agenda/"
AHEAD_DAYS = 366
_LATE = timedelta(days=31)
_LONGEST_SECRET = 100


def subscribe(context: Context) -> str:
    """Return the path of a new private calendar of the viewer; the former one stops at once.

    Raises:
        RefusedError: the viewer's role is to read.

    """
    return f"{PREFIX}{viewers.issue_token(context, context.viewer.name, PURPOSE)}.ics"


def unsubscribe(context: Context) -> int:
    """End the viewer's private calendar, and return how many were alive."""
    return viewers.end_tokens(context, context.viewer.name, PURPOSE)


def subscribed_since(context: Context) -> datetime | None:
    """Return since when the viewer has a private calendar, None when there is none."""
    with context.store.reading() as connection:
        return table.token_since(connection, context.viewer, PURPOSE)


def feed(store: Store, name: str, now: datetime) -> bytes | None:
    """Return the calendar that a file name of `PREFIX` stands for; None for any other name.

    It holds what falls due within a year and what is at most a month late, in the words of the guide: no
    name and no word of a review.
    """
    secret = name.removesuffix(".ics")
    if secret == name or len(secret) > _LONGEST_SECRET:
        return None
    viewer = viewers.viewer_of_token(store, secret, PURPOSE)
    if viewer is None:
        return None
    oldest = now.date() - _LATE
    found = cases.due(store, viewer, Scope(store, viewer), now, within=AHEAD_DAYS)
    return ics.calendar([item for item in found if item.day >= oldest], now=now)
