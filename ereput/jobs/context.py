"""What every job is given: the store, who asks, and what time it is."""

from dataclasses import dataclass
from datetime import date, datetime

from ereput.domain.practitioner import Role, Viewer
from ereput.store import Store

ADMINISTRATOR = Viewer("administrateur", Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Context:
    """A unit of work's surroundings; `now` is timezone-aware."""

    store: Store
    viewer: Viewer
    now: datetime

    @property
    def today(self) -> date:
        """The day, where the clock is."""
        return self.now.date()
