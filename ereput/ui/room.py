"""What every screen is given: who asks, about whom, over which days, and what time it is.

`main.py` makes one `Room` a run, before the page; a page asks for it with `here()`. A page that would
run without `main.py` finds none and stops: there is no default viewer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import streamlit as st

from ereput import settings
from ereput.domain.practitioner import Viewer
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.jobs.context import Context
from ereput.store import Store, open_store

KEY = "_room"
HEADING = "_heading"
PAGES = Path(__file__).resolve().parents[2] / "pages"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Room:
    """The surroundings of one run of one page."""

    store: Store
    viewer: Viewer
    scope: Scope
    period: Period
    now: datetime

    @property
    def today(self) -> date:
        """The day, where the clock is."""
        return self.now.date()

    @property
    def job(self) -> Context:
        """What a job needs: the same store, viewer and time."""
        return Context(self.store, self.viewer, self.now)

    def read(self, facts: Callable[[Store, Viewer, Scope, Period, datetime], T]) -> T:
        """Return what a module of `ereput.facts` knows of this room."""
        return facts(self.store, self.viewer, self.scope, self.period, self.now)

    def ask(self, facts: Callable[..., T], **of: object) -> T:
        """Return what facts know of one thing in view, whatever the period."""
        return facts(self.store, self.viewer, self.scope, self.now, **of)


@st.cache_resource(show_spinner=False)
def store_at(url: str) -> Store:
    """Return the process's store, its tables up to date."""
    store = open_store(url)
    store.migrate()
    return store


def open_house() -> tuple[settings.Settings, Store]:
    """Return the settings and the store that they name."""
    loaded = settings.load()
    return loaded, store_at(loaded.database_url)


def enter(room: Room) -> None:
    """Make a room the one that pages find during this run."""
    st.session_state[KEY] = room


def here() -> Room:
    """Return the room that `main.py` made; without it, nothing is shown."""
    room = st.session_state.get(KEY)
    if not isinstance(room, Room):
        st.error("Cette page s’ouvre depuis l’accueil du tableau de bord.")
        st.stop()
    return room


def page(name: str) -> Path:
    """Return the file of a page, for links."""
    return PAGES / f"{name}.py"


def put(**values: object) -> Callable[[], None]:
    """Return what sets widgets to these values at the next run, for a button's `on_click`."""

    def change() -> None:
        st.session_state.update(values)

    return change


def head_for(name: str, **values: object) -> Callable[[], None]:
    """Return what sets widgets to these values and opens a page at the next run, for a button's `on_click`.

    The page is opened by `follow`, before anything is drawn: the values may well change the page that the
    button stands on.
    """
    return put(**values, **{HEADING: name})


def follow() -> None:
    """Open the page that the last button asked for, if any."""
    name = st.session_state.pop(HEADING, None)
    if name:
        # Empty rather than none given: none would clear the address, which widgets bound to it forbid.
        st.switch_page(page(name), query_params={})
