"""sources."""

from ereput.ui import parts, room

here = room.here()
parts.head("sources", here.scope.name)
