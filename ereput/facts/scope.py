"""Whom a page speaks of: one practitioner, or all that the viewer may see.

Nobody is read before being asked for: a scope over twenty thousand practitioners costs nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import sqlalchemy as sa

from ereput.domain.practitioner import Practitioner, Viewer
from ereput.store import Store, practitioners

EVERYBODY = "Tous les praticiens"
MOST_OFFERED = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """Practitioners to choose from: a label of its own for each slug; `is_cut` when there are more."""

    labels: dict[str, str]
    is_cut: bool


@dataclass(frozen=True)
class Scope:
    """The practitioners that a viewer may see, and the one chosen among them, if any."""

    store: Store = field(repr=False)
    viewer: Viewer = field(repr=False)
    chosen: Practitioner | None = None

    @property
    def name(self) -> str:
        """Who is spoken of, in words."""
        return self.chosen.name if self.chosen else EVERYBODY

    @property
    def who(self) -> int | None:
        """The number of the one chosen, None for everybody."""
        return self.chosen.id if self.chosen else None

    @cached_property
    def count(self) -> int:
        """How many practitioners are in view."""
        with self.store.reading() as connection:
            return practitioners.count(connection, self.viewer)

    @property
    def people(self) -> int:
        """How many practitioners the figures count."""
        return 1 if self.chosen else self.count

    @cached_property
    def is_empty(self) -> bool:
        """Whether nobody is in view."""
        return self.chosen is None and not self.first(1)

    @cached_property
    def has_demo(self) -> bool:
        """Whether made-up practitioners are in view."""
        with self.store.reading() as connection:
            return practitioners.has_demo(connection, self.viewer)

    def member(self, practitioner_id: int) -> Practitioner:
        """Return a practitioner in view by its number.

        Raises:
            RefusedError: it is not in view.

        """
        if self.chosen is not None and self.chosen.id == practitioner_id:
            return self.chosen
        with self.store.reading() as connection:
            return practitioners.read_by_id(connection, self.viewer, practitioner_id)

    def on(self, slug: str) -> "Scope":
        """Return the scope on one practitioner; on everybody when the slug is not in view.

        Somebody who has a single practitioner in view is always on that one.
        """
        only = self.first(2)
        return replace(self, chosen=only[0] if len(only) == 1 else self.find(slug))

    def find(self, slug: str) -> Practitioner | None:
        """Return the practitioner of that slug, None when it is not in view."""
        with self.store.reading() as connection:
            return practitioners.read_in_view(connection, self.viewer, slug)

    def first(self, limit: int = MOST_OFFERED) -> list[Practitioner]:
        """Return the first practitioners in view, by name."""
        with self.store.reading() as connection:
            return practitioners.find(connection, self.viewer, limit=limit)

    def offer(self, words: str = "", *, besides: Iterable[str] = ()) -> Offer:
        """Return the first practitioners by name whose name, city or slug holds the words.

        The one chosen comes first, then those that the labels or slugs of `besides` stand for.
        """
        with self.store.reading() as connection:
            kept = {self.chosen.slug: self.chosen} if self.chosen else {}
            for told in filter(None, besides):
                named = practitioners.find_labelled(connection, self.viewer, told, limit=MOST_OFFERED)
                one = practitioners.read_in_view(connection, self.viewer, told)
                kept |= {found.slug: found for found in (*([one] if one else []), *named)}
            found = practitioners.find(connection, self.viewer, words, limit=MOST_OFFERED + 1)
            shown = kept | {one.slug: one for one in found[:MOST_OFFERED]}
            labels = _labels(connection, self.viewer, shown.values())
        return Offer({slug: labels[slug] for slug in shown}, len(found) > MOST_OFFERED)


def _labels(connection: sa.Connection, viewer: Viewer, shown: Iterable[Practitioner]) -> dict[str, str]:
    """Return a name of its own for each slug: namesakes differ by city, else by slug."""
    rows = practitioners.read_namesakes(connection, viewer, sorted({one.name for one in shown}))
    names = Counter(row.name for row in rows)
    told = {
        row.slug: f"{row.name} ({row.city or row.slug})" if names[row.name] > 1 else row.name for row in rows
    }
    shared = Counter(told.values())
    return {slug: f"{name} ({slug})" if shared[name] > 1 else name for slug, name in told.items()}


def read(store: Store, viewer: Viewer) -> Scope:
    """Return whom the viewer may see."""
    return Scope(store, viewer)
