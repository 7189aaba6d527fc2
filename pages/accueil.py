"""Accueil: what needs me today?"""

from ereput.facts import home as facts
from ereput.facts import start as start_facts
from ereput.ui import home, parts, room, start

here = room.here()
found = here.read(facts.read)
parts.head("Accueil", found.sentence)
if found.is_empty:
    start.guided(here, here.read(start_facts.read))
else:
    home.todos(here, found.todos)
    parts.section(found.tiles_title)
    parts.tiles(found.tiles, key="accueil")
    home.readiness(here)
