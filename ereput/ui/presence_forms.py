"""The forms of the Présence page: a listing, what it displays in two clicks, the offices, a sheet."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.domain.presence import ListingStatus, Office
from ereput.facts import french
from ereput.facts import presence as facts
from ereput.facts.presence import ListingLine, Presence
from ereput.ingest.platforms import platforms
from ereput.jobs import presence as jobs
from ereput.jobs.listing_sheet import SheetOutcome, import_sheet
from ereput.ui import parts, room
from ereput.ui.room import Room

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods"]
DONE = "presence_fait"
_TEXTS = {
    "url": "Lien",
    "name": "Nom affiché",
    "profession": "Profession affichée",
    "address": "Adresse affichée",
    "phone": "Téléphone affiché",
    "hours": "Horaires affichés",
    "note": "Remarque",
}
_MOST_OFFICES = 3


def may_write(here: Room) -> bool:
    """Whether the viewer may change listings."""
    return here.viewer.role is not Role.READER


def snapshot(here: Room, slug: str, line: ListingLine) -> None:
    """Note what a listing displays: one click opens the last figures, a second one saves them."""
    key = f"presence_relever_{line.listing.id}"
    with st.popover("Relever", key=key, icon=":material/add_chart:"):
        rating = st.number_input(
            "Note affichée, sur 5",
            min_value=1.0,
            max_value=5.0,
            value=line.latest.rating if line.latest else None,
            step=0.1,
            format="%.1f",
            placeholder="Sans note",
            key=f"{key}_note",
        )
        count = st.number_input(
            "Avis affichés",
            min_value=0,
            max_value=jobs.MOST_REVIEWS,
            value=line.latest.count if line.latest else None,
            step=1,
            placeholder="Inconnu",
            key=f"{key}_nombre",
        )
        if st.button("Enregistrer", type="primary", key=f"{key}_oui"):
            job = partial(
                jobs.snapshot,
                here.job,
                slug,
                line.listing.id,
                rating=None if rating is None else round(float(rating), 2),
                count=None if count is None else int(count),
            )
            parts.attempt(job, said="Relevé noté ; les précédents sont gardés.")


def change(here: Room, slug: str, line: ListingLine) -> None:
    """Change what is written of a listing."""
    one = line.listing
    with (
        st.popover("Modifier", key=f"presence_modifier_{one.id}", icon=":material/edit:"),
        st.form(f"presence_fiche_{one.id}", border=False),
    ):
        status = _status(one.status, f"presence_fiche_{one.id}_etat")
        values = _fields({name: getattr(one, name) for name in _TEXTS}, f"presence_fiche_{one.id}")
        if st.form_submit_button("Enregistrer"):
            job = partial(jobs.save, here.job, slug, listing_id=one.id, status=status, texts=values)
            parts.attempt(job, said="Fiche enregistrée.")


def add(here: Room, slug: str) -> None:
    """Write a listing down."""
    names = {platform.name: code for code, platform in platforms().items()}
    with st.expander("Ajouter une fiche"), st.form("presence_ajout", clear_on_submit=True, border=False):
        with st.container(key="grid-presence-ajout"):
            platform = st.selectbox(
                "Plateforme", list(names), index=None, placeholder="Choisir", key="presence_ajout_plateforme"
            )
            status = _status(ListingStatus.UNKNOWN, "presence_ajout_etat")
        values = _fields({}, "presence_ajout")
        if st.form_submit_button("Ajouter", key="presence_ajouter"):
            job = partial(
                jobs.save, here.job, slug, platform=names.get(platform or "", ""), status=status, texts=values
            )
            parts.attempt(job, said="Fiche ajoutée.")


def _status(value: ListingStatus, key: str) -> str:
    options = list(facts.STATUSES)
    chosen = st.selectbox(
        "État",
        options,
        index=options.index(value),
        format_func=lambda one: french.sentence_case(facts.STATUSES[one]),
        key=key,
    )
    return (chosen or value).value


def _fields(values: dict[str, str], key: str) -> dict[str, str]:
    with st.container(key=f"grid-{key}"):
        return {
            name: st.text_input(
                label, value=values.get(name, ""), max_chars=jobs.LONGEST, key=f"{key}_{name}"
            )
            or ""
            for name, label in _TEXTS.items()
        }


def offices(here: Room, shown: Presence) -> None:
    """Write where the practitioner works: what listings are compared with."""
    with st.expander("Vos coordonnées, telles qu’elles doivent apparaître", expanded=not shown.offices):
        known = [*shown.offices, *[Office()] * _MOST_OFFICES][: max(_MOST_OFFICES, len(shown.offices))]
        with st.form("presence_cabinets", border=False):
            typed = []
            for rank, one in enumerate(known):
                st.caption("Cabinet principal" if rank == 0 else f"Autre cabinet ({rank + 1})")
                with st.container(key=f"grid-presence-cabinet-{rank}"):
                    cells = {
                        name: st.text_input(
                            label, value=getattr(one, name), key=f"presence_cabinet_{rank}_{name}"
                        )
                        for name, label in (
                            ("address", "Adresse"),
                            ("phone", "Téléphone"),
                            ("hours", "Horaires"),
                        )
                    }
                typed.append(Office(**{name: text or "" for name, text in cells.items()}))
            if st.form_submit_button("Enregistrer", key="presence_cabinets_oui"):
                job = partial(jobs.set_offices, here.job, shown.who.slug, typed)
                parts.attempt(job, said="Coordonnées notées.")


# -- a sheet


def sheet(here: Room) -> None:
    """Take a sheet of listings and import it at one click, for the practitioner or for a portfolio."""
    chosen = here.scope.chosen
    with st.container(border=True, key="presence-sheet"):
        file = st.file_uploader(
            "Déposez une feuille de fiches : plateforme, lien, nom, adresse, téléphone, note, nombre d’avis",
            type=KINDS,
            key="presence_feuille",
        )
        portfolio = ""
        if chosen is None:
            homes = sorted({one.portfolio for one in here.scope.first()})
            portfolio = (
                st.selectbox(
                    "Portefeuille", homes, index=0 if len(homes) == 1 else None, key="presence_feuille_pour"
                )
                or ""
            )
        ready = file is not None and bool(chosen or portfolio)
        if (
            st.button("Importer", type="primary", key="presence_feuille_importer", disabled=not ready)
            and file
        ):
            slug = chosen.slug if chosen else ""
            st.session_state[DONE] = _imported(here, file, slug, "" if slug else portfolio)
            st.rerun()
    _outcome()


def _imported(here: Room, file: Any, slug: str, portfolio: str) -> SheetOutcome | str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("fiches" + Path(file.name).suffix.lower())
        path.write_bytes(file.getbuffer())
        try:
            return import_sheet(here.job, path, name=file.name, practitioner=slug, portfolio=portfolio)
        except RefusedError as refusal:
            return f"{file.name} : {refusal}"


def _outcome() -> None:
    """Say what the last sheet did, row by row where it was not taken as written."""
    shown: SheetOutcome | str | None = st.session_state.get(DONE)
    if shown is None:
        return
    if isinstance(shown, str):
        parts.error(shown, "Rien n’a été enregistré.", "Corrigez la feuille et recommencez.")
        return
    with st.container(border=True, key="presence-outcome"):
        st.badge("Importé", icon=":material/check_circle:", color="green")
        with st.container(horizontal=True, gap="medium"):
            for label, count in (
                ("Lignes lues", shown.read),
                ("Ajoutées", shown.added),
                ("Modifiées", shown.changed),
                ("Relevés", shown.snapshots),
                ("Rejetées", shown.rejected),
            ):
                st.metric(label, french.number(count), width="content")
        rows = [(row, "rejetée", why) for row, why in shown.rejects]
        rows += [(row, "lue autrement", why) for row, why in shown.remarks]
        if rows:
            st.dataframe(
                pd.DataFrame(sorted(rows), columns=["Ligne", "Sort", "Raison"]),
                hide_index=True,
                alt="Les lignes rejetées ou lues autrement, et pourquoi",
            )
        used = [(column.title, column.reason) for column in shown.columns]
        with st.expander("Comment les colonnes ont été lues", type="compact"):
            st.dataframe(
                pd.DataFrame(used, columns=["Colonne", "Lecture"]), hide_index=True, alt="Les colonnes"
            )
        st.button("J’ai lu", key="presence_feuille_lu", on_click=room.put(**{DONE: None}))
