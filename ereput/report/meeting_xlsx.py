"""The meeting as a workbook: every figure as a number, every list whole, the definitions beside."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from ereput.facts.pack import Pack
from ereput.report import words
from ereput.report.cells import workbook_cell as cell
from ereput.report.words import Table

WIDEST = 60
_A4 = 9
_STARS = ("Sans note", "1 étoile", "2 étoiles", "3 étoiles", "4 étoiles", "5 étoiles")


class _Book:
    """A workbook whose texts are never formulas nor links."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self.number = book.add_format({"num_format": "0.0##"})

    def sheet(self, name: str, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Write a sheet: titles, then rows of texts, numbers, days and blanks."""
        made = self.book.add_worksheet(name)
        widths = [len(title) for title in titles]
        for at, title in enumerate(titles):
            made.write_string(0, at, cell(title), self.bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                widths[at] = max(widths[at], len(str(value)))
                self._write(made, last, at, value)
        for at, width in enumerate(widths):
            made.set_column(at, at, min(max(width + 2, 10), WIDEST))
        made.freeze_panes(1, 0)
        made.set_landscape()
        made.set_paper(_A4)
        made.fit_to_pages(1, 0)
        if last:
            made.autofilter(0, 0, last, len(titles) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: object) -> None:
        if value is None:
            return
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
            sheet.write_number(row, column, value)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, self.number)
        else:
            sheet.write_string(row, column, cell(str(value)))


def build(pack: Pack) -> tuple[bytes, int]:
    """Return the workbook and its number of sheets."""
    import xlsxwriter

    file = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": cell(f"Réunion · {pack.heading} · {pack.label}"), "author": "ereput"})
        made = _Book(book)
        for write in _SHEETS:
            write(made, pack)
        sheets = len(book.worksheets())
    return file.getvalue(), sheets


def _summary(book: _Book, pack: Pack) -> None:
    titles = (
        "Mesure", "Valeur", "Unité", "Base (n)", "Intervalle, bas", "Intervalle, haut",
        "Période précédente", "Base précédente (n)", "Écart notable", "Habituel, bas", "Habituel, haut",
        "Habituel, durées comparées",
    )  # fmt: skip
    rows = [
        (
            one.tile.label, _float(one.tile.value), one.tile.unit.strip() or "avis", one.tile.n, one.low,
            one.high, _float(one.tile.previous), one.previous_n, "oui" if one.tile.matters else "non",
            _float(one.usual_low), _float(one.usual_high), one.usual_n,
        )
        for one in pack.measures
    ]  # fmt: skip
    book.sheet("Synthèse", titles, rows)


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _decisions(book: _Book, pack: Pack) -> None:
    named = ("Praticien",) if pack.is_portfolio else ()
    titles = (*named, "Décision", "Qui", "Pour le", "Où en est-on", "Dossier", "Réunion")
    rows = [
        (
            *((pack.name(line.who),) if named else ()),
            line.text,
            line.owner,
            line.due,
            line.state_text,
            line.case_id,
            line.made or pack.label,
        )
        for line in (*pack.followed, *pack.decisions)
    ]
    book.sheet("Décisions", titles, rows)


def _cases(book: _Book, pack: Pack) -> None:
    titles = (
        "Dossier",
        "Praticien",
        "Étape en cours",
        "Prochaine échéance",
        "Date",
        "Reste",
        "Délai de presse",
    )
    rows = [
        (line.id, pack.name(line.who), line.step, line.label, line.day, line.remaining, line.clock)
        for line in pack.cases
    ]
    book.sheet("Dossiers", titles, rows)


def _alerts(book: _Book, pack: Pack) -> None:
    titles = ("Alerte", "Praticien", "Niveau", "Ce qui est inhabituel", "Pourquoi")
    rows = [(line.id, pack.name(line.who), line.level, line.title, line.reason) for line in pack.alerts]
    book.sheet("Alertes", titles, rows)


def _months(book: _Book, pack: Pack) -> None:
    titles = ("Mois", "Note estimée", "Marge, bas", "Marge, haut", "Notes (n)", "Avis", *_STARS)
    rows = [
        (month.first, month.rating, month.low, month.high, month.n, month.reviews, *month.stars)
        for month in pack.series.months
    ]
    book.sheet("Mois", titles, rows)


def _drivers(book: _Book, pack: Pack) -> None:
    kinds = {"theme": "Motif", "source": "Source"}
    titles = ("Quoi", "Nom", "Avis négatifs", "Période précédente", "Avis")
    rows = [(kinds[one.kind], one.name, one.negatives, one.previous, one.n) for one in pack.drivers]
    book.sheet("Motifs et sources", titles, rows)


def _people(book: _Book, pack: Pack) -> None:
    if not pack.is_portfolio:
        return
    titles = (
        "Praticien", "Note estimée", "Marge, bas", "Marge, haut", "Notes (n)", "Avis", "Avis avant",
        "Négatifs", "Négatifs avant", "Avec réponse", "Peuvent en avoir une", "Délai médian (jours)",
        "Réponses datées (n)", "Dossiers ouverts", "Alertes ouvertes",
    )  # fmt: skip
    rows = (
        (
            pack.name(row.who), row.rating, row.low, row.high, row.rated, row.reviews, row.reviews_before,
            row.negatives, row.negatives_before, row.answered, row.answerable, row.delay, row.delay_n,
            row.cases, row.alerts,
        )
        for row in words.ranked(pack)
    )  # fmt: skip
    book.sheet("Praticiens", titles, rows)


def _health(book: _Book, pack: Pack) -> None:
    _table(book, "Sources", words.sources(pack))


def _rooms(book: _Book, pack: Pack) -> None:
    for at, table in enumerate(words.rooms(pack), 1):
        _table(book, f"Sujet {at}", table)


def _table(book: _Book, name: str, table: Table) -> None:
    book.sheet(name, table.columns or (table.title,), table.rows or [(table.empty,)])


def _definitions(book: _Book, pack: Pack) -> None:
    told: list[tuple[str, str]] = [
        ("De qui", pack.heading),
        ("Période", f"{pack.label} (comparée : {pack.label_before})"),
        ("État", words.status(pack)),
        *pack.definitions_all,
        *pack.origins.lines,
        ("Avertissement", pack.notice),
    ]
    book.sheet("Définitions", ("Terme", "Définition"), told)


_SHEETS: tuple[Callable[[_Book, Pack], None], ...] = (
    _summary,
    _decisions,
    _cases,
    _alerts,
    _months,
    _drivers,
    _health,
    _people,
    _rooms,
    _definitions,
)
