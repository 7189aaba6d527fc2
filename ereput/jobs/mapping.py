"""Remember how the user reads an unknown spreadsheet, by the signature of its header."""

import json
from pathlib import Path

from ereput.domain.errors import RefusedError
from ereput.ingest import DateOrder, Mapping, Role, preview
from ereput.jobs.context import Context
from ereput.store import journal, mappings


def save(context: Context, signature: str, mapping: Mapping) -> None:
    """Keep the columns that the user corrected, for the next file with the same header."""
    if not any(mapping.columns.get(role) for role in (Role.TEXT, Role.RATING, Role.RECOMMENDED)):
        raise RefusedError("Choisissez au moins la colonne des notes ou celle des textes.")
    with context.store.writing() as connection:
        mappings.write(connection, signature, _packed(mapping), now=context.now)
        journal.note(connection, context.viewer, "colonnes retenues", subject=signature[:12], now=context.now)


def saved_for(context: Context, path: Path) -> Mapping | None:
    """Return the mapping kept for a file's header; None where there is none, or no table."""
    try:
        signature = preview(path, now=context.now).signature
    except RefusedError:
        return None
    with context.store.reading() as connection:
        packed = mappings.read(connection, signature)
    return _unpacked(packed) if packed else None


def _packed(mapping: Mapping) -> str:
    return json.dumps(
        {
            "columns": {role.value: list(columns) for role, columns in mapping.columns.items()},
            "order": mapping.order and mapping.order.value,
            "scale": mapping.scale,
            "utc": mapping.utc,
        }
    )


def _unpacked(text: str) -> Mapping:
    values = json.loads(text)
    return Mapping(
        columns={Role(role): tuple(columns) for role, columns in values["columns"].items()},
        order=DateOrder(values["order"]) if values["order"] else None,
        scale=values["scale"],
        utc=values["utc"],
    )
