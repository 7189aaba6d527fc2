"""The practitioners: a list, and the form that adds or changes one."""

from typing import Any

import pandas as pd
import streamlit as st

from ereput.domain.practitioner import Guarantee, Practitioner, Profession
from ereput.facts import french
from ereput.facts.guide import PROFESSIONS
from ereput.jobs import practitioners
from ereput.ui import parts
from ereput.ui.room import Room

NEW = ""
LONGEST_DELAY = 365
SHOWN_WHOLE = 25
_GUARANTEES = {
    Guarantee.YES: "Oui",
    Guarantee.NO: "Non",
    Guarantee.UNKNOWN: "Inconnue",
}


def table(here: Room) -> None:
    """List the practitioners in view, and change or add one."""
    members = here.scope.first()
    if members:
        rows = pd.DataFrame(
            [
                {
                    "Nom": member.name,
                    "Profession": PROFESSIONS[member.profession],
                    "Ville": member.city,
                    "Portefeuille": member.portfolio,
                    "Garantie": _GUARANTEES[member.guarantee],
                }
                for member in members
            ]
        )
        st.dataframe(
            rows,
            hide_index=True,
            height="content" if len(members) <= SHOWN_WHOLE else "auto",
            alt=f"{french.plural(len(members), 'praticien')} en vue",
        )
        if (rest := here.scope.count - len(members)) > 0:
            st.caption(f"Et {french.plural(rest, 'autre')} : la page Portefeuille les trie et les exporte.")
    labels = {NEW: "Ajouter un praticien"} | here.scope.offer().labels
    if here.scope.chosen is not None and "reglages_qui" not in st.session_state:
        st.session_state["reglages_qui"] = here.scope.chosen.slug
    slug = st.selectbox(
        "Ajouter ou modifier",
        list(labels),
        format_func=lambda value: labels.get(value, ""),
        key="reglages_qui",
    )
    known = here.scope.find(slug) if slug else None
    if known is None:
        add(here, page="reglages")
    else:
        _change(here, known)


def add(here: Room, *, page: str) -> None:
    """Ask the few things that a new practitioner needs; `page` begins the keys."""
    with st.form(f"{page}_praticien", clear_on_submit=True):
        with st.container(key=f"grid-{page}-new"):
            name = st.text_input("Nom affiché", key=f"{page}_praticien_nom", placeholder="Dr Prénom Nom")
            profession = _profession(Profession.DOCTOR, key=f"{page}_praticien_profession")
            city = st.text_input("Ville", key=f"{page}_praticien_ville")
            guarantee = _guarantee(Guarantee.UNKNOWN, key=f"{page}_praticien_garantie")
        if st.form_submit_button("Ajouter"):
            parts.attempt(
                lambda: practitioners.add(
                    here.job, name=name or "", profession=profession, city=city or "", guarantee=guarantee
                ),
                said="Praticien ajouté.",
            )


def _change(here: Room, known: Practitioner) -> None:
    key = f"reglages_{known.id}"
    with st.form(f"{key}_fiche"):
        with st.container(key=f"grid-people-{known.id}"):
            values: dict[str, Any] = {
                "name": _text("Nom affiché", known.name, f"{key}_nom"),
                "profession": _profession(known.profession, key=f"{key}_profession"),
                "specialty": _text("Spécialité", known.specialty, f"{key}_specialite"),
                "city": _text("Ville", known.city, f"{key}_ville"),
                "department": _text("Département", known.department, f"{key}_departement"),
                "rpps": _text("Numéro RPPS", known.rpps, f"{key}_rpps"),
                "email": _text("Courriel", known.email, f"{key}_courriel"),
                "guarantee": _guarantee(known.guarantee, key=f"{key}_garantie"),
                "insurer": _text("Assureur RCP", known.insurer, f"{key}_assureur"),
                "contract": _text("Numéro de contrat", known.contract, f"{key}_contrat"),
                "declaration_days": st.number_input(
                    "Délai de déclaration au contrat, en jours",
                    min_value=1,
                    max_value=LONGEST_DELAY,
                    value=known.declaration_days,
                    placeholder="Inconnu",
                    key=f"{key}_delai",
                ),
            }
        if st.form_submit_button("Enregistrer"):
            parts.attempt(
                lambda: practitioners.change(here.job, known.slug, **values), said="Fiche enregistrée."
            )


def _text(label: str, value: str, key: str) -> str:
    return (st.text_input(label, value=value, key=key, max_chars=200) or "").strip()


def _profession(value: Profession, *, key: str) -> str:
    options = list(PROFESSIONS)
    return st.selectbox(
        "Profession", options, index=options.index(value), format_func=PROFESSIONS.__getitem__, key=key
    )


def _guarantee(value: Guarantee, *, key: str) -> str:
    options = list(_GUARANTEES)
    return st.selectbox(
        "Garantie e-réputation",
        options,
        index=options.index(value),
        format_func=_GUARANTEES.__getitem__,
        key=key,
    )
