from collections.abc import Callable
from datetime import datetime, timedelta

from ereput.facts import home
from ereput.facts.home import Home
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Target, Tone
from ereput.jobs.context import Context
from ereput.jobs.survey import survey
from ereput.store import feeds, journal

Write = Callable[..., None]


def _read(context: Context, scope: Scope, year: Period, now: datetime) -> Home:
    return home.read(context.store, context.viewer, scope, year, now)


def test_nothing_imported_says_where_to_start(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    found = _read(context, everybody, year, now)
    assert found.is_empty
    assert found.sentence == "Aucun avis pour l’instant : voici comment les faire venir."
    assert found.todos == ()


def test_a_quiet_day_says_when_the_last_watch_was(
    context: Context, anne: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Très bien.")
    assert _read(context, anne, year, now).sentence == "Rien d’urgent. Aucune veille notée."
    with context.store.writing() as connection:
        who = anne.who or 0
        journal.insert_watch(connection, context.viewer, who, now=now - timedelta(days=3))
    found = _read(context, anne, year, now)
    assert found.sentence == "Rien d’urgent. Dernière veille le 20 nov. 2026 (il y a 3\u00a0jours)."
    assert not [todo for todo in found.todos if "veille" in todo.what]


def test_a_watch_is_due_again_after_a_month(
    context: Context, anne: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Très bien.")
    (todo,) = _read(context, anne, year, now).todos
    assert todo.what == "Faire une veille sur Internet"
    assert "Effectuez des veilles régulières sur Internet" in todo.why
    assert todo.tone is Tone.CALM
    assert todo.watched == "anne"


def test_the_watch_of_a_portfolio_begins_with_the_one_watched_longest_ago(
    context: Context, everybody: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Très bien.")
    first, second = (member.id for member in everybody.first())
    with context.store.writing() as connection:
        journal.insert_watch(connection, context.viewer, first, now=now - timedelta(days=90))
        journal.insert_watch(connection, context.viewer, second, now=now - timedelta(days=40))
    (todo,) = _read(context, everybody, year, now).todos
    assert todo.what == "Faire une veille sur Internet pour 2\u00a0praticiens"
    assert todo.why.startswith(f"{everybody.first()[0].name}\u202f: dernière le 25 août 2026")
    assert todo.target == Target.to("accueil", praticien=everybody.first()[0].slug)
    assert not todo.watched


def test_unanswered_negatives_lead_to_their_reviews(
    context: Context, everybody: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "1/5", "Deux heures de retard.")
    write("anne", "1/5", "Très cher.", author="B", reply="Bonjour.")
    survey(context)
    found = _read(context, everybody, year, now)
    todo = next(todo for todo in found.todos if "sans réponse" in todo.what)
    assert todo.what == "Dr Anne Alba : 1\u00a0avis négatif sans réponse"
    assert todo.target.page == "praticien"
    assert dict(todo.target.choices)["praticien"] == "anne"
    tiles = {tile.label: tile for tile in found.tiles}
    assert (tiles["Avis reçus"].value, tiles["Avis négatifs"].value) == (2, 2)
    assert (tiles["Négatifs sans réponse"].value, tiles["Négatifs sans réponse"].n) == (1, 2)


def test_a_failing_feed_is_worth_a_look(
    context: Context, everybody: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Très bien.")
    with context.store.writing() as connection:
        number, _ = feeds.add(
            connection, "https://flux.example/a", now=now, practitioner_id=everybody.first()[0].id
        )
        feeds.record(connection, number, errors=3, error="Le site ne répond pas.", next_due=now)
    found = _read(context, everybody, year, now)
    assert found.sentence == "1\u00a0chose à faire aujourd’hui."
    assert found.todos[0].what == "1\u00a0flux ne répond plus"
    assert "https://flux.example/a" in found.todos[0].why


def test_a_silent_feed_is_worth_a_look(
    context: Context, everybody: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Très bien.")
    with context.store.writing() as connection:
        for rank in range(5):
            number, _ = feeds.add(
                connection, f"https://flux.example/{rank}", now=now, practitioner_id=everybody.first()[0].id
            )
            newest = now.date() - timedelta(days=40)
            feeds.record(connection, number, ok_at=now, newest_on=newest, habit_hours=24.0, next_due=now)
    todo = _read(context, everybody, year, now).todos[0]
    assert todo.what == "5\u00a0flux sans rien de neuf depuis plus longtemps que d’habitude"
    assert todo.why.endswith("https://flux.example/2 et 2\u00a0autres.")
    assert todo.target == Target.to("sources", sources_partie="Flux")
