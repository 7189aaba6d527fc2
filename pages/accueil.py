"""Accueil: what needs me today?"""

from ereput.facts import home as facts
from ereput.ui import home, parts, room

here = room.here()
found = here.read(facts.read)
parts.head("Accueil", found.sentence)
if found.is_empty:
    parts.empty(
        "Les avis arrivent par un fichier exporté ou par un flux.",
        "Ouvrir les sources",
        key="accueil",
        page=room.page("sources"),
    )
else:
    home.todos(here, found.todos)
    parts.section(found.tiles_title)
    parts.tiles(found.tiles, key="accueil")
    home.readiness(here)
