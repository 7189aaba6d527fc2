"""Follow feeds: add them, fetch those that are due, store what they bring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.ingest import Reading, read_bytes, read_file
from ereput.ingest.fetch import Failed, FetchPolicy, FetchRequest, NotModified, Ok, fetch_many, next_due
from ereput.jobs.context import Context
from ereput.jobs.importing import Outcome, Request, store_publications
from ereput.store import feeds, journal, practitioners

Progress = Callable[[int, int], None]
ENOUGH_ITEMS = 4  # fewer dates show no habit


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """What the refresh of one feed gave; `error` is a French sentence, or empty."""

    id: int
    url: str
    status: str  # new, unchanged, not_modified, failed
    new: int = 0
    unchanged: int = 0
    error: str = ""


def add(context: Context, url: str, *, practitioner: str = "", portfolio: str = "") -> tuple[int, bool]:
    """Follow a feed for a practitioner or a portfolio; return its id and whether it is new."""
    url = url.strip()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(
            f"« {url} » n’est pas une adresse de flux : elle commence par https:// ou http://."
        )
    if bool(practitioner) == bool(portfolio):
        raise RefusedError("Indiquez un praticien ou un portefeuille, l’un ou l’autre.")
    with context.store.writing() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner).id if practitioner else None
        where = practitioners.read_portfolio(connection, context.viewer, portfolio) if portfolio else None
        added = feeds.add(connection, url, now=context.now, practitioner_id=who, portfolio_id=where)
        journal.note(connection, context.viewer, "flux ajouté", subject=f"flux {added[0]}", now=context.now)
    return added


def add_opml(context: Context, path: Path, *, practitioner: str = "", portfolio: str = "") -> tuple[int, int]:
    """Follow every feed of an OPML file; return how many are new and how many were followed already."""
    reading = read_file(path, now=context.now)
    if reading.kind != "opml":
        raise RefusedError("Ce fichier n’est pas une liste de flux (OPML).")
    added = [add(context, feed.url, practitioner=practitioner, portfolio=portfolio) for feed in reading.feeds]
    new = sum(is_new for _, is_new in added)
    return new, len(added) - new


def remove(context: Context, feed_id: int) -> None:
    """Stop following a feed; what it brought stays."""
    with context.store.writing() as connection:
        feeds.remove(connection, context.viewer, feed_id)
        journal.note(connection, context.viewer, "flux retiré", subject=f"flux {feed_id}", now=context.now)


def refresh(
    context: Context, *, policy: FetchPolicy, everything: bool = False, progress: Progress | None = None
) -> list[FeedOutcome]:
    """Fetch the feeds that are due (or all) and store their news; one feed's failure concerns it alone."""
    with context.store.reading() as connection:
        due = {
            row.id: row
            for row in feeds.read_due(connection, context.viewer, now=context.now, everything=everything)
        }
    requests = [FetchRequest(row.id, row.url, row.etag, row.last_modified) for row in due.values()]
    outcomes = []
    for request, fetched in fetch_many(requests, now=context.now, policy=policy):
        outcomes.append(_conclude(context, due[int(request.key)], fetched))
        if progress is not None:
            progress(len(outcomes), len(requests))
    return sorted(outcomes, key=lambda outcome: outcome.id)


def told(outcomes: Sequence[FeedOutcome]) -> str:
    """Return in a sentence what a refresh brought."""
    failed = sum(outcome.status == "failed" for outcome in outcomes)
    new = sum(outcome.new for outcome in outcomes)
    said = [french.plural(len(outcomes), "flux relevé", "flux relevés")]
    said.append(french.plural(new, "nouveauté"))
    said += [french.plural(failed, "échec")] if failed else []
    return ", ".join(said)


def _conclude(context: Context, feed: Any, fetched: Ok | NotModified | Failed) -> FeedOutcome:
    """Store what one fetch brought, and how the feed is."""
    if isinstance(fetched, Failed):
        return _failed(context, feed, fetched.reason, fetched.retry_after)
    if isinstance(fetched, NotModified):
        _record(context, feed, ok_at=context.now, errors=0, error="")
        return FeedOutcome(feed.id, feed.url, "not_modified")
    try:
        reading = read_bytes(fetched.body, fetched.final_url, now=context.now)
        tags = {"etag": fetched.etag, "last_modified": fetched.last_modified}
        values = {"ok_at": context.now, "errors": 0, "error": "", **tags, **_rhythm(reading)}
        outcome = _store(context, feed, reading, values)
    except RefusedError as refusal:
        return _failed(context, feed, str(refusal), None)
    new = outcome.new if outcome else 0
    return FeedOutcome(
        feed.id, feed.url, "new" if new else "unchanged", new, outcome.unchanged if outcome else 0
    )


def _store(context: Context, feed: Any, reading: Reading, values: dict[str, Any]) -> Outcome | None:
    """Store the entries and how the feed is, in one transaction."""
    if reading.kind != "feed":
        raise RefusedError("Cette adresse ne répond pas par un flux.")
    if not reading.entries:
        _record(context, feed, **values)
        return None
    request = Request(
        origin="feed",
        name=feed.title or feed.url,
        practitioner_id=feed.practitioner_id,
        portfolio_id=feed.portfolio_id,
    )
    return store_publications(
        context,
        request,
        lambda: reading,
        beside=lambda connection: _write(connection, context, feed, **values),
    )


def _failed(context: Context, feed: Any, reason: str, retry_after: timedelta | None) -> FeedOutcome:
    _record(context, feed, retry_after, errors=feed.errors + 1, error=reason)
    return FeedOutcome(feed.id, feed.url, "failed", error=reason)


def _rhythm(reading: Reading) -> dict[str, Any]:
    """Return the day of a feed's latest item and the usual hours between two, as far as they are known."""
    days = sorted(entry.published.day for entry in reading.entries if entry.published is not None)
    known: dict[str, Any] = {"newest_on": days[-1]} if days else {}
    if len(days) >= ENOUGH_ITEMS:
        known["habit_hours"] = max((days[-1] - days[0]).days * 24 / (len(days) - 1), 1.0)
    return known


def _record(context: Context, feed: Any, retry_after: timedelta | None = None, /, **values: Any) -> None:
    with context.store.writing() as connection:
        _write(connection, context, feed, retry_after, **values)


def _write(
    connection: sa.Connection,
    context: Context,
    feed: Any,
    retry_after: timedelta | None = None,
    /,
    **values: Any,
) -> None:
    hours = values.get("habit_hours", feed.habit_hours)
    habit = timedelta(hours=hours) if hours else None
    due: datetime = next_due(context.now, habit, values["errors"], retry_after)
    feeds.record(connection, feed.id, tried_at=context.now, next_due=due, **values)
