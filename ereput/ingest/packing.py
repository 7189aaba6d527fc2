"""A draft as text and back, for the rows that wait to be assigned."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from ereput.domain.publication import Draft, Kind, PartialDate, Place, Precision


def pack(draft: Draft) -> str:
    """Return a draft as JSON."""
    return json.dumps(asdict(draft), ensure_ascii=False, default=_iso)


def unpack(text: str) -> Draft:
    """Return the draft that was packed."""
    values: dict[str, Any] = json.loads(text)
    values["kind"] = Kind(values["kind"])
    values["place"] = Place(**values["place"])
    for name in ("published", "replied"):
        values[name] = _date(values[name])
    return Draft(**values)


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _date(values: dict[str, Any] | None) -> PartialDate | None:
    if values is None:
        return None
    return PartialDate(
        day=date.fromisoformat(values["day"]),
        earliest=date.fromisoformat(values["earliest"]),
        latest=date.fromisoformat(values["latest"]),
        precision=Precision(values["precision"]),
        instant=datetime.fromisoformat(values["instant"]) if values["instant"] else None,
    )
