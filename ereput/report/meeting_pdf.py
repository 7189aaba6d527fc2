"""The meeting as an accessible PDF (PDF/UA-1) of two to four A4 pages, laid out by Typst."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from ereput.facts.pack import Pack
from ereput.report import drawings, words
from ereput.report.cells import printable
from ereput.report.words import Table

TEMPLATE = Path(__file__).parent / "meeting.typ"
AUTHOR = "ereput"
MOST = {"followed": 7, "minutes": 12, "cases": 8, "alerts": 5, "people": 20, "sources": 8, "rooms": 8}
"""Rows that a page holds; the workbook holds them all."""


def build(pack: Pack, *, now: datetime) -> tuple[bytes, int]:
    """Return the PDF and its number of pages.

    A character that no font of the machine draws makes PDF/UA impossible: the file is then tagged only.
    """
    import typst

    inputs = {"pack": json.dumps(_sheet(pack), ensure_ascii=False)}
    compiler = typst.Compiler(str(TEMPLATE), sys_inputs=inputs)
    options: dict[str, Any] = {"format": "pdf", "timestamp": int(now.timestamp())}
    try:
        made = compiler.compile(**options, pdf_standards=["ua-1"])
    except typst.TypstError:
        made = compiler.compile(**options)
    if not isinstance(made, bytes):
        raise TypeError("one document is one file")
    return made, int(json.loads(compiler.query("<pages>", field="value", one=True)))


def _sheet(pack: Pack) -> dict[str, Any]:
    most = MOST
    decide = [words.followed(pack, most["followed"])] if pack.followed else []
    decide += [words.open_cases(pack, most["cases"]), words.open_alerts(pack, most["alerts"])]
    decide.append(words.minutes(pack, most["minutes"]))
    state = [words.sources(pack, most["sources"]), *words.rooms(pack, most["rooms"])]
    state += [words.people(pack, most["people"])] if pack.is_portfolio else []
    heading = printable(pack.heading)
    return {
        "title": f"Réunion · {heading} · {pack.label}",
        "author": AUTHOR,
        "heading": heading,
        "subtitle": words.subtitle(pack),
        "sentence": pack.sentence,
        "status": printable(words.status(pack)),
        "footer": f"{heading} · {pack.label} · confidentiel",
        "decide": [_part(table) for table in decide],
        "measures": _part(words.measures(pack)),
        "drawings": _drawings(pack),
        "explain": [_part(words.drivers(pack))],
        "quotes": [{"text": printable(quote.text), "source": f"({quote.source})"} for quote in pack.quotes],
        "state": [_part(table) for table in state],
        "definitions": pack.definitions_all,
        "origins": pack.origins.lines,
        "notice": pack.notice,
    }


def _part(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": table.columns,
        "widths": words.widths(table),
        "rows": table.rows,
        "empty": table.empty,
        "more": table.more,
    }


def _drawings(pack: Pack) -> list[dict[str, Any]]:
    marks = [f"{number}. {mark.text}" for number, mark in enumerate(pack.series.marks, 1)]
    found = [
        {
            "title": "Note estimée et sa marge",
            "svg": drawings.rating(pack.series),
            "alt": pack.series.rating,
            "marks": marks,
        },
        {
            "title": "Avis par mois et par étoiles",
            "svg": drawings.volume(pack.series),
            "alt": pack.series.volume,
            "marks": [],
        },
    ]
    if pack.funnel is not None and pack.funnel.centre is not None:
        found.append(
            {
                "title": "Entonnoir du portefeuille",
                "svg": drawings.funnel(pack.funnel),
                "alt": pack.funnel.takeaway,
                "marks": [],
            }
        )
    return found
