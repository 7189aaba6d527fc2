"""Bring files in: the drop zone, what each import did, the journal with its rejects and its way back."""

import csv
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.facts import french, words
from ereput.facts import sources as facts
from ereput.facts.sources import Import, Reject
from ereput.ingest.platforms import platforms
from ereput.jobs.exporting import safe_cell
from ereput.jobs.importing import Outcome, import_file
from ereput.jobs.survey import survey
from ereput.jobs.undo import undo_batch
from ereput.ui import columns, parts, room
from ereput.ui.pace import Pace, rows_in
from ereput.ui.room import Room

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods", "json", "jsonl", "xml", "rss", "atom", "zip"]
DONE = "sources_fait"
JOURNAL_PAGE = 15
SHOWN_REJECTS = 100
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
    with st.status(f"Import de {french.plural(len(files), 'fichier')}…", expanded=True) as status:
        for file in files:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / ("export" + Path(file.name).suffix.lower())
                path.write_bytes(file.getbuffer())
                follow = _following(file)
                try:
                    done.append(import_file(here.job, path, name=file.name, progress=follow, **options))
                except RefusedError as refusal:
                    done.append((file.name, str(refusal)))
        status.update(label="Mise à jour des alertes…")
        survey(here.job)
    return done


def _following(file: Any) -> Callable[[int], None]:
    """Show how far the import of a file is: rows, rows a second, time left."""
    st.text(file.name)
    bar = st.progress(0.0)
    pace = Pace(rows_in(file.name, file.getbuffer()))

    def follow(rows: int) -> None:
        bar.progress(pace.share(rows), text=pace.text(rows))

    return follow


def outcomes(here: Room) -> None:
    """Say what the last imports did, until the user has read it."""
    shown: list[Outcome | tuple[str, str]] = st.session_state.get(DONE, [])
    for rank, outcome in enumerate(shown):
        if isinstance(outcome, tuple):
            name, reason = outcome
            parts.error(f"{name} : {reason}", "Rien n’a été enregistré de ce fichier.", _ADVICE)
            continue
        with st.container(border=True, key=f"outcome-{rank}"):
            st.badge("Importé", icon=":material/check_circle:", color="green")
            kind = words.format_name(outcome.format)
            told = [outcome.file, kind, f"en {french.duration(outcome.seconds)}"]
            st.text(" · ".join(filter(None, told)))
            with st.container(horizontal=True, gap="medium"):
                for label, count in _counts(outcome).items():
                    st.metric(label, french.number(count), width="content")
            if outcome.message:
                parts.muted(outcome.message, key=f"outcome-{rank}")
            _rejected(here, outcome.batch, outcome.rejected, key=f"bilan_{rank}")
    if shown:
        st.button("J’ai lu", key="sources_lu", on_click=room.put(**{DONE: []}))


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


def journal(here: Room, shown: Sequence[Import]) -> None:
    """List the imports: what each brought, its rejects, and the way to take it back."""
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
                if line.can_undo:
                    _undo(here, line)
            _rejected(here, line.id, line.rejected, key=str(line.id))
    if pages > 1:
        st.pagination(pages, key="sources_page")


def _undo(here: Room, line: Import) -> None:
    with st.popover("Annuler…", key=f"sources_annuler_{line.id}"):
        st.text(
            "Retire ce que cet import a apporté, et rétablit ce qu’il a modifié. "
            "Ce qu’un import plus récent a vu aussi reste en place."
        )
        if st.button("Annuler cet import", key=f"sources_annuler_oui_{line.id}"):
            parts.attempt(partial(_taken_back, here, line.id))


def _taken_back(here: Room, batch: int) -> None:
    undo_batch(here.job, batch)
    survey(here.job)


def _rejected(here: Room, batch: int, count: int, *, key: str) -> None:
    """Show the rows that were not understood, once asked for, and offer all of them as a file."""
    if not count:
        return
    label = french.plural(count, "ligne rejetée", "lignes rejetées")
    part = st.expander(label, type="compact", key=f"sources_rejets_{key}", on_change="rerun")
    if not part.open:
        return
    with part:
        found = facts.rejects(here.store, here.viewer, batch)
        rows = [(reject.row, reject.reason, reject.raw) for reject in found[:SHOWN_REJECTS]]
        st.dataframe(
            pd.DataFrame(rows, columns=["Ligne", "Raison", "Contenu"]),
            hide_index=True,
            alt=f"{label} et la raison de chacune",
            placeholder="",
        )
        st.download_button(
            "Télécharger les lignes rejetées",
            partial(_file_of, found),
            file_name=f"rejets-import-{batch}.csv",
            mime="text/csv",
            key=f"sources_rejets_fichier_{key}",
            on_click="ignore",
        )


def _file_of(rejects: Sequence[Reject]) -> bytes:
    """Return the rejects as a file that a French spreadsheet opens; no cell is ever a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["ligne", "raison", "contenu"])
    for reject in rejects:
        writer.writerow([reject.row, safe_cell(reject.reason), safe_cell(reject.raw)])
    return text.getvalue().encode("utf-8-sig")
