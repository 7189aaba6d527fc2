"""Whose publication is it? Rows of a portfolio's file, and feed items, find their practitioner.

A row is routed by listing (identifier or address), then RPPS, then our own slug, then name **and** city,
never by name alone. A feed item is routed by a full name in its words; by a family name with its title only
where the city stands too. What is ambiguous is not routed: a person decides, once.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ereput.domain.publication import Draft, Place
from ereput.ingest.identity import hashed
from ereput.ingest.urls import canonical
from ereput.ingest.wording import fold

_TITLES = frozenset(
    {
        "dr", "docteur", "docteure", "pr", "professeur", "professeure", "m", "mr", "monsieur", "mme",
        "madame", "mlle", "me", "cabinet", "medical", "dentaire", "centre", "maison", "sante",
        "de", "du", "des", "la", "le", "les", "l", "d", "et",
    }
)  # fmt: skip
_WORDS = re.compile(r"[^a-z0-9]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, without accents or capitals."""
    return tuple(word for word in _WORDS.split(fold(text)) if word)


def name_words(name: str) -> frozenset[str]:
    """Return what identifies in a name: neither title nor kind of office."""
    return frozenset(words_of(name)) - _TITLES


@dataclass(frozen=True)
class Candidate:
    """A practitioner that a row may speak of; `listings` are its identifiers and addresses on platforms."""

    id: int
    slug: str
    name: str
    city: str = ""
    rpps: str = ""
    listings: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The words of the name, in the order of the name."""
        return tuple(word for word in words_of(self.name) if word not in _TITLES)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a publication goes, and why; `practitioner` is None where a person must decide."""

    practitioner: int | None
    reason: str


class Router:
    """Route publications among the practitioners of a portfolio."""

    def __init__(self, candidates: Sequence[Candidate], learnt: dict[int, int] | None = None) -> None:
        self.learnt = learnt or {}
        self.by_listing: defaultdict[str, set[int]] = defaultdict(set)
        self.by_rpps: defaultdict[str, set[int]] = defaultdict(set)
        self.by_slug: defaultdict[str, set[int]] = defaultdict(set)
        self.by_word: defaultdict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            for listing in candidate.listings:
                self.by_listing[_listing(listing)].add(candidate.id)
            if candidate.rpps:
                self.by_rpps[candidate.rpps].add(candidate.id)
            self.by_slug[candidate.slug].add(candidate.id)
            for word in set(candidate.names):
                self.by_word[word].append(candidate)

    def of_place(self, place: Place) -> Route:
        """Return the practitioner that a row's place designates."""
        known = self.learnt.get(place_key(place))
        if known is not None:
            return Route(known, "Affecté par vous auparavant")
        for index, value, reason in (
            (self.by_listing, _listing(place.listing_id), "Identifiant de la fiche"),
            (self.by_listing, _listing(place.url), "Adresse de la fiche"),
            (self.by_rpps, place.rpps.strip(), "Numéro RPPS"),
            (self.by_slug, place.slug.strip(), "Identifiant du praticien"),
        ):
            found = index.get(value, set()) if value else set()
            if len(found) == 1:
                return Route(next(iter(found)), reason)
        return self._by_name(place)

    def _by_name(self, place: Place) -> Route:
        words = frozenset(words_of(place.name))
        namesakes = [c for c in self._named(words) if c.names and words.issuperset(c.names)]
        where = f" {' '.join(words_of(f'{place.city} {place.address} {place.name}'))} "
        near = [c for c in namesakes if c.city and f" {' '.join(words_of(c.city))} " in where]
        if len(near) == 1:
            return Route(near[0].id, "Nom et ville")
        if near:
            return Route(None, "Plusieurs praticiens de ce nom dans cette ville.")
        if namesakes:
            return Route(None, "Un nom connu, mais la ville ne le confirme pas.")
        if words:
            return Route(None, "Aucun praticien de ce nom dans le portefeuille.")
        return Route(None, "La ligne ne dit pas de quel praticien elle parle.")

    def of_words(self, draft: Draft) -> Route:
        """Return the practitioner that a feed item speaks of, from its title and text."""
        words = words_of(f"{draft.title} {draft.text}")
        text = f" {' '.join(words)} "
        found: dict[int, str] = {}
        for candidate in self._named(words):
            reason = _spoken_of(candidate, text)
            if reason:
                found[candidate.id] = reason
        if len(found) == 1:
            return Route(*next(iter(found.items())))
        if found:
            return Route(None, "L’article peut parler de plusieurs praticiens du portefeuille.")
        return Route(None, "")

    def _named(self, words: Iterable[str]) -> Iterable[Candidate]:
        seen = {candidate.id: candidate for word in set(words) for candidate in self.by_word.get(word, ())}
        return seen.values()


def place_key(place: Place) -> int:
    """Return the key under which a place is remembered: its listing, else its name and city."""
    listing = _listing(place.listing_id) or _listing(place.url)
    if listing:
        return hashed("listing", listing)
    return hashed(
        "place", place.rpps, *sorted(name_words(place.name)), *words_of(f"{place.city} {place.address}")
    )


def story_key(draft: Draft) -> int:
    """Return the key under which an article waits to be assigned."""
    return hashed("story", canonical(draft.url) or draft.title)


def shown_place(place: Place) -> str:
    """Return a place as a person recognises it."""
    parts = (place.name, place.city or place.address, place.rpps, place.url or place.listing_id)
    return " · ".join(filter(None, parts)) or "Lieu non précisé"


def _listing(text: str) -> str:
    """Return an address or an identifier as compared; identifiers of platforms are case-sensitive."""
    text = text.strip()
    return canonical(text) if text.startswith(("http://", "https://")) else text


def _spoken_of(candidate: Candidate, text: str) -> str:
    """Return why an item speaks of a candidate, or nothing."""
    names = candidate.names
    if len(names) < 2:  # noqa: PLR2004 (one word is a common noun as often as a name)
        return ""
    orders = (" ".join(names), " ".join((*names[1:], names[0])))
    full = next((order for order in orders if f" {order} " in text), "")
    if full:
        return f"Nom complet dans le texte : « {full} »"
    family, city = names[-1], " ".join(words_of(candidate.city))
    titled = any(f" {title} {family} " in text for title in ("dr", "docteur", "docteure", "pr", "professeur"))
    if titled and city and f" {city} " in text:
        return f"« Dr {family} » et « {candidate.city} » dans le texte"
    return ""
