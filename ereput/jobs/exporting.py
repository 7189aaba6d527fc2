"""Give a practitioner's publications back, in a file that any spreadsheet opens safely."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ereput.domain.errors import RefusedError
from ereput.facts import masking
from ereput.jobs.context import Context
from ereput.jobs.viewers import look
from ereput.report.cells import cell, workbook_cell
from ereput.store import journal, practitioners, publications

COLUMNS = {
    "platform": "plateforme",
    "kind": "nature",
    "published_on": "date",
    "precision": "précision de la date",
    "author": "auteur affiché",
    "rating": "note sur 5",
    "scale": "note d’origine",
    "title": "titre",
    "body": "texte",
    "reply": "réponse",
    "replied_on": "date de la réponse",
    "url": "lien",
    "label": "tonalité",
    "themes": "thèmes",
    "hints": "indices à vérifier",
    "first_seen": "vu le",
    "edited_at": "modifié le",
    "removed_at": "retiré le",
}


def export(context: Context, slug: str, target: Path) -> int:
    """Write a practitioner's publications to a .csv, .xlsx or .json file; return how many.

    The file appears whole or not at all. A broker gets the words if the practitioner granted them.
    """
    writers = {".csv": _csv, ".xlsx": _xlsx, ".json": _json}
    write = writers.get(target.suffix.lower())
    if write is None:
        raise RefusedError("L’export se fait en .csv, .xlsx ou .json.")
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    part = target.with_name(target.name + ".part")
    with context.store.writing() as connection:  # before the file: what cannot be noted is not given
        practitioners.read_one(connection, context.viewer, slug)
        journal.note(connection, context.viewer, "export", subject=slug, now=context.now)
    context = look(context, slug, where="export")
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, slug)
        rows = publications.read_all(connection, context.viewer, who.id)
        shown = masking.rows(connection, context.viewer, rows)
        records = [{name: getattr(row, name) for name in COLUMNS} for row in shown]
    write(records, part)
    part.replace(target)
    return len(records)


def safe_cell(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula."""
    return cell(value) if isinstance(value, str) else value


def _cells(records: Iterable[dict[str, Any]]) -> Iterator[list[object]]:
    for record in records:
        yield [safe_cell("" if record[name] is None else _shown(record[name])) for name in COLUMNS]


def _shown(value: Any) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _csv(records: list[dict[str, Any]], target: Path) -> None:
    # Semicolons and a byte-order mark: what a French spreadsheet opens with one click.
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS.values())
        writer.writerows(_cells(records))


def _xlsx(records: list[dict[str, Any]], target: Path) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet("Publications")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, list(COLUMNS.values()), bold)
        for index, cells in enumerate(_cells(records), 1):
            sheet.write_row(index, 0, [workbook_cell(one) if isinstance(one, str) else one for one in cells])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(records), 1), len(COLUMNS) - 1)


def _json(records: list[dict[str, Any]], target: Path) -> None:
    shown = [{name: _shown(value) for name, value in record.items()} for record in records]
    target.write_text(json.dumps(shown, ensure_ascii=False, indent=1), "utf-8")
