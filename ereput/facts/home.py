"""The Accueil page: what needs me today?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.facts import alerts, cases, french, sources
from ereput.facts.period import Period
from ereput.facts.practitioner import exceeds_chance
from ereput.facts.scope import Scope
from ereput.facts.shapes import Good, Target, Tile, Todo, Tone
from ereput.store import Store, feeds, journal, reads_home, reads_sources
from ereput.store.scope import Row

MOST_ALERTS = 8
WATCH_EVERY = 30
"""Days after which the leaflet's regular watch is due again: a choice of the tool, not a legal term."""
_QUARTER = "13 dernières semaines"
_ORDER = {Tone.URGENT: 0, Tone.WATCH: 1, Tone.CALM: 2}


@dataclass(frozen=True, slots=True)
class Home:
    """The page. `todos` come by urgency; `is_empty` when nothing was ever imported."""

    sentence: str
    todos: tuple[Todo, ...]
    tiles: tuple[Tile, ...]
    tiles_title: str
    is_empty: bool


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Home:
    """Return what needs the viewer today, within the scope."""
    today = now.date()
    who = scope.who
    opened = alerts.page(store, viewer, scope, now, state=alerts.OPEN, size=MOST_ALERTS)
    with store.reading() as connection:
        sums = reads_home.sums(connection, viewer, who)
        last = journal.last_watch(connection, viewer, who)
        todos = [
            *_alerts(opened, scope),
            *_unanswered(connection, viewer, scope),
            *_feeds(connection, viewer, scope, today),
            *_doubts(connection, viewer, scope),
            *_watch(connection, viewer, scope, now),
        ]
        is_empty = not reads_home.holds_publications(connection, viewer)
    todos += cases.todos(store, viewer, scope, now)
    todos.sort(key=lambda todo: _ORDER[todo.tone])
    return Home(
        sentence=_sentence(todos, last and last.astimezone(now.tzinfo), scope, today, is_empty=is_empty),
        todos=() if is_empty else tuple(todos),
        tiles=_tiles(sums),
        tiles_title=f"Les {_QUARTER}, comparées aux 13 précédentes",
        is_empty=is_empty,
    )


def _sentence(
    todos: list[Todo], watched: datetime | None, scope: Scope, today: date, *, is_empty: bool
) -> str:
    if scope.is_empty:
        return "Bienvenue : quatre premiers pas, et cette page dira ce qu’il y a à faire."
    if is_empty:
        return "Aucun avis pour l’instant : voici comment les faire venir."
    pressing = sum(todo.tone is not Tone.CALM for todo in todos)
    if pressing:
        return f"{french.plural(pressing, 'chose')} à faire aujourd’hui."
    last = (
        f"Dernière veille le {french.day_ago(watched.date(), today)}." if watched else "Aucune veille notée."
    )
    return f"Rien d’urgent. {last}"


def _alerts(opened: alerts.Page, scope: Scope) -> list[Todo]:
    found = [
        Todo(
            what=french.sentence_case(card.title) if scope.chosen else f"{card.name} : {card.title}",
            why=f"{french.sentence_case(card.rarity)}." if card.rarity else "",
            tone=card.tone,
            target=Target.to("alertes", praticien=card.slug, alertes_choix=card.label),
            action="Voir l’alerte",
            word=alerts.LEVELS.get(card.level, ""),
        )
        for card in opened.cards
    ]
    if rest := opened.total - len(found):
        more = french.plural(rest, "autre alerte ouverte", "autres alertes ouvertes")
        found.append(Todo(f"{more}.", "", Tone.WATCH, Target.to("alertes"), "Voir les alertes"))
    return found


def _unanswered(connection: sa.Connection, viewer: Viewer, scope: Scope) -> list[Todo]:
    rows = reads_home.unanswered(connection, viewer, scope.who)
    return [
        Todo(
            what=("" if scope.chosen else f"{row.name} : ")
            + f"{french.plural(row.unanswered, 'avis négatif', 'avis négatifs')} sans réponse",
            why="Répondre est facultatif ; décidez-le à froid, et jamais sans relire le guide.",
            tone=Tone.CALM,
            target=Target.to(
                "praticien",
                praticien=row.slug,
                praticien_partie="Avis",
                praticien_tri="Négatifs sans réponse",
            ),
            action="Lire les avis",
        )
        for row in rows
    ]


def _feeds(connection: sa.Connection, viewer: Viewer, scope: Scope, today: date) -> list[Todo]:
    who = scope.who
    followed = feeds.read_all(connection, viewer, practitioner_id=who)
    failing = [row for row in followed if row.errors]
    silent = [row for row in followed if not row.errors and sources.is_silent(row, today)]
    verb = "ne répond" if len(failing) == 1 else "ne répondent"
    lines = (
        (failing, f"{verb} plus", "Dernier essai sans réponse"),
        (silent, "sans rien de neuf depuis plus longtemps que d’habitude", "Le silence n’est pas le calme"),
    )
    return [
        Todo(
            f"{french.plural(len(rows), 'flux')} {what}",
            f"{why}{french.THIN}: {_named([row.title or row.url for row in rows])}.",
            Tone.WATCH,
            Target.to("sources", sources_partie="Flux"),
            "Voir les flux",
        )
        for rows, what, why in lines
        if rows
    ]


def _named(names: list[str], most: int = 3) -> str:
    """Return the first names of a list, and how many follow."""
    rest = len(names) - most
    shown = names[:most] + ([french.plural(rest, "autre")] if rest > 0 else [])
    return french.joined(shown)


def _doubts(connection: sa.Connection, viewer: Viewer, scope: Scope) -> list[Todo]:
    count = reads_sources.count_undecided(connection, viewer, scope.who)
    if not count:
        return []
    what = french.plural(count, "paire d’avis peut-être identiques", "paires d’avis peut-être identiques")
    return [
        Todo(
            what, "Ni fusionnés, ni comptés deux fois sans vous.", Tone.CALM, Target.to("sources"), "Comparer"
        )
    ]


def _watch(connection: sa.Connection, viewer: Viewer, scope: Scope, now: datetime) -> list[Todo]:
    """Return the watch that is due: of the practitioner chosen, or of the one watched longest ago."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    before = midnight - timedelta(days=WATCH_EVERY - 1)
    who = scope.who
    late, first = journal.late_watches(connection, viewer, who, before=before)
    if first is None:
        return []
    last = first.at and first.at.astimezone(now.tzinfo)
    when = f"Dernière le {french.day_ago(last.date(), now.date())}." if last else "Aucune n’est notée."
    advice = f"{french.quoted('Effectuez des veilles régulières sur Internet')}, dit la plaquette."
    if scope.chosen is not None:
        return [
            Todo(
                "Faire une veille sur Internet",
                f"{when} {advice}",
                Tone.CALM,
                Target.to("guide"),
                "Relire le conseil",
                watched=first.slug,
            )
        ]
    return [
        Todo(
            f"Faire une veille sur Internet pour {french.plural(late, 'praticien')}",
            f"{first.name}{french.THIN}: {when[0].lower()}{when[1:]} {advice}",
            Tone.CALM,
            Target.to("accueil", praticien=first.slug),
            "Commencer",
        )
    ]


def _tiles(sums: Row) -> tuple[Tile, ...]:
    had_before = sums.reviews_previous > 0
    return (
        Tile(
            "Note moyenne",
            sums.rating,
            sums.reviews,
            f"Moyenne des étoiles des {_QUARTER}.",
            decimals=1,
            unit=" sur 5",
            previous=sums.rating_previous,
            good=Good.UP,
        ),
        Tile(
            "Avis reçus",
            sums.reviews,
            sums.reviews,
            f"Avis publiés, {_QUARTER}.",
            previous=sums.reviews_previous if had_before else None,
        ),
        Tile(
            "Avis négatifs",
            sums.negatives,
            sums.reviews,
            "Deux étoiles ou moins ; sans étoile, texte nettement négatif.",
            previous=sums.negatives_previous if had_before else None,
            good=Good.DOWN,
            matters=had_before and exceeds_chance(sums.negatives, sums.negatives_previous),
        ),
        Tile(
            "Négatifs sans réponse",
            sums.unanswered,
            sums.negatives,
            f"Avis négatifs des {_QUARTER} sans réponse publiée. Répondre est facultatif.",
            good=Good.DOWN,
            base="avis négatif",
        ),
        Tile(
            "Mentions",
            sums.mentions,
            sums.mentions,
            f"Articles, messages et pages qui parlent de vous, {_QUARTER}.",
            base="mention",
        ),
    )
