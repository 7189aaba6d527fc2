"""What should be ready before any crisis: five short checks, on Accueil and on Présence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from ereput.detect.presence import CONTROL, WATCH_EVERY
from ereput.domain.practitioner import Guarantee, Practitioner, Viewer
from ereput.domain.presence import Listing, ListingStatus
from ereput.facts import french
from ereput.facts.scope import Scope
from ereput.facts.shapes import Target
from ereput.store import Store, journal, listings

CONFIRMED: Mapping[str, str] = {
    "modeles": "modèles de réponse relus",
    "contacts": "contacts notés",
}
"""What only a person can confirm, good for a year."""
GOOD_FOR = 365


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `done` of `people` have it; `confirm` names what a click confirms, or ""."""

    id: str
    label: str
    why: str
    done: int
    people: int
    target: Target
    action: str
    confirm: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nobody lacks it."""
        return self.done >= self.people


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checks, and how many are met; `quote` is the leaflet's sentence that asks for them."""

    sentence: str
    checks: tuple[Check, ...]
    quote: str = "Sachez anticiper et réagir aux avis positifs et négatifs"

    @property
    def is_whole(self) -> bool:
        """Whether everything is ready."""
        return all(check.is_done for check in self.checks)


def read(store: Store, viewer: Viewer, scope: Scope, now: datetime) -> Readiness | None:
    """Return what is ready for the practitioner chosen, or for all in view; None when nobody is in view."""
    with store.reading() as connection:
        if scope.chosen is not None:
            mine = listings.read_all(connection, viewer, [scope.chosen.id])
            return of_one(connection, viewer, scope.chosen, mine, now)
        since = now - timedelta(days=WATCH_EVERY)
        counts = listings.count_ready(
            connection,
            viewer,
            watched_since=since,
            confirmed_since=now.date() - timedelta(days=GOOD_FOR),
            control=CONTROL,
        )
    if not counts.people:
        return None
    people = counts.people
    checks = tuple(
        Check(name, label, f"{done} sur {people}.", done, people, target, action)
        for name, label, done, target, action in (
            ("garantie", "Garantie vérifiée", counts.guarantee, Target.to("portefeuille"), "Voir"),
            ("fiches", "Fiches en main", counts.claimed, Target.to("presence"), "Voir"),
            ("veille", "Veille tenue", counts.watched, Target.to("presence"), "Voir"),
            ("modeles", "Modèles de réponse prêts", counts.modeles, Target.to("guide"), "Voir"),
            ("contacts", "Contacts notés", counts.contacts, Target.to("reglages"), "Voir"),
        )
    )
    return Readiness(_sentence(checks), checks)


def of_one(
    connection: sa.Connection, viewer: Viewer, who: Practitioner, mine: list[Listing], now: datetime
) -> Readiness:
    """Return what is ready for one practitioner."""
    last = journal.last_watch(connection, viewer, who.id)
    ready = listings.read_ready(connection, viewer, who.id)
    seen = last and last.astimezone(now.tzinfo).date()
    checks = (
        _guarantee(who),
        _claimed(who, mine),
        _watched(who, seen, now.date()),
        _confirmed(_MODELS, who, ready.get(_MODELS.id), now.date()),
        _confirmed(_CONTACTS, who, ready.get(_CONTACTS.id), now.date()),
    )
    return Readiness(_sentence(checks), checks)


def _sentence(checks: tuple[Check, ...]) -> str:
    done = sum(check.is_done for check in checks)
    if done == len(checks):
        return "Tout est prêt avant une crise."
    return f"Prêt avant une crise : {done} sur {len(checks)}."


def _guarantee(who: Practitioner) -> Check:
    known = who.guarantee is not Guarantee.UNKNOWN
    why = "Relisez le contrat RCP ou demandez à votre courtier."
    if who.guarantee is Guarantee.YES:
        days = who.declaration_days
        delay = f", déclaration sous {french.plural(days, 'jour')}" if days else ""
        why = f"Garantie e-réputation souscrite{delay}."
    elif who.guarantee is Guarantee.NO:
        why = "Vérifiée : le contrat n’en prévoit pas."
    return Check("garantie", "Garantie vérifiée", why, int(known), 1, Target.to("reglages"), "Compléter")


def _claimed(who: Practitioner, mine: list[Listing]) -> Check:
    online = [one for one in mine if one.is_online]
    claimed = sum(one.status is ListingStatus.CLAIMED for one in online)
    is_done = bool(online) and claimed >= CONTROL * len(online)
    why = f"{claimed} sur {len(online)} revendiquées." if online else "Aucune fiche n’est notée."
    return Check(
        "fiches", "Fiches en main", why, int(is_done), 1, Target.to("presence", praticien=who.slug), "Voir"
    )


def _watched(who: Practitioner, last: date | None, today: date) -> Check:
    is_done = last is not None and (today - last).days <= WATCH_EVERY
    why = f"Dernière le {french.day_ago(last, today)}." if last else "Aucune n’est notée."
    where = Target.to("presence", praticien=who.slug, presence_partie="Veille")
    return Check("veille", "Veille tenue", why, int(is_done), 1, where, "Faire la veille")


_MODELS = Check(
    "modeles",
    "Modèles de réponse prêts",
    "Relisez-en un, à froid, dans le Guide.",
    0,
    1,
    Target.to("guide", guide_partie="Modèles"),
    "Ouvrir",
)
_CONTACTS = Check(
    "contacts",
    "Contacts notés",
    "Assureur, courtier, Ordre, avocat\u202f: qui appeler, à quel numéro.",
    0,
    1,
    Target.to("reglages"),
    "Ouvrir",
)


def _confirmed(check: Check, who: Practitioner, day: date | None, today: date) -> Check:
    if day is None or (today - day).days > GOOD_FOR:
        return replace(check, confirm=who.slug)
    return replace(check, done=1, why=f"Confirmé le {french.day(day)}.")
