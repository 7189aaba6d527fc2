"""Write the list of the insured as a workbook that any spreadsheet opens safely."""

from pathlib import Path
from typing import Any

from ereput.domain.errors import RefusedError
from ereput.facts import portfolio as facts
from ereput.facts.portfolio import Asked, Sort
from ereput.jobs.context import Context
from ereput.jobs.exporting import safe_cell
from ereput.store import journal

WIDTHS = (32, 20, 12, 24, 12, 22, 16, 18)


def export_list(context: Context, target: Path, *, asked: Asked, sort: Sort = Sort.ODDS) -> int:
    """Write the insured asked for, every page, to a .xlsx file; return how many.

    The file appears whole or not at all. It holds standings, never a review.
    """
    if target.suffix.lower() != ".xlsx":
        raise RefusedError("La liste des assurés s’exporte en .xlsx.")
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    with context.store.writing() as connection:  # before the file: what cannot be noted is not given
        journal.note(connection, context.viewer, "export de la liste d’assurés", now=context.now)
    with context.store.reading() as connection:
        slugs, table = facts.exported(connection, context.viewer, asked, sort)
    part = target.with_name(target.name + ".part")
    _write(part, ["Identifiant", *table.columns], zip(slugs, *(table[name] for name in table), strict=True))
    part.replace(target)
    return len(slugs)


def _write(target: Path, titles: list[str], rows: Any) -> None:
    import pandas as pd
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet("Assurés")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        for at, width in enumerate(WIDTHS):
            sheet.set_column(at, at, width)
        sheet.write_row(0, 0, titles, bold)
        sheet.freeze_panes(1, 2)
        count = 0
        for count, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if pd.isna(value):
                    continue
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(count, at, value, day)
                elif isinstance(value, str):
                    sheet.write_string(count, at, str(safe_cell(value)))
                else:
                    sheet.write_number(count, at, float(value))
        sheet.autofilter(0, 0, max(count, 1), len(titles) - 1)
