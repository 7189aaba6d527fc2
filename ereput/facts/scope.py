"""Whom a page speaks of: one practitioner, or all that the viewer may see."""

from collections import Counter
from dataclasses import dataclass

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Practitioner, Viewer
from ereput.store import Store, practitioners

EVERYBODY = "Tous les praticiens"


@dataclass(frozen=True, slots=True)
class Scope:
    """The practitioners in view, and the one chosen among them, if any."""

    members: tuple[Practitioner, ...]
    chosen: Practitioner | None = None

    @property
    def name(self) -> str:
        """Who is spoken of, in words."""
        return self.chosen.name if self.chosen else EVERYBODY

    @property
    def labels(self) -> dict[str, str]:
        """A name of its own for each slug in view: namesakes differ by city, else by slug."""
        names = Counter(member.name for member in self.members)
        told = {
            member.slug: f"{member.name} ({member.city or member.slug})"
            if names[member.name] > 1
            else member.name
            for member in self.members
        }
        shared = Counter(told.values())
        return {slug: f"{name} ({slug})" if shared[name] > 1 else name for slug, name in told.items()}

    @property
    def ids(self) -> frozenset[int]:
        """The practitioners that figures count."""
        return frozenset({self.chosen.id} if self.chosen else {member.id for member in self.members})

    def member(self, practitioner_id: int) -> Practitioner:
        """Return a practitioner in view by its id.

        Raises:
            RefusedError: it is not in view.

        """
        for member in self.members:
            if member.id == practitioner_id:
                return member
        raise RefusedError("Ce praticien n’est pas dans votre périmètre.")

    @property
    def has_demo(self) -> bool:
        """Whether made-up practitioners are in view."""
        return any(member.is_demo for member in self.members)

    def on(self, slug: str) -> "Scope":
        """Return the scope on one practitioner; on everybody when the slug is not in view.

        Somebody who has a single practitioner in view is always on that one.
        """
        if len(self.members) == 1:
            return Scope(self.members, self.members[0])
        return Scope(self.members, next((one for one in self.members if one.slug == slug), None))


def read(store: Store, viewer: Viewer) -> Scope:
    """Return whom the viewer may see."""
    with store.reading() as connection:
        return Scope(tuple(practitioners.read_all(connection, viewer)))
