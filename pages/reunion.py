"""Réunion: what do we decide?"""

from ereput.ui import meeting, room

here = room.here()
pack = meeting.read(here)
if meeting.is_presenting():
    meeting.present(here, pack)
else:
    meeting.state(here, pack)
    meeting.draw(here, pack)
