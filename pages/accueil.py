"""accueil."""

from ereput.ui import parts, room

here = room.here()
parts.head("accueil", here.scope.name)
