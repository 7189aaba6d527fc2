"""The screens' entry: style, navigation, and what every page shares (scope, period, demonstration)."""

from pathlib import Path

import streamlit as st

from ereput.facts import scope as scopes
from ereput.facts.period import Stretch, until
from ereput.ui import parts, room, sidebar, viewing

OVER_A_PERIOD = {"praticien"}
"""The pages that obey the period; the others speak of today."""
STYLE = Path(__file__).parent / "house.css"


def navigation() -> dict[str, list[st.Page]]:
    """Return the pages by section; their addresses are French words."""
    return {
        "": [
            st.Page(room.page("accueil"), title="Accueil", icon=":material/home:", default=True),
            st.Page(room.page("praticien"), title="Praticien", icon=":material/stethoscope:"),
            st.Page(room.page("alertes"), title="Alertes", icon=":material/notifications:"),
            st.Page(room.page("dossiers"), title="Dossiers", icon=":material/folder_open:"),
            st.Page(room.page("presence"), title="Présence", icon=":material/travel_explore:"),
            st.Page(room.page("portefeuille"), title="Portefeuille", icon=":material/groups:"),
            st.Page(room.page("reunion"), title="Réunion", icon=":material/event_note:"),
        ],
        "Données et repères": [
            st.Page(room.page("sources"), title="Sources", icon=":material/database:"),
            st.Page(room.page("guide"), title="Guide", icon=":material/menu_book:"),
            st.Page(room.page("reglages"), title="Réglages", icon=":material/tune:"),
        ],
    }


def main() -> None:
    """Draw the frame, then the page."""
    # Before `st.navigation`: its pages' own icons would be fetched from a font host as the tab's icon.
    st.set_page_config(page_icon="🩺", layout="wide")
    settings, store = room.open_house()
    st.html(STYLE)
    # Before the menu: whoever stands at the door is not told what is inside.
    looking = viewing.enter(store, settings.now())
    page = st.navigation(navigation())
    st.set_page_config(page_title=f"{page.title} · ereput")
    room.follow()
    now = looking.now
    scope = scopes.read(looking.store, looking.viewer)
    with st.sidebar:
        slug = sidebar.practitioner(scope)
        stretch = sidebar.stretch() if page.url_path in OVER_A_PERIOD else Stretch.YEAR
        entered = room.Room(looking.store, looking.viewer, scope.on(slug), until(stretch, now.date()), now)
        entered = viewing.words(entered, page.title)
        sidebar.demonstration(entered)
        viewing.who(looking.viewer)
    room.enter(entered)
    parts.said()
    page.run()


main()
