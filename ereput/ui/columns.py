"""Check, and correct, how the columns of an unknown sheet are read; what is kept serves its next files."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.ingest import DateOrder, Mapping, Preview, Role, preview_bytes
from ereput.jobs.mapping import save
from ereput.ui import parts
from ereput.ui.room import Room

ROLES = {
    Role.DATE: "Date de l’avis",
    Role.RATING: "Note",
    Role.TEXT: "Texte",
    Role.AUTHOR: "Auteur",
    Role.TITLE: "Titre",
    Role.REPLY: "Réponse",
    Role.URL: "Lien",
    Role.ID: "Identifiant",
    Role.SOURCE: "Plateforme",
    Role.PLACE_NAME: "Praticien ou lieu",
}
ORDERS = {None: "À deviner", DateOrder.DAY_FIRST: "jour/mois", DateOrder.MONTH_FIRST: "mois/jour"}
SCALES = {None: "À deviner", 5.0: "sur 5", 10.0: "sur 10", 20.0: "sur 20", 100.0: "sur 100"}


def check(here: Room, file: Any) -> None:
    """Show the beginning of a file and what each column is taken for."""
    part = st.expander("Vérifier les colonnes", key="sources_colonnes", on_change="rerun")
    if not part.open:
        return
    with part:
        try:
            seen = preview_bytes(file.getvalue(), file.name, now=here.now)
        except RefusedError as refusal:
            st.text(str(refusal))
            return
        rows = pd.DataFrame([row[: len(seen.header)] for row in seen.rows[:5]])
        st.dataframe(
            rows.rename(columns=dict(enumerate(_labels(seen)))), hide_index=True, alt="Le début du fichier"
        )
        chosen = _choose(seen)
        if st.button("Retenir ces colonnes", key="sources_colonnes_retenir"):
            _keep(lambda: save(here.job, seen.signature, chosen))


def _labels(seen: Preview) -> list[str]:
    """Return a name of its own for each column: two may bear the same, or none."""
    return [f"{rank}. {name}" for rank, name in enumerate(seen.header, 1)]


def _choose(seen: Preview) -> Mapping:
    labels = _labels(seen)
    reasons = {guess.role: guess.reason for guess in reversed(seen.columns) if guess.role is not None}
    columns: dict[Role, tuple[int, ...]] = dict(seen.mapping.columns)
    with st.container(key="grid-columns"):
        for role, name in ROLES.items():
            guessed = seen.mapping.columns.get(role, ())
            column = st.selectbox(
                name,
                range(len(labels)),
                index=guessed[0] if guessed else None,
                format_func=labels.__getitem__,
                placeholder="Aucune",
                help=reasons.get(role),
                key=f"sources_colonne_{role.value}_{seen.signature[:12]}",
            )
            # The column chosen is tried first; what was guessed after it stays a second choice.
            columns[role] = (
                () if column is None else (column, *(other for other in guessed if other != column))
            )
        order = st.selectbox(
            "Dates", list(ORDERS), format_func=ORDERS.__getitem__, key="sources_colonnes_dates"
        )
        scale = st.selectbox(
            "Notes", list(SCALES), format_func=SCALES.__getitem__, key="sources_colonnes_notes"
        )
    kept = {role: numbers for role, numbers in columns.items() if numbers}
    return Mapping(kept, order or seen.mapping.order, scale or seen.mapping.scale, seen.mapping.utc)


def _keep(job: Callable[[], None]) -> None:
    try:
        job()
    except RefusedError as refusal:
        parts.error(str(refusal), "Rien n’a été retenu.", "Choisissez ces colonnes et recommencez.")
    else:
        st.toast("Colonnes retenues pour ce fichier et ceux de même en-tête.")
