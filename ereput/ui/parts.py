"""What pages are built of: headers, tiles, reviews, steps, empty states, errors.

Texts from outside go through `st.text`, which shows them as they are: never Markdown, never HTML.
So do our own sentences as soon as they hold a name. Each key gives a container the style that
`house.css` keeps for its prefix; it must be unique on the page.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.facts.shapes import Basis, Due, Good, Notice, Origin, Review, Step, Target, Tile, Tone
from ereput.ui import room

CLAMP = 420
SAID = "_said"
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")  # ASCII punctuation: what a backslash disarms in Markdown
_TONE_COLOURS: dict[Tone, Literal["gray", "orange", "red"]] = {
    Tone.CALM: "gray",
    Tone.WATCH: "orange",
    Tone.URGENT: "red",
}
_TONE_WORDS = {Tone.CALM: "À suivre", Tone.WATCH: "À surveiller", Tone.URGENT: "Urgent"}
_ORIGIN_COLOURS: dict[Origin, Literal["primary", "blue", "violet"]] = {
    Origin.LEAFLET: "primary",
    Origin.CORRECTED: "blue",
    Origin.BEYOND: "violet",
}


def plain(text: str) -> str:
    """Return a text that Streamlit's Markdown shows as it is: for labels, which know nothing else."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def head(title: str, sentence: str) -> None:
    """Open a page: its title, then its answer in one sentence. Both may hold a name."""
    st.title(plain(title), anchor=False)
    with st.container(key="lead-answer"):
        st.text(sentence)


def section(title: str, help_text: str | None = None) -> None:
    """Open a part of a page; `title` is ours."""
    st.subheader(title, anchor=False, help=help_text)


def muted(text: str, *, key: str) -> None:
    """Write a secondary line that may hold outside text."""
    with st.container(key=f"muted-{key}"):
        st.text(text)


def tiles(row: Sequence[Tile], *, key: str) -> None:
    """Lay figures side by side, equal in height; each with its change, its base and its definition."""
    with st.container(key=f"tiles-{key}"):
        for tile in row:
            _tile(tile)


def _tile(tile: Tile) -> None:
    change = tile.change
    arrow: Literal["up", "down", "off"] = "off"
    if change and tile.change_text != "stable":
        arrow = "up" if change > 0 else "down"
    # Colour is for exceptions: a change within chance stays grey.
    colour: Literal["red", "green", "gray"] = "gray"
    if tile.matters and tile.good is not Good.NEITHER and arrow != "off":
        colour = "red" if tile.is_worse else "green"
    st.metric(
        tile.label,
        tile.text,
        delta=tile.change_text,
        delta_arrow=arrow,
        delta_color=colour,
        delta_description=tile.n_text,
        help=tile.definition,
        border=True,
        height="stretch",
    )


def tone(value: Tone, word: str = "") -> None:
    """Say how much attention something asks for, in a word first and a colour second."""
    st.badge(word or _TONE_WORDS[value], color=_TONE_COLOURS[value])


def review(shown: Review, *, key: str, action: Callable[[], None] | None = None) -> None:
    """Show one publication as a quotation: author as displayed, source, date, rating, reply, versions.

    `action` draws what can be done with it, inside the card.
    """
    name = f"{key}-{shown.practitioner_id}-{shown.id}"
    with st.container(border=True, key=f"card-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(key=f"strong-{name}", width="content"):
                st.text(shown.author or shown.source)
            st.badge(shown.stars, color="orange" if shown.is_negative else "gray")
            for tag in shown.tags:
                st.badge(tag, color="gray")
            if shown.removed:
                st.badge(shown.removed, color="gray")
        muted(f"{shown.source} · {shown.published}", key=f"meta-{name}")
        _quote(shown, name)
        if shown.reply:
            label = f"Réponse publiée {shown.replied}".strip()
            with st.expander(label, type="compact"), st.container(key=f"quote-reply-{name}"):
                st.text(shown.reply)
        _versions(shown, name)
        if action is not None:
            action()


def _quote(shown: Review, name: str) -> None:
    if not shown.text and not shown.title:
        muted("Note sans texte.", key=f"blank-{name}")
        return
    with st.container(key=f"quote-{name}"):
        if shown.title:
            with st.container(key=f"strong-title-{name}"):
                st.text(shown.title)
        start, rest = clamp(shown.text)
        st.text(start)
        if rest:
            with st.expander("Lire la suite", type="compact"):
                st.text(rest)


def _versions(shown: Review, name: str) -> None:
    if not shown.versions:
        return
    count = len(shown.versions)
    label = f"{french.plural(count, 'version précédente', 'versions précédentes')}"
    with st.expander(label, type="compact"):
        for rank, version in enumerate(shown.versions):
            st.caption(f"Jusqu’au {version.until} · {version.stars}")
            with st.container(key=f"quote-version-{rank}-{name}"):
                st.text(version.text or "Sans texte.")


def clamp(text: str, limit: int = CLAMP) -> tuple[str, str]:
    """Cut a long text at a space near `limit` characters: what is shown, and what follows on demand."""
    if len(text) <= limit * 5 // 4:
        return text, ""
    cut = text.rfind(" ", limit // 2, limit)
    cut = limit if cut < 0 else cut
    return text[:cut].rstrip() + " …", "… " + text[cut:].lstrip()


def step(shown: Step, *, number: int, key: str) -> None:
    """Show one next step: origin, leaflet's words, why, deadlines, warnings, legal ground with its status."""
    name = f"{key}-{shown.id}"
    with st.container(border=True, key=f"step-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(key=f"strong-step-{name}", width="content"):
                st.text(f"{number}. {shown.title}")
            origin(shown)
            for tag in shown.tags:
                st.badge(tag, color="gray")
        step_body(shown, key=name)


def origin(shown: Step) -> None:
    """Say where a step comes from: the leaflet, the leaflet corrected, or beyond it."""
    st.badge(shown.origin.value, color=_ORIGIN_COLOURS[shown.origin], help=shown.origin_note or None)


def step_body(shown: Step, *, key: str) -> None:
    """Show what a step says, without its title."""
    if shown.leaflet:
        with st.container(key=f"quote-leaflet-{key}"):
            st.text(french.quoted(shown.leaflet))
            st.caption("La plaquette E-Réputation")
    st.text(shown.text)
    for due in shown.deadlines:
        _due(due)
    then = [f"Pour chaque publication à part : {french.joined(shown.then)}."] if shown.then else []
    models = [french.joined([title for _, title in shown.templates])] if shown.templates else []
    _remarks("Précision", "blue", shown.corrections)
    _remarks("Quand", "gray", shown.moments)
    _remarks("Avant", "gray", shown.before)
    _remarks("Attention", "orange", shown.warnings)
    _remarks("Puis", "gray", then)
    _remarks("Modèles", "gray", models)
    if shown.why:
        muted(shown.why, key=f"why-{key}")
    if shown.legal:
        _grounds(shown.legal)


def _remarks(word: str, colour: Literal["gray", "blue", "orange"], texts: Sequence[str]) -> None:
    for text in texts:
        with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
            st.badge(word, color=colour)
            st.text(text, width="stretch")


def _due(due: Due) -> None:
    words = [due.label, due.day, f"date prudente : {due.prudent}" if due.prudent else ""]
    with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
        st.badge(due.remaining or due.nature, color=_TONE_COLOURS[due.tone], help=due.nature)
        st.text(" · ".join(word for word in words if word), width="stretch")


def _grounds(grounds: Sequence[Basis]) -> None:
    unsettled = sum(not ground.is_settled for ground in grounds)
    label = "Fondement juridique" + (f" ({unsettled} à vérifier)" if unsettled else "")
    with st.expander(label, type="compact"):
        for ground in grounds:
            basis(ground)


def basis(ground: Basis) -> None:
    """Show a legal ground with its status; one that is to be verified never looks settled."""
    with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
        st.badge(ground.status, color="green" if ground.is_settled else "orange")
        st.text(ground.reference + (f" ({ground.note})" if ground.note else ""), width="stretch")


def go(label: str, target: Target, *, key: str) -> None:
    """Draw a button that opens a page with its selectors set.

    A link would carry the choices in its address, but a selector that is already on the page keeps its own.
    """
    st.button(
        plain(label),
        key=key,
        type="tertiary",
        icon=":material/arrow_forward:",
        icon_position="right",
        on_click=room.head_for(target.page, **dict(target.choices)),
    )


def empty(
    sentence: str, button: str = "", *, key: str, page: Any = None, on_click: Callable[[], None] | None = None
) -> None:
    """Show an empty state: one sentence, and one button that leads to `page` or calls `on_click`."""
    with st.container(border=True, key=f"empty-{key}", horizontal_alignment="center", gap="small"):
        st.text(sentence, text_alignment="center")
        if page is not None:
            st.page_link(page, label=button, icon=":material/arrow_forward:")
        elif on_click is not None:
            st.button(button, type="primary", key=f"{key}-action", on_click=on_click)


def error(happened: str, kept: str, todo: str, *, badge: str = "Refusé") -> None:
    """Say what went wrong in three sentences: what happened, what was kept, what to do. May hold names."""
    with st.container(border=True):
        st.badge(badge, icon=":material/error:", color="red")
        st.text(happened)
        st.text(kept)
        st.text(todo)


def attempt(job: Callable[[], object], *, said: str = "") -> None:
    """Do a job and draw the page anew, saying that it is done, or say why it was refused."""
    try:
        job()
    except RefusedError as refusal:
        error(str(refusal), "Rien n’a été changé.", "Corrigez et recommencez.")
    else:
        if said:
            later(said)
        st.rerun()


def later(sentence: str) -> None:
    """Say something at the next run: what is said just before the page is drawn anew would be lost."""
    st.session_state[SAID] = sentence


def said() -> None:
    """Say what the last action left to say, once."""
    sentence = st.session_state.pop(SAID, "")
    if sentence:
        st.toast(plain(sentence), icon=":material/check:")


def notice(shown: Notice) -> None:
    """End every page of advice with the base's disclaimer and its date."""
    st.divider()
    if shown.is_stale:
        st.badge("Base à relire", icon=":material/event_busy:", color="orange")
    muted(shown.text, key="notice")
