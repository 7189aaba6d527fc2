"""alertes."""

from ereput.ui import parts, room

here = room.here()
parts.head("alertes", here.scope.name)
