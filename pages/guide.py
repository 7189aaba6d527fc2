"""guide."""

from ereput.ui import parts, room

here = room.here()
parts.head("guide", here.scope.name)
