"""The parts of the Réunion page: choose, show, decide, give on paper, close; and the projector's mode."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.domain.period import Span, SpanKind, containing, custom, latest
from ereput.domain.practitioner import Role
from ereput.facts import french
from ereput.facts import meeting as facts
from ereput.facts.pack import STATES, Audience, DecisionLine, Pack
from ereput.facts.portfolio import FunnelChart
from ereput.facts.shapes import Target
from ereput.jobs import meeting as jobs
from ereput.jobs import report
from ereput.report.meeting import MEDIA
from ereput.ui import charts, parts, portfolio, room
from ereput.ui.room import Room

KINDS = {
    "Trimestre": SpanKind.QUARTER,
    "Mois": SpanKind.MONTH,
    "Semestre": SpanKind.HALF,
    "Jours choisis": SpanKind.CUSTOM,
}
OFFERED = 9
PRESENTER = "reunion_projecteur"
SECTION = "reunion_section"
STYLE = Path(__file__).parent / "presenter.css"
FORMATS = {".pdf": "PDF", ".pptx": "Diapositives (PPTX)", ".xlsx": "Classeur (XLSX)"}
NOBODY = "Ensemble"
MOST = 12
Draw = Callable[[Room, Pack], None]


# -- which meeting


def choose(here: Room) -> tuple[Span, str]:
    """Choose the period, and the portfolio where there are several; the choices stand in the address."""
    offered = facts.choices(here.store, here.viewer, here.scope).portfolios
    with st.container(key="grid-filters-meeting"):
        home = ""
        if len(offered) > 1:
            home = st.selectbox("Portefeuille", offered, key="reunion_portefeuille", bind="query-params")
        kind = KINDS[st.selectbox("Période", list(KINDS), key="reunion_type", bind="query-params")]
        if kind is SpanKind.CUSTOM:
            return _days(here.today), home
        spans = {facts.label(span): span for span in _spans(kind, here.today)}
        named = st.selectbox(
            "Laquelle", list(spans), index=1, key=f"reunion_{kind.value}", bind="query-params"
        )
    return spans[named], home


def _spans(kind: SpanKind, today: date) -> list[Span]:
    found = [containing(kind, today)]
    while len(found) < OFFERED:
        found.append(found[-1].before)
    return found


def _days(today: date) -> Span:
    last = latest(SpanKind.QUARTER, today)
    first = st.date_input("Du", last.first, max_value=today, key="reunion_du", format="DD/MM/YYYY")
    until = st.date_input("Au", last.last, max_value=today, key="reunion_au", format="DD/MM/YYYY")
    return custom(first, until)


def read(here: Room) -> Pack:
    """Return the pack that the choices name, or say why there is none and stop."""
    try:
        answer = st.container()
        span, home = choose(here)
        is_detailed = bool(st.session_state.get("reunion_praticiens"))
        pack = facts.read(
            here.store, here.viewer, here.scope, span, here.now, portfolio=home, has_people=is_detailed
        )
    except RefusedError as refusal:
        with answer:
            parts.head("Réunion", str(refusal))
        if here.scope.chosen is None and not facts.choices(here.store, here.viewer, here.scope).portfolios:
            parts.empty("Une réunion parle d’un praticien ou d’un portefeuille.", "Ouvrir les sources",
                        key="reunion", page=room.page("sources"))  # fmt: skip
        st.stop()
    with answer:
        parts.head("Réunion", pack.sentence)
        parts.muted(f"{pack.heading} · {pack.label} · comparé : {pack.label_before}", key="meeting-whom")
    return pack


def state(here: Room, pack: Pack) -> None:
    """Say where the meeting stands, and offer the next move: open it, present it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if pack.locked_at is not None:
            st.badge(f"Close le {french.day(pack.locked_at.date())}", icon=":material/lock:", color="gray")
        elif not pack.is_over:
            st.badge("Période en cours : chiffres provisoires", color="orange")
        if pack.meeting_id is None and here.viewer.role is not Role.READER:
            st.button(
                "Ouvrir la réunion", type="primary", key="reunion_ouvrir", on_click=_start, args=(here, pack)
            )
        st.button(
            "Projecteur",
            key="reunion_presenter",
            icon=":material/present_to_all:",
            help="Grands caractères, une partie par écran ; les flèches tournent les pages.",
            on_click=room.put(**{PRESENTER: True, SECTION: 0}),
        )
    if pack.after:
        st.text(pack.after)


def _start(here: Room, pack: Pack) -> None:
    try:
        jobs.start(here.job, here.scope, pack.span, portfolio=_home(pack))
    except RefusedError as refusal:
        parts.later(str(refusal))
    else:
        parts.later("Réunion ouverte : le compte rendu est prêt.")


def _home(pack: Pack) -> str:
    return pack.title if pack.is_portfolio else ""


# -- decisions first


def followed(here: Room, pack: Pack) -> None:
    """Open on what was decided, and what was done."""
    parts.section("Ce qui avait été décidé")
    if not pack.followed:
        st.text("Aucune décision antérieure à suivre.")
    for line in pack.followed:
        with st.container(border=True, key=f"followed-{line.id}"):
            _decision(pack, line)
            parts.muted(f"Réunion : {line.made}", key=f"followed-{line.id}")
            if line.state == "open" and here.viewer.role is not Role.READER and not pack.is_locked:
                with st.container(horizontal=True, gap="small"):
                    for name, state_ in (("C’est fait", "done"), ("Abandonner", "dropped")):
                        if st.button(name, key=f"reunion_{state_}_{line.id}"):
                            parts.attempt(partial(jobs.settle, here.job, line.id, state_), said="Noté.")


def _decision(pack: Pack, line: DecisionLine) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(STATES.get(line.state, line.state), color="orange" if line.state == "open" else "gray")
        with st.container(key=f"strong-decision-{line.id}", width="content"):
            st.text(line.text)
    told = [
        pack.name(line.who) if pack.is_portfolio else "",
        f"qui : {line.owner}" if line.owner else "personne n’en est chargé",
        f"pour le {french.day(line.due)}" if line.due else "sans date",
        line.state_text if line.settled else line.outcome,
    ]
    parts.muted(" · ".join(filter(None, told)), key=f"decision-{line.id}")


def pressing(_here: Room, pack: Pack) -> None:
    """List the open cases by nearest deadline, then the alerts with their reasons."""
    parts.section("Dossiers ouverts, par échéance")
    for case in pack.cases[:MOST]:
        with st.container(border=True, key=f"case-{case.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.tone(case.tone)
                whose = f"{pack.name(case.who)}, " if pack.is_portfolio else ""
                target = Target.to("dossiers", dossiers_choix=str(case.id))
                parts.go(f"{whose}dossier n° {case.id}", target, key=f"reunion_dossier_{case.id}")
            due = f"{case.label}{french.THIN}: {french.day(case.day)} ({case.remaining})" if case.day else ""
            parts.muted(" · ".join(filter(None, (case.step, due))), key=f"case-{case.id}")
    _more(len(pack.cases) - MOST + pack.cases_more, "dossiers")
    st.text(pack.measured if pack.cases else f"Aucun dossier ouvert. {pack.measured}")
    parts.section("Alertes ouvertes")
    for alert in pack.alerts[:MOST]:
        with st.container(border=True, key=f"alert-{alert.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.tone(alert.tone, alert.level)
                with st.container(key=f"strong-alert-{alert.id}", width="content"):
                    st.text(f"{pack.name(alert.who)} : {alert.title}" if pack.is_portfolio else alert.title)
            parts.muted(alert.reason, key=f"alert-{alert.id}")
    _more(len(pack.alerts) - MOST + pack.alerts_more, "alertes")
    if not pack.alerts:
        st.text("Aucune alerte ouverte.")


def _more(rest: int, page: str) -> None:
    if rest > 0:
        parts.go(f"Et {french.plural(rest, 'autre')}", Target.to(page), key=f"reunion_plus_{page}")


def minutes(here: Room, pack: Pack) -> None:
    """Write the decisions; once the meeting is closed, only what became of them changes."""
    parts.section("Compte rendu : les décisions")
    is_open = pack.meeting_id is not None and not pack.is_locked and here.viewer.role is not Role.READER
    for line in pack.decisions:
        with st.container(border=True, key=f"minute-{line.id}"):
            _decision(pack, line)
            if is_open:
                _edit(here, line)
    if not pack.decisions:
        st.text("Aucune décision notée.")
    if pack.meeting_id is None:
        st.caption("Ouvrez la réunion pour noter des décisions : les dossiers ouverts y seront déjà.")
    elif is_open:
        _add(here, pack)


def _edit(here: Room, line: DecisionLine) -> None:
    with st.expander("Modifier", type="compact"), st.form(f"reunion_modifier_{line.id}", border=False):
        text, owner, due = _fields(line.text, line.owner, line.due, key=str(line.id))
        with st.container(horizontal=True, gap="small"):
            if st.form_submit_button("Enregistrer"):
                parts.attempt(partial(jobs.amend, here.job, line.id, text=text, owner=owner, due=due))
            if st.form_submit_button("Retirer"):
                parts.attempt(partial(jobs.withdraw, here.job, line.id), said="Décision retirée.")


def _fields(text: str, owner: str, due: date | None, *, key: str) -> tuple[str, str, date | None]:
    what = st.text_input("Décision", text, key=f"reunion_quoi_{key}", max_chars=jobs.LONGEST_TEXT)
    with st.container(key=f"grid-filters-{key}"):
        who = st.text_input("Qui", owner, key=f"reunion_qui_{key}", max_chars=jobs.LONGEST_OWNER)
        day = st.date_input("Pour le", due, key=f"reunion_quand_{key}", format="DD/MM/YYYY")
    return what or "", who or "", day


def _add(here: Room, pack: Pack) -> None:
    about: dict[str, int | None] = {NOBODY: None}
    for case in pack.cases:
        whose = f" ({pack.name(case.who)})" if pack.is_portfolio else ""
        about[f"Dossier n° {case.id}{whose}"] = case.id
    with st.form("reunion_decision", clear_on_submit=True):
        text, owner, due = _fields("", "", None, key="nouvelle")
        subject = st.selectbox("À propos de", list(about), key="reunion_sujet")
        if st.form_submit_button("Ajouter la décision", type="primary"):
            number = pack.meeting_id or 0
            job = partial(
                jobs.decide, here.job, number, text=text, owner=owner, due=due, case_id=about[subject]
            )
            parts.attempt(job, said="Décision notée.")


# -- the figures


def measures(_here: Room, pack: Pack) -> None:
    """Show the five figures, each with its base, interval, period before and usual range."""
    parts.section("Cinq chiffres")
    parts.tiles([one.tile for one in pack.measures], key="reunion")
    if is_presenting():
        for one in pack.measures:
            told = (
                one.interval_text,
                f"avant{french.THIN}: {one.previous_text}",
                f"d’habitude {one.usual_text}",
            )
            parts.muted(f"{one.tile.label} · {' · '.join(filter(None, told))}", key=f"measure-{one.key}")
        return
    table = pd.DataFrame(
        [
            (one.tile.label, one.interval_text or french.NO_VALUE, one.previous_text, one.usual_text)
            for one in pack.measures
        ],
        columns=["Mesure", "Intervalle à 95\u202f%", f"Avant ({pack.label_before})", "Habituel sur 12 mois"],
    )
    st.dataframe(table, hide_index=True, alt="Intervalle, période précédente et habitude de chaque mesure")


def curves(_here: Room, pack: Pack) -> None:
    """Draw the rating and the volume, with what marks them."""
    months = pack.series.months
    parts.section("Note estimée et sa marge")
    rating = pd.DataFrame(
        [(one.first, one.rating, one.low, one.high, one.n) for one in months],
        columns=["month", "shrunk", "low", "high", "n"],
    )
    spikes = [mark.day for mark in pack.series.marks if mark.kind == "spike"]
    charts.show(charts.rating_band(rating, spikes), key="reunion_note", takeaway=pack.series.rating)
    for rank, mark in enumerate(pack.series.marks):
        parts.muted(mark.text, key=f"mark-{rank}")
    parts.section("Avis par mois et par étoiles")
    volume = pd.DataFrame(
        [(one.first, star, n) for one in months for star, n in enumerate(one.stars)],
        columns=["month", "stars", "n"],
    )
    charts.show(charts.volume_by_stars(volume), key="reunion_volume", takeaway=pack.series.volume)


def drivers(_here: Room, pack: Pack) -> None:
    """Say what complaints speak of and where they come from, with two masked quotations."""
    parts.section("Ce qui l’explique")
    st.text(pack.driving)
    if pack.drivers:
        kinds = {"theme": "Motif", "source": "Source"}
        table = pd.DataFrame(
            [(kinds[one.kind], one.name, one.negatives, one.previous, one.n) for one in pack.drivers],
            columns=["Quoi", "Nom", "Avis négatifs", "Avant", "Avis"],
        )
        st.dataframe(table, hide_index=True, alt=pack.driving)
    for quote in pack.quotes:
        with st.container(key=f"quote-{quote.who}-{quote.publication}"):
            st.text(quote.text)
            parts.muted(quote.source, key=f"quote-{quote.who}-{quote.publication}")
    for section in pack.sections:
        parts.section(section.title)
        st.text(section.sentence)
        if section.rows:
            table = pd.DataFrame(section.rows, columns=list(section.columns))
            st.dataframe(table, hide_index=True, alt=section.sentence)


def health(_here: Room, pack: Pack) -> None:
    """Say whether everything comes in."""
    parts.section("Santé des sources")
    for rank, source in enumerate(pack.sources):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            parts.tone(source.tone, "" if source.tone.value != "calme" else "À jour")
            with st.container(key=f"strong-source-{rank}", width="content"):
                st.text(source.name)
            st.text(source.state)
    if not pack.sources:
        st.text("Aucune source n’a encore rien apporté.")


def people(_here: Room, pack: Pack) -> None:
    """Show the funnel of a portfolio, and the figures of each practitioner on demand."""
    if pack.funnel is None:
        return
    parts.section("Le portefeuille")
    slugs = {one.id: one.slug for one in pack.people}
    crowd = [(point.n, point.rating, point.people) for point in pack.funnel.crowd]
    portfolio.funnel(
        FunnelChart(
            pd.DataFrame(crowd, columns=["n", "rating", "people"]),
            pd.DataFrame(
                [(one.n, one.low_95, one.high_95, one.low_998, one.high_998) for one in pack.funnel.limits],
                columns=["n", "low_95", "high_95", "low_998", "high_998"],
            ),
            pd.DataFrame(
                [(p.n, p.rating, pack.name(p.who), slugs.get(p.who or 0, "")) for p in pack.funnel.outside],
                columns=["n", "rating", "name", "slug"],
            ),
            pack.funnel.centre,
            pack.funnel.takeaway,
        )
    )  # fmt: skip
    st.toggle("Détail par praticien", key="reunion_praticiens")
    if pack.rows:
        st.dataframe(
            _people(pack),
            hide_index=True,
            alt="Les chiffres de chaque praticien",
            column_config={"Note": st.column_config.NumberColumn(format="%.1f")},
        )


def _people(pack: Pack) -> pd.DataFrame:
    codes = {one.id: one.code for one in pack.people}
    return pd.DataFrame(
        [
            (
                pack.name(row.who), codes.get(row.who, ""), row.rating, row.rated, row.reviews, row.negatives,
                row.negatives_before, row.cases, row.alerts,
            )
            for row in sorted(pack.rows, key=lambda row: (-row.negatives, -row.alerts, row.who))
        ],
        columns=["Praticien", "Code (version courtier)", "Note", "n", "Avis", "Négatifs", "Avant", "Dossiers",
                 "Alertes"],
    )  # fmt: skip


# -- paper and closing


def papers(here: Room, pack: Pack) -> None:
    """Give the same pack on paper, in two versions."""
    if here.viewer.role is Role.READER:
        return
    parts.section("Sur papier")
    audience = Audience.BROKER
    if here.viewer.role is not Role.BROKER:
        names = {"Praticien (complète)": Audience.PRACTITIONER, "Courtier (pseudonymisée)": Audience.BROKER}
        chosen = st.radio("Version", list(names), key="reunion_version", horizontal=True)
        audience = names[chosen]
    else:
        st.caption("Version pseudonymisée : des codes pour les praticiens, aucun extrait d’avis.")
    with st.container(horizontal=True, gap="small"):
        for suffix, label in FORMATS.items():
            st.download_button(
                label,
                partial(_file, here, pack, suffix, audience),
                file_name=f"reunion-{pack.span.key.replace('..', '-')}{suffix}",
                mime=MEDIA[suffix],
                key=f"reunion_fichier{suffix.replace('.', '_')}",
                icon=":material/download:",
                on_click="ignore",
            )


def _file(here: Room, pack: Pack, suffix: str, audience: Audience) -> bytes:
    """Make a file, with the practitioners that the screen left out."""
    if pack.is_portfolio and not pack.rows:
        pack = facts.read(here.store, here.viewer, here.scope, pack.span, here.now, portfolio=_home(pack))
    return report.made(here.job, pack, suffix, audience=audience)[0]


def close(here: Room, pack: Pack) -> None:
    """Freeze the figures, once and for all."""
    if pack.meeting_id is None or pack.is_locked or here.viewer.role is Role.READER:
        return
    parts.section("Clore la réunion")
    st.text("Les chiffres et le compte rendu sont figés ; les imports suivants n’y changeront rien.")
    sure = st.checkbox("Les décisions sont relues, on peut clore.", key="reunion_relu")
    if st.button("Clore la réunion", type="primary", key="reunion_clore", disabled=not sure):
        job = partial(jobs.close, here.job, here.scope, pack.span, portfolio=_home(pack))
        parts.attempt(job, said="Réunion close : ses chiffres ne bougent plus.")


def annex(_here: Room, pack: Pack) -> None:
    """Print the definitions, and what the figures rest on."""
    with st.expander("Définitions et origine des chiffres"):
        for rank, (name, text) in enumerate((*pack.definitions_all, *pack.origins.lines)):
            with st.container(key=f"strong-term-{rank}"):
                st.text(name)
            parts.muted(text, key=f"term-{rank}")
    parts.muted(pack.notice, key="meeting-notice")


# -- the projector


ALL: tuple[Draw, ...] = (
    followed, pressing, minutes, measures, curves, drivers, health, people, papers, close, annex,
)  # fmt: skip
SCREENS: tuple[tuple[str, tuple[Draw, ...]], ...] = (
    ("Ce qui avait été décidé", (followed,)),
    ("Ce qui attend une décision", (pressing,)),
    ("Cinq chiffres", (measures,)),
    ("Comment cela évolue", (curves,)),
    ("Ce qui l’explique", (drivers,)),
    ("Sources et portefeuille", (health, people)),
    ("Compte rendu", (minutes, close)),
)


def is_presenting() -> bool:
    """Whether the projector's mode is on."""
    return bool(st.session_state.get(PRESENTER))


def present(here: Room, pack: Pack) -> None:
    """Show one section a screen; the arrow keys turn the pages, Escape leaves."""
    st.html(STYLE)
    at = min(max(int(st.session_state.get(SECTION, 0)), 0), len(SCREENS) - 1)
    title, draws = SCREENS[at]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Précédent", key="reunion_precedent", shortcut="Left", disabled=at == 0,
                  on_click=room.put(**{SECTION: at - 1}))  # fmt: skip
        st.button("Suivant", key="reunion_suivant", shortcut="Right", disabled=at == len(SCREENS) - 1,
                  on_click=room.put(**{SECTION: at + 1}), type="primary")  # fmt: skip
        st.button("Quitter le projecteur", key="reunion_quitter", shortcut="Esc",
                  on_click=room.put(**{PRESENTER: False, SECTION: 0}))  # fmt: skip
        st.caption(f"{at + 1} / {len(SCREENS)} · {title}")
    draw(here, pack, draws)


def draw(here: Room, pack: Pack, draws: Sequence[Draw] = ALL) -> None:
    """Draw some parts of the page, in order."""
    for one in draws:
        one(here, pack)
