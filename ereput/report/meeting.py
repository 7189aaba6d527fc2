"""The meeting as a file: PDF, slides or workbook, all from the same pack."""

from datetime import datetime

from ereput.domain.errors import RefusedError
from ereput.facts.pack import Pack
from ereput.report import meeting_pdf, meeting_pptx, meeting_xlsx

MEDIA = {
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def build(pack: Pack, suffix: str, *, now: datetime) -> tuple[bytes, int]:
    """Return a file of the pack and its pages, slides or sheets.

    Raises:
        RefusedError: the suffix is none of `MEDIA`.

    """
    match suffix.lower():
        case ".pdf":
            return meeting_pdf.build(pack, now=now)
        case ".pptx":
            return meeting_pptx.build(pack, now=now)
        case ".xlsx":
            return meeting_xlsx.build(pack)
        case _:
            raise RefusedError("Le dossier de réunion s’écrit en .pdf, .pptx ou .xlsx.")
