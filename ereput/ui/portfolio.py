"""The parts of the Portefeuille page."""

import csv
import html
import io
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.facts import french
from ereput.facts import portfolio as facts
from ereput.facts.cases import CaseDue
from ereput.facts.portfolio import Asked, FunnelChart, Listed, Movers, Portfolio, Sort
from ereput.facts.shapes import Target
from ereput.ingest.insured import InsuredRole, has_names, vocabulary
from ereput.jobs import insured
from ereput.jobs.exporting import safe_cell
from ereput.jobs.insured_export import export_list
from ereput.ui import charts, parts, room
from ereput.ui.room import Room

ALL = "Tous"
DONE = "portefeuille_fait"
MOST_DEADLINES = 20
NEW = "Nouveau portefeuille"
KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods"]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# -- filters


def filters(found: facts.Choices) -> Asked:
    """Choose which insured; the choices stand in the address, so that a view can be shared."""
    with st.container(key="grid-filters"):
        words = st.text_input(
            "Chercher", key="portefeuille_mots", type="search", placeholder="nom, ville…", bind="query-params"
        )
        guarantees = {name: value.value for value, name in facts.GUARANTEES.items()}
        levels = {name: value.value for value, name in facts.LEVELS.items()}
        return Asked(
            portfolio=_one("Portefeuille", "nom", {name: name for name in found.portfolios}),
            profession=_one("Profession", "profession", found.professions),
            department=_one("Département", "departement", {name: name for name in found.departments}),
            guarantee=_one("Garantie", "garantie", guarantees),
            level=_one("État", "etat", levels),
            words=words or "",
        )


def _one(label: str, name: str, options: Mapping[str, str]) -> str:
    chosen = st.selectbox(
        label, [ALL, *options], key=f"portefeuille_{name}", bind="query-params", disabled=not options
    )
    return options.get(chosen, "")


def sort() -> Sort:
    """Choose the order of the list."""
    orders = {name: value for value, name in facts.SORTS.items()}
    chosen = st.selectbox("Trier par", list(orders), key="portefeuille_tri", bind="query-params")
    return orders.get(chosen, Sort.ODDS)


# -- whom to call


def calls(shown: Portfolio) -> None:
    """List the week's calls, the likeliest burst first, each with its reason."""
    for rank, call in enumerate(shown.calls, 1):
        with st.container(border=True, key=f"call-{rank}"):
            words, action = st.columns([4, 1], vertical_alignment="center")
            with words, st.container(gap="xsmall"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    with st.container(key=f"strong-call-{rank}", width="content"):
                        st.text(f"{rank}. {call.name}")
                    st.badge(call.guarantee, color="gray" if call.has_guarantee else "orange")
                parts.muted(f"{call.where} · {call.odds} · {call.why}", key=f"call-{rank}")
            with action:
                target = Target.to("praticien", praticien=call.slug)
                parts.go("Voir le praticien", target, key=f"portefeuille_appel_{rank}")
    for sentence in filter(None, (shown.more_calls, f"{shown.false_alarms} {shown.surveyed}".strip())):
        st.caption(parts.plain(sentence))


# -- the list


def rows(here: Room, shown: Listed, asked: Asked, order: Sort) -> None:
    """Show one page of the list; touching a row opens the practitioner."""
    if not shown.total:
        parts.empty("Aucun assuré ne répond à ces choix.", key="portefeuille-none")
        return
    st.caption(f"{french.plural(shown.total, 'assuré')}. Cochez une ligne pour ouvrir le praticien.")
    st.dataframe(
        shown.frame,
        hide_index=True,
        key="portefeuille_lignes",
        on_select=lambda: _open(shown.slugs),
        selection_mode="single-row",
        alt="La liste des assurés, une ligne chacun",
        column_config={
            "Pic en cours (%)": st.column_config.NumberColumn(format="%.0f"),
            "Note": st.column_config.NumberColumn(
                format="%.2f", help=f"Vide au-dessous de {facts.ENOUGH} notes : rien à comparer."
            ),
            "Dernier avis": st.column_config.DateColumn(format="DD/MM/YYYY"),
        },
    )
    if shown.pages > 1:
        st.pagination(shown.pages, key="portefeuille_page")
    if here.viewer.role is not Role.READER:
        st.download_button(
            "Exporter la liste (Excel)",
            lambda: _exported(here, asked, order),
            file_name="assures.xlsx",
            mime=SHEET,
            key="portefeuille_export",
            icon=":material/download:",
            on_click="ignore",
        )


def _open(slugs: tuple[str, ...]) -> None:
    chosen = st.session_state["portefeuille_lignes"]["selection"]["rows"]
    if chosen:
        room.head_for("praticien", praticien=slugs[chosen[0]])()


def _exported(here: Room, asked: Asked, order: Sort) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assures.xlsx"
        export_list(here.job, path, asked=asked, sort=order)
        return path.read_bytes()


# -- pictures and tables


def funnel(shown: FunnelChart) -> None:
    """Draw the ratings against their number; a point outside the limits opens its practitioner."""
    if shown.centre is None:
        st.text(shown.takeaway)
        return
    clicked = charts.pick(_funnel(shown), key="portefeuille_entonnoir", takeaway=shown.takeaway)
    st.caption(
        "Dans l’entonnoir, les écarts s’expliquent par le hasard et par la diversité habituelle des "
        f"praticiens. Au-dessous de {facts.ENOUGH} notes, personne n’est placé. Ce n’est pas un classement."
    )
    if clicked:
        parts.go("Voir ce praticien", Target.to("praticien", praticien=clicked), key="portefeuille_point")


def _funnel(shown: FunnelChart) -> go.Figure:
    figure = go.Figure()
    lines = (("95\u202f%", "95", "dash"), ("99,8\u202f%", "998", "solid"))
    for name, level, dash in lines:
        for side in ("low", "high"):
            figure.add_scatter(
                x=shown.limits["n"],
                y=shown.limits[f"{side}_{level}"],
                mode="lines",
                line={"color": charts.GREY, "width": 1.5, "dash": dash},
                name=f"Limites à {name}",
                showlegend=side == "low",
                hoverinfo="skip",
            )
    figure.add_hline(y=shown.centre, line={"color": charts.GREY, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=shown.crowd["n"],
        y=shown.crowd["rating"],
        mode="markers",
        name="Assurés",
        marker={
            "color": charts.BLUE + "80",
            "size": shown.crowd["people"],
            "sizemode": "area",
            "sizeref": max(float(shown.crowd["people"].max()), 1.0) / 300,
            "sizemin": 3,
        },
        # No `customdata`: a click on the crowd chooses nobody.
        text=[french.plural(count, "assuré") for count in shown.crowd["people"]],
        hovertemplate="%{text} vers %{y:.1f} sur 5<extra></extra>",
    )
    figure.add_scatter(
        x=shown.outside["n"],
        y=shown.outside["rating"],
        mode="markers",
        name="Hors limites",
        marker={"color": charts.ORANGE, "size": 9, "symbol": "diamond"},
        customdata=shown.outside[["slug"]],
        text=[html.escape(name, quote=False) for name in shown.outside["name"]],
        hovertemplate="%{text} : %{y:.1f} sur 5 (n = %{x})<extra></extra>",
    )
    figure.update_layout(height=380, hovermode="closest")
    figure.update_xaxes(type="log", title="Nombre de notes", tickvals=[30, 100, 300, 1000, 3000, 10_000])
    figure.update_yaxes(range=[1, 5.05], tickvals=[1, 2, 3, 4, 5], title="Note moyenne")
    return figure


def table(shown: Portfolio) -> None:
    """Show guarantees against alerts."""
    st.dataframe(shown.table, hide_index=True, alt=shown.takeaway)
    st.caption(shown.takeaway)


def movers(shown: Movers) -> None:
    """Show who worsened and who improved by more than chance."""
    left, right = st.columns(2)
    for column, title, found in ((left, "Se dégradent", shown.worse), (right, "S’améliorent", shown.better)):
        with column:
            parts.section(title)
            for rank, mover in enumerate(found):
                target = Target.to("praticien", praticien=mover.slug)
                parts.go(mover.name, target, key=f"portefeuille_{title[:4]}_{rank}")
                parts.muted(mover.change, key=f"{title[:4]}-{rank}")
            if not found:
                st.text("Personne, au-delà du hasard.")
    st.caption(shown.method)


def deadlines(shown: tuple[CaseDue, ...]) -> None:
    """List what falls due in the open cases, the nearest first."""
    parts.section("Échéances des dossiers", "Dans les trente jours, ou déjà passées.")
    for rank, item in enumerate(shown[:MOST_DEADLINES]):
        with st.container(border=True, key=f"deadline-{rank}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.tone(item.tone)
                target = Target.to("dossiers", dossiers_choix=str(item.case_id))
                label = f"{item.name}, dossier n° {item.case_id}"
                parts.go(label, target, key=f"portefeuille_dossier_{rank}")
            parts.muted(f"{item.label} · {french.day(item.day)} ({item.remaining})", key=f"deadline-{rank}")
    if not shown:
        st.text("Aucune échéance dans les trente jours.")
    elif len(shown) > MOST_DEADLINES:
        st.caption(f"Et {french.plural(len(shown) - MOST_DEADLINES, 'autre')} : voir les dossiers.")


def declarations(shown: tuple[facts.Declaration, ...]) -> None:
    """List by which day the insurers must know."""
    parts.section("Déclarations à l’assureur", "Assurés garantis, en alerte.")
    if not shown:
        st.text("Aucun assuré garanti n’est en alerte : rien à déclarer.")
    for rank, one in enumerate(shown):
        with st.container(border=True, key=f"declaration-{rank}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.tone(one.tone)
                target = Target.to("alertes", praticien=one.slug)
                parts.go(one.name, target, key=f"portefeuille_echeance_{rank}")
            parts.muted(
                f"Déclarer avant le {one.day} ({one.remaining}) · {one.insurer} · {one.basis}",
                key=f"declaration-{rank}",
            )
    if shown:
        st.caption(
            "Comptée du jour de l’alerte : si l’assuré savait plus tôt, l’échéance est plus proche. "
            "C’est à lui de déclarer."
        )


# -- the list of the insured


def drop_zone(here: Room, homes: tuple[str, ...]) -> None:
    """Take the list of the insured, say how it is read, and import it at one click."""
    outcome()
    if here.viewer.role not in (Role.ADMINISTRATOR, Role.BROKER):
        st.text("Seul un courtier ou un administrateur importe la liste des assurés.")
        return
    file = st.file_uploader(
        "Déposez la liste des assurés : CSV ou Excel, une ligne par praticien",
        type=KINDS,
        key="portefeuille_liste",
    )
    may_add = here.viewer.role is Role.ADMINISTRATOR
    options = [*homes, *([NEW] if may_add else [])]
    home = st.selectbox("Dans quel portefeuille", options, key="portefeuille_liste_pour")
    if home == NEW:
        home = st.text_input("Nom du nouveau portefeuille", key="portefeuille_liste_nom")
    if file is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("liste" + Path(file.name).suffix.lower())
        path.write_bytes(file.getbuffer())
        try:
            columns = _columns(here, path, file.name)
            if st.button("Importer la liste", type="primary", key="portefeuille_importer", disabled=not home):
                st.session_state[DONE] = insured.import_list(
                    here.job, path, portfolio_name=home or "", name=file.name, columns=columns
                )
                st.rerun()
        except RefusedError as refusal:
            parts.error(str(refusal), "Rien n’a été enregistré.", "Corrigez la liste ou ses colonnes.")


def _columns(here: Room, path: Path, name: str) -> dict[str, str]:
    """Show what each column is taken for, and return what the user corrects, {role: title}."""
    seen, read = insured.preview(here.job, path, name=name)
    guessed = {column.role: column.title for column in read if column.role is not None}
    titles = [title for title in dict.fromkeys(seen.header) if title]
    changed: dict[str, str] = {}
    with st.expander("Vérifier les colonnes", expanded=not has_names(seen.guessed)):
        for column in read:
            st.caption(parts.plain(f"{column.title or 'Sans titre'} : {column.reason}"))
        with st.container(key="grid-columns"):
            for role in InsuredRole:
                label = french.sentence_case(vocabulary().roles[role].label)
                at = titles.index(guessed[role]) + 1 if guessed.get(role) in titles else 0
                key = f"portefeuille_colonne_{seen.signature}_{role.value}"
                chosen = st.selectbox(label, ["–", *titles], index=at, key=key)
                title = "" if chosen == "–" else chosen
                if title != guessed.get(role, ""):
                    changed[role.value] = title
    return changed


def outcome() -> None:
    """Say what the last import of a list did."""
    done: insured.InsuredOutcome | None = st.session_state.get(DONE)
    if done is None:
        return
    with st.container(border=True, key="outcome-list"):
        st.badge("Importé", icon=":material/check_circle:", color="green")
        st.text(f"{done.file}, dans le portefeuille {french.quoted(done.portfolio)}")
        counts = {
            "Lus": done.read,
            "Ajoutés": done.added,
            "Modifiés": done.changed,
            "Inchangés": done.unchanged,
        }
        with st.container(horizontal=True, gap="medium"):
            for label, count in (counts | {"Rejetés": done.rejected}).items():
                st.metric(label, french.number(count), width="content")
        if done.rejects or done.remarks:
            st.download_button(
                "Lignes rejetées ou lues en partie",
                _explained(done),
                file_name="assures-a-corriger.csv",
                mime="text/csv",
                key="portefeuille_rejets",
                on_click="ignore",
            )


def _explained(done: insured.InsuredOutcome) -> Callable[[], bytes]:
    def made() -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["ligne", "ce qu’elle est devenue", "pourquoi"])
        for row in insured.rejected_rows(done):
            cells: list[Any] = [safe_cell(value) for value in row]
            writer.writerow(cells)
        return text.getvalue().encode("utf-8-sig")

    return made
