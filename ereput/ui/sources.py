"""The parts of the Sources page."""

import csv
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.facts import sources as facts
from ereput.facts.guide import PROFESSIONS
from ereput.facts.sources import Doubt, Feed, Import, Platform, Waiting
from ereput.ingest.fetch import FetchPolicy
from ereput.ingest.platforms import platforms
from ereput.jobs import feeds as feed_jobs
from ereput.jobs import practitioners as practitioner_jobs
from ereput.jobs.exporting import safe_cell
from ereput.jobs.importing import Outcome, import_file
from ereput.jobs.places import assign
from ereput.jobs.survey import survey
from ereput.jobs.undo import undo_batch
from ereput.ui import columns, parts
from ereput.ui.room import Room

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods", "json", "jsonl", "xml", "rss", "atom", "zip"]
DONE = "sources_fait"
JOURNAL_PAGE = 15
DETECT = "Lue dans le fichier"


def drop_zone(here: Room, targets: Mapping[str, tuple[str, str]]) -> None:
    """Take files, say for whom, and import them at one click."""
    with st.container(border=True, key="drop-zone"):
        files = st.file_uploader(
            "Déposez ici vos exports d’avis : CSV, Excel, JSON ou flux, 50\u00a0Mo au plus",
            type=KINDS,
            accept_multiple_files=True,
            key="sources_fichiers",
        )
        with st.container(key="grid-import"):
            # Only the practitioner already chosen is proposed: nobody imports for the first of a list.
            whose = st.selectbox(
                "Pour qui",
                list(targets),
                index=0 if here.scope.chosen else None,
                placeholder="Choisir",
                key="sources_pour",
            )
            names = {platform.name: slug for slug, platform in platforms().items()}
            platform = st.selectbox("Plateforme", [DETECT, *names], key="sources_plateforme")
        if files and len(files) == 1:
            columns.check(here, files[0])
        is_complete = st.checkbox(
            "Ces fichiers contiennent tous les avis de leur plateforme",
            key="sources_complet",
            help="Ce qui n’y est plus sera marqué comme retiré.",
        )
        ready = bool(files) and whose is not None
        if st.button("Importer", type="primary", key="sources_importer", disabled=not ready) and whose:
            slug, portfolio = targets[whose]
            options = {"practitioner": slug, "portfolio": portfolio, "platform": names.get(platform, "")}
            st.session_state[DONE] = _import_all(here, files, options | {"is_complete": is_complete})
            st.rerun()


def _import_all(
    here: Room, files: Sequence[Any], options: Mapping[str, Any]
) -> list[Outcome | tuple[str, str]]:
    """Import each file by itself; a refused one leaves the others alone."""
    done: list[Outcome | tuple[str, str]] = []
    with st.status(f"Import de {french.plural(len(files), 'fichier')}…") as status:
        for file in files:
            counter = st.empty()

            def progress(rows: int, counter: Any = counter) -> None:
                counter.text(f"{french.plural(rows, 'ligne')} lues")

            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / ("export" + Path(file.name).suffix.lower())
                path.write_bytes(file.getbuffer())
                try:
                    done.append(import_file(here.job, path, name=file.name, progress=progress, **options))
                except RefusedError as refusal:
                    done.append((file.name, str(refusal)))
        status.update(label="Mise à jour des alertes…")
        survey(here.job)
    return done


def outcomes() -> None:
    """Say what the last imports did, once."""
    for rank, outcome in enumerate(st.session_state.get(DONE, [])):
        if isinstance(outcome, tuple):
            name, reason = outcome
            parts.error(f"{name} : {reason}", "Rien n’a été enregistré de ce fichier.", _ADVICE)
            continue
        with st.container(border=True, key=f"outcome-{rank}"):
            st.badge("Importé", icon=":material/check_circle:", color="green")
            st.text(f"{outcome.file} ({outcome.format})")
            with st.container(horizontal=True, gap="medium"):
                for label, count in _counts(outcome).items():
                    st.metric(label, french.number(count), width="content")
            if outcome.message:
                parts.muted(outcome.message, key=f"outcome-{rank}")


_ADVICE = "Vérifiez que c’est bien un export d’avis ; sinon, exportez-le de nouveau ou enregistrez-le en CSV."


def _counts(outcome: Outcome) -> dict[str, int]:
    always = {"Lus": outcome.read, "Nouveaux": outcome.new, "Inchangés": outcome.unchanged}
    rare = {
        "Modifiés": outcome.edited,
        "Retirés": outcome.removed,
        "Rejetés": outcome.rejected,
        "Douteux": outcome.doubtful,
    }
    return always | {label: count for label, count in rare.items() if count}


def platform_list(shown: Sequence[Platform]) -> None:
    """List the chosen practitioner's platforms: how much, until when, and how to export from each."""
    if not shown:
        st.text("Choisissez un praticien pour voir jusqu’à quel jour chaque plateforme a été vue.")
    for rank, platform in enumerate(shown):
        with st.container(border=True, key=f"platform-{rank}"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                with st.container(key=f"strong-platform-{rank}", width="content"):
                    st.text(platform.name)
                st.badge(french.plural(platform.count, "publication"), color="gray")
                st.badge(platform.seen, color="gray" if platform.tone.value == "calme" else "orange")
            if platform.advice:
                with st.expander("Comment exporter ses avis", type="compact"):
                    st.text(platform.advice)


def feed_list(here: Room, shown: Sequence[Feed]) -> None:
    """List the feeds with their health; each may be left."""
    for feed in shown:
        with st.container(border=True, key=f"feed-{feed.id}"):
            left, right = st.columns([5, 1], vertical_alignment="center")
            with left:
                with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                    parts.tone(feed.tone)
                    st.text(feed.name)
                parts.muted(f"{feed.whose} · {feed.health}", key=f"feed-{feed.id}")
                if feed.error:
                    st.text(feed.error)
            with right:
                if st.button("Ne plus suivre", key=f"sources_flux_{feed.id}"):
                    attempt(partial(feed_jobs.remove, here.job, feed.id))
    if shown and st.button("Relever les flux maintenant", key="sources_relever", icon=":material/refresh:"):
        with st.status("Relève des flux…"):
            policy = FetchPolicy(private_hosts=settings.load().private_hosts)
            feed_jobs.refresh(here.job, policy=policy, everything=True)
            survey(here.job)
        st.rerun()


def add_feed(here: Room, targets: Mapping[str, tuple[str, str]]) -> None:
    """Follow a new feed."""
    with st.form("sources_flux"):
        url = st.text_input(
            "Adresse du flux (RSS, Atom, Google Alertes)", type="url", key="sources_flux_adresse"
        )
        whose = st.selectbox("Pour qui", list(targets), key="sources_flux_pour")
        if st.form_submit_button("Suivre ce flux"):
            slug, portfolio = targets[whose]
            attempt(lambda: feed_jobs.add(here.job, url or "", practitioner=slug, portfolio=portfolio))


def add_practitioner(here: Room) -> None:
    """Add a practitioner."""
    with st.form("sources_praticien"):
        name = st.text_input("Nom affiché", key="sources_praticien_nom", placeholder="Dr Prénom Nom")
        profession = st.selectbox(
            "Profession",
            list(PROFESSIONS),
            format_func=PROFESSIONS.__getitem__,
            key="sources_praticien_profession",
        )
        city = st.text_input("Ville", key="sources_praticien_ville")
        if st.form_submit_button("Ajouter"):
            attempt(
                lambda: practitioner_jobs.add(
                    here.job, name=name or "", profession=profession, city=city or ""
                )
            )


def journal(here: Room, shown: Sequence[Import]) -> None:
    """List the imports: what each brought, its rejects to download, and the way to take it back."""
    if not shown:
        st.text("Aucun import pour l’instant.")
    pages = max(1, -(-len(shown) // JOURNAL_PAGE))
    number = min(st.session_state.get("sources_page", 1), pages)
    for line in shown[(number - 1) * JOURNAL_PAGE : number * JOURNAL_PAGE]:
        with st.container(border=True, key=f"import-{line.id}"):
            left, right = st.columns([4, 1], vertical_alignment="center")
            with left:
                st.text(line.name)
                about = [f"n° {line.id}", line.when, line.whose, line.origin, line.format, line.undone]
                parts.muted(" · ".join(filter(None, about)), key=f"import-{line.id}")
                st.text(line.counts)
            with right:
                if line.rejected:
                    st.download_button(
                        "Lignes rejetées",
                        _rejects(here, line.id),
                        file_name=f"rejets-import-{line.id}.csv",
                        mime="text/csv",
                        key=f"sources_rejets_{line.id}",
                        on_click="ignore",
                    )
                if line.can_undo and st.button("Annuler", key=f"sources_annuler_{line.id}"):
                    attempt(partial(_undo, here, line.id))
    if pages > 1:
        st.pagination(pages, key="sources_page")


def _undo(here: Room, batch: int) -> None:
    undo_batch(here.job, batch)
    survey(here.job)


def _rejects(here: Room, batch: int) -> Callable[[], bytes]:
    """Return what makes the file of an import's rejects, only once it is asked for."""

    def made() -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["ligne", "raison", "contenu"])
        for reject in facts.rejects(here.store, here.viewer, batch):
            writer.writerow([reject.row, safe_cell(reject.reason), safe_cell(reject.raw)])
        return text.getvalue().encode("utf-8-sig")

    return made


def doubts(shown: Sequence[Doubt]) -> None:
    """Show the pairs that may be one publication, side by side."""
    for rank, doubt in enumerate(shown):
        with st.container(border=True, key=f"doubt-{rank}"):
            parts.muted(f"{doubt.practitioner} · {doubt.reason}", key=f"doubt-{rank}")
            for side, (column, review) in enumerate(zip(st.columns(2), doubt.pair, strict=True)):
                with column:
                    parts.review(review, key=f"doubt-{rank}-{side}")


def waiting(here: Room, shown: Sequence[Waiting]) -> None:
    """Ask whose the rows are that no practitioner's listing, number or name settles."""
    labels = {label: slug for slug, label in here.scope.labels.items()}
    for rank, place in enumerate(shown):
        with st.form(f"sources_lieu_{rank}"):
            st.text(place.place)
            parts.muted(f"{french.plural(place.rows, 'ligne')} · {place.reason}", key=f"place-{rank}")
            whose = st.selectbox("C’est", list(labels), index=None, placeholder="Choisir un praticien")
            if st.form_submit_button("Affecter", disabled=not labels) and whose:
                attempt(partial(_assign, here, place, labels[whose]))


def _assign(here: Room, place: Waiting, slug: str) -> None:
    assign(here.job, portfolio_id=place.portfolio_id, place_key=place.place_key, practitioner=slug)
    survey(here.job)


def attempt(job: Callable[[], object]) -> None:
    """Do a job and draw the page anew, or say why it was refused."""
    try:
        job()
    except RefusedError as refusal:
        parts.error(str(refusal), "Rien n’a été changé.", "Corrigez et recommencez.")
    else:
        st.rerun()
