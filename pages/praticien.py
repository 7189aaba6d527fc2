"""praticien."""

from ereput.ui import parts, room

here = room.here()
parts.head("praticien", here.scope.name)
