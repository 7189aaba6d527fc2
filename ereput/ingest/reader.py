"""The front door: a file or bytes in, a `Reading` out, or a refusal in one French sentence."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, PartialDate
from ereput.ingest.clean import cell
from ereput.ingest.columns import guess, header_signature
from ereput.ingest.formats import FORMATS
from ereput.ingest.formats.base import Request
from ereput.ingest.platforms import platforms
from ereput.ingest.reading import Mapping, Preview, Reading
from ereput.ingest.replies import REPLY_WITHOUT_TEXT
from ereput.ingest.sample import Sample, take
from ereput.ingest.source import MAX_PLAIN, MEGABYTE, Source

_SHOWN: Final = 20
_SHOWN_CELL: Final = 200
_WHOLE: Final = ("opml", "flux", "json_feed")


def read_file(
    path: Path, *, now: datetime, format_name: str | None = None, mapping: Mapping | None = None
) -> Reading:
    """Read an export, a feed or an OPML file.

    Args:
        path: the file; its name is a label, its content alone decides.
        now: timezone-aware; the day on which relative dates ("il y a 2 semaines") count back.
        format_name: a key of `FORMATS`, to impose a reader.
        mapping: a user's own reading of the columns of a table.

    Raises:
        RefusedError: the file is refused whole; nothing was kept of it.
    """
    return _read(_source(path), now, format_name, mapping)


def read_bytes(
    data: bytes, name: str, *, now: datetime, format_name: str | None = None, mapping: Mapping | None = None
) -> Reading:
    """Read content held in memory, as `read_file`; `name` is a label, never a path to open."""
    return _read(Source(name, None, bytes(data)), now, format_name, mapping)


def preview(path: Path, *, now: datetime) -> Preview:
    """Return the beginning of a table, what each column was taken for and why.

    Raises:
        RefusedError: the file holds no table.
    """
    return _preview(take(_source(path)), now)


def preview_bytes(data: bytes, name: str, *, now: datetime) -> Preview:
    """Return the same as `preview` for content held in memory."""
    return _preview(take(Source(name, None, bytes(data))), now)


def to_plain(reading: Reading) -> dict[str, Any]:
    """Return a reading as the object that `read --json` prints, walking its items to the end."""
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for item in reading.items:
        if isinstance(item, Draft):
            rows.append(_plain_draft(item))
        else:
            rejects.append({"row": item.row, "reason": item.reason})
    return {
        "status": "ok",
        "kind": reading.kind,
        "format": reading.format,
        "message": reading.message,
        "rows": rows,
        "entries": [
            {
                "title": entry.title,
                "link": entry.link,
                "date": iso(entry.published),
                "author": entry.author,
                "summary": entry.summary,
                "source": entry.source,
                "rating": entry.rating,
            }
            for entry in reading.entries
        ],
        "feeds": [{"title": feed.title, "xmlUrl": feed.url} for feed in reading.feeds],
        "rejects": rejects,
    }


def iso(found: PartialDate | None) -> str | None:
    """Return a date as ISO 8601: the instant when it is known, else the day; None when there is none."""
    if found is None:
        return None
    return found.instant.isoformat() if found.instant is not None else found.day.isoformat()


def _plain_draft(draft: Draft) -> dict[str, Any]:
    known = platforms().get(draft.platform)
    return {
        "source": known.name if known else draft.source or draft.platform,
        "author": draft.author,
        "date": iso(draft.published),
        "rating": draft.rating,
        "scale": draft.scale,
        "title": draft.title,
        "text": draft.text,
        "reply": draft.reply or (REPLY_WITHOUT_TEXT if draft.replied else ""),
        "url": draft.url,
        "external_id": draft.external_id,
    }


def _source(path: Path) -> Source:
    try:
        if not path.is_file():
            raise RefusedError("Le fichier n’existe pas ou n’est pas un fichier ordinaire.")
        if path.stat().st_size > MAX_PLAIN:
            raise RefusedError(
                f"Le fichier dépasse {MAX_PLAIN // MEGABYTE} Mo : scindez-le avant de l’importer."
            )
        with path.open("rb"):
            return Source(path.name, path)
    except (OSError, ValueError) as error:
        raise RefusedError("Le fichier n’a pas pu être ouvert.") from error


def _read(source: Source, now: datetime, format_name: str | None, mapping: Mapping | None) -> Reading:
    sample = take(source)
    request = Request(now, mapping)
    if format_name is not None:
        known = FORMATS.get(format_name)
        if known is None:
            names = ", ".join(FORMATS)
            raise RefusedError(f"Le format « {format_name} » est inconnu ; formats possibles : {names}.")
        if not known.recognises(sample) and (not sample.tables or format_name in _WHOLE):
            raise RefusedError(f"Le fichier n’est pas au format « {format_name} ».")
        return known.read(sample, request)
    chosen = next(name for name, known in FORMATS.items() if known.recognises(sample))
    return FORMATS[chosen].read(sample, request)


def _preview(sample: Sample, now: datetime) -> Preview:
    if not sample.tables:
        raise RefusedError("Ce fichier ne contient aucun tableau à montrer.")
    table = sample.largest
    found = guess(table.header, table.head, now=now)
    width = len(table.header)
    rows = tuple(
        tuple(cell(value)[:_SHOWN_CELL] for value in _padded(row, width)) for row in table.head[:_SHOWN]
    )
    return Preview(table.header, rows, found.columns, header_signature(table.header), found.mapping)


def _padded(row: Sequence[object], width: int) -> list[object]:
    return [*row[:width], *[None] * (width - len(row))]
