"""The access part of Réglages: people, agreements to read words, and the audit."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pandas as pd
import streamlit as st

from ereput.domain.practitioner import Role
from ereput.facts import french
from ereput.facts.access import ROLES, Access, Grant, Person
from ereput.jobs import viewers
from ereput.ui import parts, signin
from ereput.ui.room import Room

PROPOSED_GRANT = timedelta(days=90)
_SCOPED = {Role.BROKER, Role.READER}


def people(here: Room, shown: Access) -> None:
    """List who may sign in, and add or change somebody."""
    parts.section(
        "Qui a accès", "Un courtier et un lecteur voient des portefeuilles, un praticien ses seuls avis."
    )
    if not signin.is_on():
        st.caption(
            "La connexion n’est pas configurée : ce tableau de bord ne s’ouvre que sur cette machine, "
            "et ces personnes ne peuvent pas encore s’identifier."
        )
    if shown.people:
        _list(shown.people)
    else:
        st.text("Personne n’est inscrit.")
    if shown.can_administer:
        left, right = st.columns(2)
        with left:
            _add(here, shown)
        with right:
            _change(here, shown.people)


def _list(people: Sequence[Person]) -> None:
    rows = [
        {
            "Nom": person.name,
            "Rôle": person.role,
            "Voit": french.joined(list(person.sees)) or "tout",
            "Courriel": person.email,
            "Accès": "ouvert" if person.is_active else "fermé",
            "Connexion": "déjà reconnue" if person.is_known else "à la première fois",
        }
        for person in people
    ]
    count = french.plural(len(rows), "personne inscrite", "personnes inscrites")
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=count)


def _add(here: Room, shown: Access) -> None:
    with st.form("reglages_acces_ajout", clear_on_submit=True):
        st.text("Donner accès à quelqu’un")
        name = st.text_input("Nom de la personne", key="reglages_acces_nom", max_chars=80)
        email = st.text_input(
            "Courriel, celui de sa connexion",
            key="reglages_acces_courriel",
            type="email",
            placeholder="prenom.nom@cabinet.fr",
        )
        roles = list(ROLES)
        role = st.selectbox(
            "Rôle",
            roles,
            index=roles.index(Role.BROKER),
            format_func=ROLES.__getitem__,
            key="reglages_acces_role",
        )
        folders = st.multiselect(
            "Portefeuilles, pour un courtier ou un lecteur",
            list(shown.portfolios),
            key="reglages_acces_portefeuilles",
            placeholder="Choisir",
        )
        offered = here.scope.offer().labels
        own = st.multiselect(
            "Fiches, pour un praticien",
            list(offered),
            format_func=lambda slug: offered.get(slug, ""),
            key="reglages_acces_fiches",
            placeholder="Choisir",
        )
        if st.form_submit_button("Donner accès"):
            job = partial(
                viewers.add,
                here.job,
                name=name or "",
                email=email or "",
                role=role,
                portfolios=folders if role in _SCOPED else (),
                people=own if role is Role.PRACTITIONER else (),
            )
            parts.attempt(job, said="Accès donné.")


def _change(here: Room, people: Sequence[Person]) -> None:
    known = {person.name: person for person in people}
    if not known:
        return
    with st.container(border=True, key="reglages-acces-changer"):
        name = st.selectbox("Ouvrir ou fermer un accès", list(known), key="reglages_acces_qui")
        person = known[name]
        word = "Fermer l’accès" if person.is_active else "Rouvrir l’accès"
        st.caption("L’accès fermé l’est au clic suivant ; ses adresses privées d’agenda cessent aussi.")
        if st.button(word, key="reglages_acces_basculer"):
            job = partial(viewers.change, here.job, name, is_active=not person.is_active)
            parts.attempt(job, said="Accès changé.")


def grants(here: Room, shown: Access) -> None:
    """List the agreements to read words; the practitioner gives them and takes them back."""
    parts.section(
        "Qui lit les avis en clair",
        "Sans accord du praticien, un courtier ne voit ni les textes ni les auteurs.",
    )
    for grant in shown.grants:
        _one(here, shown, grant)
    if not shown.grants:
        st.text("Aucun accord : aucun courtier ne lit d’avis en clair.")
    who = here.scope.chosen
    if not shown.can_grant:
        return
    if who is None:
        st.caption("Choisissez un praticien dans la barre latérale pour noter son accord.")
        return
    if not shown.brokers:
        st.caption("Aucun courtier n’a accès au portefeuille de ce praticien.")
        return
    with st.form("reglages_accord", clear_on_submit=True):
        broker = st.selectbox("Courtier", list(shown.brokers), key="reglages_accord_courtier")
        until = st.date_input(
            "Jusqu’au",
            value=here.today + PROPOSED_GRANT,
            min_value=here.today,
            max_value=here.today + viewers.LONGEST_GRANT,
            format="DD/MM/YYYY",
            key="reglages_accord_fin",
        )
        reason = ""
        if shown.can_administer:
            reason = st.text_input(
                "Accord du praticien : date, lettre ou courriel", key="reglages_accord_raison", max_chars=200
            )
        if st.form_submit_button(f"Laisser lire les avis de {who.name}"):
            job = partial(viewers.let_read, here.job, who.slug, broker, until=until, reason=reason or "")
            parts.attempt(job, said="Accord donné.")


def _one(here: Room, shown: Access, grant: Grant) -> None:
    with st.container(
        border=True, key=f"reglages-accord-{grant.id}", horizontal=True, vertical_alignment="center"
    ):
        with st.container():
            st.text(f"{grant.practitioner} → {grant.broker}")
            parts.muted(f"Accord n° {grant.id}, {grant.state}", key=f"grant-{grant.id}")
        if grant.is_running and shown.can_grant and st.button("Retirer", key=f"reglages_retirer_{grant.id}"):
            parts.attempt(partial(viewers.revoke, here.job, grant.id), said="Accord retiré.")


def audit(shown: Access) -> None:
    """Show who did and looked at what, the latest first."""
    parts.section("Journal d’accès", "Chaque lecture d’avis en clair y est, avec son auteur et son accord.")
    if not shown.audit:
        st.text("Rien n’est encore noté.")
        return
    rows = pd.DataFrame(shown.audit, columns=["Quand", "Qui", "Quoi", "À propos de", "Détail"])
    st.dataframe(rows, hide_index=True, alt=f"{french.plural(len(rows), 'ligne')} du journal d’accès")
