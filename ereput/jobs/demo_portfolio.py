"""The demonstration: made-up practitioners in a portfolio of their own, loaded once, removed for good."""

from collections import Counter

from ereput.ingest.reading import Reading
from ereput.jobs import demo
from ereput.jobs.context import Context
from ereput.jobs.importing import Request, store_publications
from ereput.jobs.survey import survey
from ereput.store import journal, practitioners

PORTFOLIO = "Données de démonstration"
PREFERENCE = "demo"  # "", "loaded", "removed"


def load_demo(context: Context) -> Counter[str]:
    """Load the demonstration; what is already there is left as it is."""
    counts: Counter[str] = Counter(practitioners=0, publications=0)
    for person in demo.demo_practitioners():
        with context.store.writing() as connection:
            home = practitioners.ensure_portfolio(connection, PORTFOLIO, is_demo=True)
            known = {who.slug: who.id for who in practitioners.read_all(connection, context.viewer)}
            identifier = known.get(person.slug) or practitioners.add(
                connection, portfolio_id=home, now=context.now, **demo.details(person)
            )
        drafts = demo.demo_drafts(person, today=context.today)
        request = Request(origin="demo", name=f"{PORTFOLIO} : {person.name}", practitioner_id=identifier)
        if person.slug not in known:
            outcome = store_publications(
                context, request, lambda drafts=drafts: Reading("reviews", "demo", items=iter(drafts))
            )
            counts["publications"] += outcome.new
        counts["practitioners"] += 1
    with context.store.writing() as connection:
        journal.write_preference(connection, PREFERENCE, "loaded")
    survey(context)
    return counts


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
