"""The Accueil page: what needs me today?"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.facts import alerts, french
from ereput.facts.period import Period
from ereput.facts.practitioner import exceeds_chance
from ereput.facts.scope import Scope
from ereput.facts.shapes import Good, Target, Tile, Todo, Tone
from ereput.store import Store, feeds, reads_home, reads_sources
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
    who = scope.chosen.id if scope.chosen else None
    cards = alerts.alert_cards(store, viewer, now, slug=scope.chosen.slug if scope.chosen else "")
    with store.reading() as connection:
        sums = reads_home.sums(connection, viewer, who)
        watched = reads_home.last_watch(connection, viewer, who)
        todos = [
            *_alerts([card for card in cards if card.state == "open"], scope),
            *_unanswered(connection, viewer, scope),
            *_feeds(connection, viewer, scope),
            *_doubts(connection, viewer, scope),
            *_watch(watched, scope, today),
        ]
        is_empty = not reads_home.holds_publications(connection, viewer)
    todos.sort(key=lambda todo: _ORDER[todo.tone])
    return Home(
        sentence=_sentence(todos, watched, scope, today, is_empty=is_empty),
        todos=() if is_empty else tuple(todos),
        tiles=_tiles(sums),
        tiles_title=f"Les {_QUARTER}, comparées aux 13 précédentes",
        is_empty=is_empty,
    )


def _sentence(
    todos: list[Todo], watched: datetime | None, scope: Scope, today: date, *, is_empty: bool
) -> str:
    if not scope.members:
        return "Aucun praticien pour l’instant : ajoutez le premier dans Sources."
    if is_empty:
        return "Aucun avis pour l’instant : importez un premier fichier dans Sources."
    pressing = sum(todo.tone is not Tone.CALM for todo in todos)
    if pressing:
        return f"{french.plural(pressing, 'chose')} à faire aujourd’hui."
    last = (
        f"Dernière veille le {french.day_ago(watched.date(), today)}." if watched else "Aucune veille notée."
    )
    return f"Rien d’urgent. {last}"


def _alerts(opened: list[alerts.AlertCard], scope: Scope) -> list[Todo]:
    found = [
        Todo(
            what=card.title if scope.chosen else f"{card.name} : {card.title}",
            why=f"{french.sentence_case(card.rarity)}." if card.rarity else "",
            tone=card.tone,
            target=Target.to("alertes", praticien=card.slug, alertes_choix=card.label),
            action="Voir l’alerte",
        )
        for card in opened[:MOST_ALERTS]
    ]
    if rest := len(opened) - len(found):
        more = french.plural(rest, "autre alerte ouverte", "autres alertes ouvertes")
        found.append(Todo(f"{more}.", "", Tone.WATCH, Target.to("alertes"), "Voir les alertes"))
    return found


def _unanswered(connection: sa.Connection, viewer: Viewer, scope: Scope) -> list[Todo]:
    rows = reads_home.unanswered(connection, viewer, scope.chosen.id if scope.chosen else None)
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


def _feeds(connection: sa.Connection, viewer: Viewer, scope: Scope) -> list[Todo]:
    failing = [
        row
        for row in feeds.read_all(connection, viewer)
        if row.errors and (scope.chosen is None or row.practitioner_id == scope.chosen.id)
    ]
    if not failing:
        return []
    what = (
        f"{french.plural(len(failing), 'flux')} {'ne répond' if len(failing) == 1 else 'ne répondent'} plus"
    )
    return [
        Todo(what, "Le silence n’est pas le calme.", Tone.WATCH, Target.to("sources"), "Voir les sources")
    ]


def _doubts(connection: sa.Connection, viewer: Viewer, scope: Scope) -> list[Todo]:
    count = sum(n for who, n in reads_sources.count_undecided(connection, viewer).items() if who in scope.ids)
    if not count:
        return []
    what = french.plural(count, "paire d’avis peut-être identiques", "paires d’avis peut-être identiques")
    return [
        Todo(
            what, "Ni fusionnés, ni comptés deux fois sans vous.", Tone.CALM, Target.to("sources"), "Comparer"
        )
    ]


def _watch(watched: datetime | None, scope: Scope, today: date) -> list[Todo]:
    if scope.chosen is None or (watched and (today - watched.date()).days < WATCH_EVERY):
        return []
    last = f"Dernière le {french.day_ago(watched.date(), today)}." if watched else "Aucune n’est notée."
    return [
        Todo(
            "Faire une veille sur Internet",
            f"{last} {french.quoted('Effectuez des veilles régulières sur Internet')}, dit la plaquette.",
            Tone.CALM,
            Target.to("guide"),
            "Relire le conseil",
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
