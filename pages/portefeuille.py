"""Portefeuille: whom do I call this week?"""

import streamlit as st

from ereput.facts import cases
from ereput.facts import portfolio as facts
from ereput.ui import parts, portfolio, room

here = room.here()
offered = here.ask(facts.choices)
answer = st.container()
asked = portfolio.filters(offered)
found = here.ask(facts.read, asked=asked)
with answer:
    parts.head("Portefeuille", found.sentence)
if not offered.portfolios:
    portfolio.drop_zone(here, offered.homes)
    st.stop()

portfolio.calls(found)
listed, funnel, guarantees, moving, due, bring = st.tabs(
    ["Liste", "Entonnoir", "Garanties", "Évolutions", "Échéances", "Importer la liste"],
    key="portefeuille_partie",
    bind="query-params",
    on_change="rerun",  # only the open part is computed and drawn
)
if listed.open:
    with listed:
        order = portfolio.sort()
        number = st.session_state.get("portefeuille_page", 1)
        portfolio.rows(here, here.ask(facts.rows, asked=asked, sort=order, number=number), asked, order)
if funnel.open:
    with funnel:
        portfolio.funnel(here.ask(facts.funnel, asked=asked))
if guarantees.open:
    with guarantees:
        portfolio.table(found)
if moving.open:
    with moving:
        portfolio.movers(here.ask(facts.movers, asked=asked))
if due.open:
    with due:
        portfolio.deadlines(here.ask(cases.due))
        portfolio.declarations(here.ask(facts.declarations, asked=asked))
if bring.open:
    with bring:
        portfolio.drop_zone(here, offered.homes)
