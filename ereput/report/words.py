"""The tables of a meeting in words, the same on paper and on slides; what a file may safely hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ereput.facts import french
from ereput.facts.pack import DecisionLine, Measure, Pack, PersonRow
from ereput.facts.shapes import Good, Tone
from ereput.report.cells import printable

NOTHING = french.NO_VALUE
NOTABLE = "notable"
_USUAL_WIDTH = 1.6
_WIDTHS = {
    "Qui": 1.0,
    "Pour le": 1.1,
    "Où en est-on": 1.4,
    "Réunion": 1.4,
    "Dossier": 0.7,
    "Date": 1.7,
    "Niveau": 0.9,
    "Praticien": 1.5,
    "Base": 1.35,
    "Écart": 1.4,
    "Quoi": 0.7,
    "Nom": 2.0,
    "Avis négatifs": 0.9,
    "Période précédente": 1.4,
    "Avis": 0.6,
    "Délai": 0.8,
    "Dossiers": 0.8,
    "Alertes": 0.75,
    "Réponses": 0.95,
    "État": 1.0,
    "Mesure": 1.3,
    "Période": 1.1,
    "Avis (avant)": 0.9,
    "Négatifs (avant)": 1.0,
    "Note": 1.1,
    "Décision": 3.4,
    "Ce qui est inhabituel": 2.6,
    "Pourquoi": 2.6,
    "Relevé": 3.0,
}
"""How wide a column is beside the others."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words; `more` says how many rows are left out of it, and where they are. All untrusted."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""
    more: str = ""


def widths(table: Table) -> list[float]:
    """Return the share of the width that each column takes."""
    return [_WIDTHS.get(name, _USUAL_WIDTH) for name in table.columns]


def _table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    most: int | None = None,
    empty: str = "",
) -> Table:
    listed = [tuple(printable(text) for text in row) for row in rows]
    rest = 0 if most is None else max(len(listed) - most, 0)
    more = f"Et {french.plural(rest, 'autre')} : voir le classeur." if rest else ""
    return Table(title, tuple(columns), tuple(listed[:most]), empty, more)


def _named(pack: Pack, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns, after that of the practitioner where a meeting speaks of several."""
    return ("Praticien", *columns) if pack.is_portfolio else tuple(columns)


def _of(pack: Pack, who: int | None, cells: Sequence[str]) -> tuple[str, ...]:
    return (pack.name(who) or NOTHING, *cells) if pack.is_portfolio else tuple(cells)


def followed(pack: Pack, most: int | None = None) -> Table:
    """Return what was decided before, and what became of it."""
    return _table(
        "Ce qui avait été décidé",
        _named(pack, ("Décision", "Qui", "Pour le", "Où en est-on", "Réunion")),
        (_of(pack, line.who, (*_decision(line), line.state_text, line.made)) for line in pack.followed),
        most=most,
        empty="Aucune décision antérieure à suivre.",
    )


def minutes(pack: Pack, most: int | None = None) -> Table:
    """Return the decisions of this meeting."""
    return _table(
        "Compte rendu : les décisions",
        _named(pack, ("Décision", "Qui", "Pour le", "Où en est-on")),
        (_of(pack, line.who, (*_decision(line), line.state_text)) for line in pack.decisions),
        most=most,
        empty="Aucune décision notée.",
    )


def _decision(line: DecisionLine) -> tuple[str, str, str]:
    return line.text, line.owner or NOTHING, french.day(line.due)


def open_cases(pack: Pack, most: int | None = None) -> Table:
    """Return the open cases by nearest deadline."""
    shown = _table(
        "Dossiers ouverts, par échéance",
        _named(pack, ("Dossier", "Étape en cours", "Prochaine échéance", "Date")),
        (
            _of(
                pack,
                line.who,
                (
                    f"n°\u00a0{line.id}",
                    line.step or NOTHING,
                    line.label or NOTHING,
                    f"{french.day(line.day)} ({line.remaining})" if line.day else NOTHING,
                ),
            )
            for line in pack.cases
        ),
        most=most,
        empty="Aucun dossier ouvert.",
    )
    return _with_more(replace(shown, more=f"{shown.more} {pack.measured}".strip()), pack.cases_more)


def open_alerts(pack: Pack, most: int | None = None) -> Table:
    """Return the open alerts and their reasons."""
    shown = _table(
        "Alertes ouvertes",
        _named(pack, ("Niveau", "Ce qui est inhabituel", "Pourquoi")),
        (_of(pack, line.who, (line.level, line.title, line.reason or NOTHING)) for line in pack.alerts),
        most=most,
        empty="Aucune alerte ouverte.",
    )
    return _with_more(shown, pack.alerts_more)


def _with_more(table: Table, more: int) -> Table:
    if not more:
        return table
    told = f"Et {french.plural(more, 'autre')} au tableau de bord."
    return replace(table, more=f"{table.more} {told}".strip())


def measures(pack: Pack) -> Table:
    """Return the five figures, each with its base, interval, period before and usual range."""
    return _table(
        "Cinq chiffres",
        ("Mesure", "Période", "Base", "Intervalle à 95\u202f%", "Période précédente", "Écart", "Habituel"),
        (
            (
                one.tile.label,
                one.tile.text,
                one.tile.n_text,
                one.interval_text or NOTHING,
                one.previous_text,
                change(one),
                one.usual_text,
            )
            for one in pack.measures
        ),
    )


def change(one: Measure) -> str:
    """Return the change of a figure in words, and whether it is more than chance."""
    if not one.tile.matters:
        return one.tile.change_text
    if one.tile.good is Good.NEITHER:
        return f"{one.tile.change_text} ({NOTABLE})"
    way = "à surveiller" if one.tile.is_worse else "mieux"
    return f"{one.tile.change_text} ({NOTABLE}, {way})"


def drivers(pack: Pack) -> Table:
    """Return what complaints speak of and where they come from."""
    kinds = {"theme": "Motif", "source": "Source"}
    return _table(
        "Ce qui l’explique",
        ("Quoi", "Nom", "Avis négatifs", "Période précédente", "Avis"),
        (
            (kinds[one.kind], one.name, *map(french.number, (one.negatives, one.previous, one.n)))
            for one in pack.drivers
        ),
        empty="Aucun avis négatif dans la période.",
    )


def sources(pack: Pack, most: int | None = None) -> Table:
    """Return whether everything comes in."""
    words = {Tone.CALM: "à jour", Tone.WATCH: "à surveiller", Tone.URGENT: "urgent"}
    return _table(
        "Santé des sources",
        ("Source", "Relevé", "État"),
        ((one.name, one.state, words[one.tone]) for one in pack.sources),
        most=most,
        empty="Aucune source n’a encore rien apporté.",
    )


def people(pack: Pack, most: int | None = None) -> Table:
    """Return the practitioners of a portfolio, those with most complaints first."""
    return _table(
        "Les praticiens, du plus d’avis négatifs au moins",
        ("Praticien", "Note", "Avis (avant)", "Négatifs (avant)", "Réponses", "Délai", "Dossiers", "Alertes"),
        (_person(pack, row) for row in ranked(pack)),
        most=most,
        empty="Aucun praticien.",
    )


def ranked(pack: Pack) -> list[PersonRow]:
    """Return the practitioners with most complaints first: an order to read them in, not a ranking."""
    return sorted(pack.rows, key=lambda row: (-row.negatives, -row.alerts, -row.reviews, row.who))


def _person(pack: Pack, row: PersonRow) -> tuple[str, ...]:
    n = french.number
    return (
        pack.name(row.who),
        f"{french.rating(row.rating)} (n\u00a0=\u00a0{n(row.rated)})" if row.rated else NOTHING,
        f"{n(row.reviews)} ({n(row.reviews_before)})",
        f"{n(row.negatives)} ({n(row.negatives_before)})",
        f"{french.percent(row.answered / row.answerable)}" if row.answerable else NOTHING,
        french.plural(row.delay, "jour") if row.delay is not None else NOTHING,
        n(row.cases),
        n(row.alerts),
    )


def rooms(pack: Pack, most: int | None = None) -> tuple[Table, ...]:
    """Return the other subjects as tables."""
    return tuple(
        _table(section.title, section.columns, section.rows, most=most, empty=section.sentence)
        for section in pack.sections
    )


def subtitle(pack: Pack) -> str:
    """Return whom and when, in one line."""
    told = [french.sentence_case(pack.label), "portefeuille" if pack.is_portfolio else "praticien"]
    told += ["version courtier, pseudonymisée"] if pack.audience == "courtier" else []
    return " · ".join(told)


def status(pack: Pack) -> str:
    """Say whether the figures still move."""
    if pack.locked_at is not None:
        closed = f"Réunion close le {french.moment(pack.locked_at)} par {pack.locked_by}"
        return f"{closed} : ces chiffres ne bougent plus. {pack.after}"
    if not pack.is_over:
        return f"Période en cours : chiffres provisoires du {french.moment(pack.made_at)}."
    return f"Document de préparation, chiffres du {french.moment(pack.made_at)} ; la clôture les figera."
