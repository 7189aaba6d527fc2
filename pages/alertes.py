"""Alertes: is this unusual, and what now?"""

import streamlit as st

from ereput.facts import alerts as facts
from ereput.ui import alerts, parts, room

here = room.here()
shown = here.read(facts.read)
parts.head("Alertes", shown.sentence)
card = alerts.choose(here)
if card is None:
    st.caption(shown.false_alarms)
    st.stop()

detail = here.ask(facts.detail, card=card)
alerts.answer(card)
alerts.picture(detail)
alerts.inside(here, detail)
alerts.group(detail)
alerts.act(here, card)
alerts.assumptions(shown, detail)
parts.notice(shown.notice)
