"""The notifications in Réglages, and the last runs on Sources."""

from functools import partial

import streamlit as st

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.facts import notices, schedule
from ereput.jobs import digest as jobs
from ereput.notify import mail
from ereput.ui import parts
from ereput.ui.room import Room

CHANNELS = {"E-mail": "email", "Canaux Apprise de cette machine": "apprise"}
RHYTHMS = {"Chaque semaine": "weekly", "Chaque mois": "monthly", "Jamais": "never"}


def runs(here: Room) -> None:
    """Say when feeds were last fetched on schedule, and when they next are due."""
    shown = here.ask(schedule.read)
    if shown.is_late:
        st.badge("En retard", icon=":material/schedule:", color="orange")
    for rank, sentence in enumerate(filter(None, (shown.refresh, shown.next_refresh, shown.digest))):
        parts.muted(sentence, key=f"run-{rank}")


def settings_tab(here: Room) -> None:
    """Choose who is told what, when, and by which channel; try it; see what left."""
    found = here.ask(notices.read)
    parts.section("Notifications")
    st.text(
        "Des nombres et des liens, jamais un nom ni un mot d’avis. Les envois partent quand « ereput digest »"
        " passe, par cron ou systemd."
    )
    parts.muted(_server(), key="smtp-server")
    for one in found.subscriptions:
        with st.container(border=True, key=f"subscription-{one.id}"):
            with st.container(key=f"strong-subscription-{one.id}"):
                st.text(one.where)
            parts.muted(one.what, key=f"subscription-{one.id}")
            with st.container(horizontal=True, gap="small"):
                if st.button("Envoyer un essai", key=f"reglages_essai_{one.id}"):
                    job = partial(jobs.try_channel, here.job, settings.load(), one.id)
                    parts.attempt(job, said="Message d’essai parti.")
                if st.button("Retirer", key=f"reglages_retirer_{one.id}"):
                    parts.attempt(partial(jobs.unsubscribe, here.job, one.id), said="Abonnement retiré.")
    if not found.subscriptions:
        st.text("Personne n’est encore notifié.")
    if here.viewer.role is not Role.READER:
        _add(here)
    if len(found.sendings):
        parts.section("Derniers envois")
        st.dataframe(found.sendings, hide_index=True, alt="Les derniers messages, partis ou en échec")
    parts.muted(here.ask(schedule.read).digest, key="digest-run")


def _server() -> str:
    """Say where messages leave from, without any secret."""
    loaded = settings.load()
    if not loaded.smtp:
        return "Aucun serveur d’envoi : définissez EREPUT_SMTP (smtps://utilisateur:motdepasse@serveur)."
    try:
        return f"Serveur d’envoi : {mail.server(loaded.smtp).shown}."
    except RefusedError as refusal:
        return str(refusal)


def _add(here: Room) -> None:
    offered = CHANNELS if here.viewer.role is Role.ADMINISTRATOR else {"E-mail": "email"}
    with st.form("reglages_abonnement"):
        with st.container(key="grid-notices"):
            channel = st.selectbox("Par", list(offered), key="reglages_canal")
            address = st.text_input(
                "Adresse e-mail", key="reglages_adresse", type="email", placeholder="nom@cabinet.fr"
            )
            rhythm = st.selectbox("Le point", list(RHYTHMS), key="reglages_rythme")
            start = st.number_input("Silence à partir de (heure)", 0, 23, 20, key="reglages_silence_de")
            end = st.number_input("Silence jusqu’à (heure)", 0, 23, 8, key="reglages_silence_a")
        urgent = st.checkbox("Les urgences sans attendre", value=True, key="reglages_urgences")
        if st.form_submit_button("Notifier"):
            job = partial(
                jobs.subscribe,
                here.job,
                channel=offered[channel],
                address=address or "",
                rhythm=RHYTHMS[rhythm],
                is_urgent=urgent,
                quiet=(int(start), int(end)),
            )
            parts.attempt(job, said="Abonnement ajouté : envoyez un essai.")
