"""The demonstration: made-up practitioners in a portfolio of their own, loaded once, removed for good."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ereput.domain.presence import Office, Origin, Snapshot
from ereput.domain.publication import Draft
from ereput.ingest.reading import Reading
from ereput.jobs import demo
from ereput.jobs.context import Context
from ereput.jobs.importing import Request, store_publications
from ereput.jobs.survey import survey
from ereput.store import journal, listings, practitioners

PORTFOLIO = "Données de démonstration"
PREFERENCE = "demo"  # "", "loaded", "removed"
DETAILS = (
    "slug", "name", "profession", "specialty", "city", "department", "email",
    "guarantee", "insurer", "contract", "declaration_days", "is_structure",
)  # fmt: skip

LISTED = ("platform", "url", "status", "name", "profession", "address", "phone", "hours")


def load_demo(context: Context) -> Counter[str]:
    """Load the demonstration; what is already there is left as it is."""
    counts: Counter[str] = Counter(practitioners=0, publications=0)
    with context.store.reading() as connection:
        known = {who.slug for who in practitioners.read_all(connection, context.viewer)}
    for person in demo.demo_practitioners():
        counts["practitioners"] += 1
        if person.slug not in known:
            counts["publications"] += _load(context, person)
    with context.store.writing() as connection:
        journal.write_preference(connection, PREFERENCE, "loaded")
    survey(context)
    return counts


def _load(context: Context, person: demo.DemoPractitioner) -> int:
    """Store one practitioner with its history; a review that was taken down is seen, then missed."""
    with context.store.writing() as connection:
        home = practitioners.ensure_portfolio(connection, PORTFOLIO, is_demo=True)
        identifier = practitioners.add(
            connection,
            portfolio_id=home,
            now=context.now,
            **{name: getattr(person, name) for name in DETAILS},
        )
    drafts = demo.demo_drafts(person, today=context.today)
    removed = demo.demo_removals(person, today=context.today)
    _show(context, person, identifier, list(demo.demo_shown(person, drafts, removed, today=context.today)))
    left = [draft for draft in drafts if draft.external_id not in removed]
    name = f"{PORTFOLIO} : {person.name}"
    request = Request(origin="demo", name=name, practitioner_id=identifier)
    outcome = store_publications(context, request, _reading(drafts))
    if removed:
        store_publications(context, replace(request, is_complete=True), _reading(left))
    return outcome.new


def _show(context: Context, person: demo.DemoPractitioner, who: int, shown: list[demo.Shown]) -> None:
    """Store how a practitioner is listed, what its listings displayed, and its last watch."""
    with context.store.writing() as connection:
        listings.write_offices(connection, who, [Office(person.address, person.phone, person.hours)])
        numbers = [
            listings.insert(
                connection,
                who,
                {name: getattr(one, name) for name in LISTED} | {"checked_on": context.today},
            )
            for one in person.listings
        ]
        for one in shown:
            taken = Snapshot(
                numbers[one.listing], one.day, one.rating, one.count, Origin.DEMO, context.viewer.name
            )
            listings.add_snapshot(connection, who, taken, now=context.now)
        if person.watched is not None:
            days, covered = person.watched
            journal.insert_watch(
                connection,
                context.viewer,
                who,
                now=context.now - timedelta(days=days),
                covered="|".join(covered),
            )


def _reading(drafts: list[Draft]) -> Callable[[], Reading]:
    return lambda: Reading("reviews", "demo", items=iter(drafts))


def load_demo_once(context: Context) -> None:
    """Load the demonstration at the first start of an empty installation; once removed, it stays removed."""
    with context.store.reading() as connection:
        state = journal.read_preference(connection, PREFERENCE)
        people = practitioners.read_all(connection, context.viewer)
    if not state and not people:
        load_demo(context)


def remove_demo(context: Context) -> None:
    """Delete the demonstration and all that hangs on it; it does not come back by itself."""
    with context.store.writing() as connection:
        for name, is_demo in practitioners.read_portfolios(connection, context.viewer):
            if is_demo:
                practitioners.remove_portfolio(
                    connection, practitioners.read_portfolio(connection, context.viewer, name)
                )
        journal.write_preference(connection, PREFERENCE, "removed")
        journal.note(connection, context.viewer, "démonstration supprimée", now=context.now)
