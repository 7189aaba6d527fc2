"""The part of the Réglages page about the data: how long it is kept, who is erased, what is written of it."""

import tempfile
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.facts import french
from ereput.jobs import erasure, register, retention
from ereput.jobs.retention import LONGEST, SHORTEST, Preview
from ereput.ui import parts
from ereput.ui.room import Room


def data(here: Room) -> None:
    """Show what is kept and how long, erase on demand, give the record of processing."""
    if here.viewer.role is not Role.ADMINISTRATOR:
        st.text("Seul un administrateur règle la conservation des données et efface à la demande.")
        return
    shown = retention.preview(here.job)
    _durations(here, shown)
    _preview(here, shown)
    _erase(here)
    _record(here)


def _durations(here: Room, shown: Preview) -> None:
    parts.section("Combien de temps garder les données ?")
    point = retention.source()
    st.text(f"Proposé par la base documentaire : {point.rule}")
    if point.status.value == "a_verifier":
        st.badge("À vérifier", color="orange")
    with st.form("reglages_conservation", border=False):
        with st.container(key="grid-retention"):
            chosen = {
                row.kind: st.number_input(
                    f"{row.label}, en mois",
                    min_value=SHORTEST,
                    max_value=LONGEST,
                    value=row.months,
                    key=f"reglages_conservation_{row.kind.value}",
                    help=f"Proposé : {row.proposed} mois, comptés du jour où la donnée est entrée.",
                )
                for row in shown.rows
            }
        if st.form_submit_button("Enregistrer les durées"):
            parts.attempt(
                partial(retention.change, here.job, chosen),
                said="Durées enregistrées : relisez l’aperçu, puis confirmez.",
            )


def _preview(here: Room, shown: Preview) -> None:
    parts.section("Ce qu’une purge effacerait aujourd’hui")
    table = pd.DataFrame(
        [{"Donnée": row.label, "Gardée (mois)": row.months, "À effacer": row.count} for row in shown.rows]
    )
    st.dataframe(table, hide_index=True, alt="Ce qui a dépassé sa durée, par nature de donnée")
    st.caption(
        "Un avis perd son texte et son auteur ; sa note, son jour, sa plateforme et sa tonalité restent : "
        "les chiffres ne bougent pas. Un dossier ouvert garde tout ce qui lui sert."
    )
    total = sum(row.count for row in shown.rows)
    if not shown.is_confirmed:
        st.checkbox("J’ai relu cet aperçu et j’accepte ces durées", key="reglages_purge_sur")
    if st.button("Purger maintenant", key="reglages_purge", disabled=not total and shown.is_confirmed):
        parts.attempt(partial(_purge, here, shown), said="Purge faite.")


def _purge(here: Room, shown: Preview) -> None:
    if not shown.is_confirmed:
        if not st.session_state.get("reglages_purge_sur"):
            raise RefusedError("Cochez d’abord la case : une purge est définitive.")
        retention.confirm(here.job, shown)
    retention.purge(here.job)


def _erase(here: Room) -> None:
    parts.section("Effacer à la demande d’une personne")
    with st.form("reglages_effacer", border=False):
        name = st.text_input("Auteur, tel qu’il est affiché", key="reglages_effacer_nom", max_chars=200)
        st.checkbox("Je comprends que c’est définitif", key="reglages_effacer_sur")
        st.caption(
            "Ses avis, leurs versions, les lignes en attente et les dossiers clos sont vidés, et les imports "
            "suivants n’en reprennent rien. Les fichiers déjà exportés sont à détruire par vous."
        )
        if st.form_submit_button("Effacer partout"):
            parts.attempt(partial(_erase_author, here, (name or "").strip()))


def _erase_author(here: Room, name: str) -> None:
    if not st.session_state["reglages_effacer_sur"]:
        raise RefusedError("Cochez d’abord la case : l’effacement est définitif.")
    done = erasure.erase_author(here.job, name)
    held = french.joined([f"n° {number}" for number in done.held])
    said = f"Effacé : {french.plural(done.publications, 'publication')}."
    parts.later(said + (f" Retenu par un dossier ouvert : {held}." if held else ""))


def _record(here: Room) -> None:
    parts.section("Registre des traitements")
    st.caption("La fiche de l’article 30 du RGPD, tirée de vos réglages : à compléter et à signer.")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "registre.docx"
        register.write(here.job, settings.load(), target)
        st.download_button("Télécharger le registre (Word)", target.read_bytes(), file_name=target.name)
