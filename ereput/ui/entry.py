"""Ways to bring publications in other than a file of reviews: typed by hand, or a list of feeds."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.ingest import platforms
from ereput.jobs import feeds as feed_jobs
from ereput.jobs import manual
from ereput.jobs.survey import survey
from ereput.ui import parts
from ereput.ui.room import Room


def one(here: Room, targets: Mapping[str, tuple[str, str]]) -> None:
    """Type or paste one publication as it is displayed."""
    people = {label: slug for label, (slug, _) in targets.items() if slug}
    names = {platform.name: slug for slug, platform in platforms().items()}
    with st.form("sources_saisie", clear_on_submit=True):
        with st.container(key="grid-entry"):
            whose = st.selectbox("Pour qui", list(people), key="sources_saisie_pour")
            platform = st.selectbox("Plateforme", list(names), key="sources_saisie_plateforme")
            day = st.text_input(
                "Date affichée", key="sources_saisie_date", placeholder="03/11/2026, il y a 2 semaines…"
            )
            rating = st.text_input("Note affichée", key="sources_saisie_note", placeholder="4/5, 8/10…")
            author = st.text_input("Auteur affiché", key="sources_saisie_auteur")
            url = st.text_input("Lien", key="sources_saisie_lien", type="url", placeholder="https://…")
        text = st.text_area("Texte", key="sources_saisie_texte")
        reply = st.text_area("Réponse déjà publiée", key="sources_saisie_reponse")
        if not st.form_submit_button("Ajouter cette publication", disabled=not people):
            return
    typed = manual.Typed(
        platform=names[platform],
        date=day or "",
        rating=rating or "",
        author=author or "",
        text=text or "",
        reply=reply or "",
        url=url or "",
    )
    try:
        done = manual.add(here.job, people[whose], typed)
    except RefusedError as refusal:
        parts.error(str(refusal), "Rien n’a été enregistré.", "Corrigez et recommencez.")
        return
    survey(here.job)
    st.toast("Publication ajoutée." if done.new else "Cette publication était déjà connue.")


def feed_list(here: Room, targets: Mapping[str, tuple[str, str]]) -> None:
    """Follow every feed of an OPML file."""
    with st.form("sources_opml", clear_on_submit=True):
        file = st.file_uploader(
            "Ou déposez une liste de flux (OPML)", type=["opml", "xml"], key="sources_opml_fichier"
        )
        whose = st.selectbox("Pour qui", list(targets), key="sources_opml_pour")
        if not st.form_submit_button("Suivre tous ces flux") or file is None:
            return
    slug, portfolio = targets[whose]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flux.opml"
        path.write_bytes(file.getbuffer())
        try:
            new, known = feed_jobs.add_opml(here.job, path, practitioner=slug, portfolio=portfolio)
        except RefusedError as refusal:
            parts.error(str(refusal), "Aucun flux n’a été ajouté.", "Vérifiez le fichier.")
            return
    st.toast(f"{french.plural(new, 'flux')} de plus, {french.number(known)} déjà suivis.")
