"""The journal of a case: an append-only chain of links, each sealing the one before.

A link holds ids, days and words of ours; whatever speaks of a person stands beside it, in an erasable
content, and the link only knows its salted digest. Two people who write at once: the second is told.
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.evidence import verifier
from ereput.store import cases
from ereput.store.scope import Row

HARMLESS = {"evenement": "dossier_exporte"}
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written: a body without any personal text, and its content. JSON values only."""

    body: Mapping[str, object]
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    """One event of a journal; `content` is None once erased."""

    number: int
    at: datetime
    body: Mapping[str, Any]
    content: Mapping[str, Any] | None

    @property
    def kind(self) -> str:
        """The word that names the event."""
        return str(self.body["evenement"])


@dataclass(frozen=True, slots=True)
class End:
    """Where a journal ends: how many links, and the seal of the last."""

    length: int
    head: str


def hold(connection: sa.Connection, viewer: Viewer, case_id: int, *, expected: int | None) -> Row:
    """Return the row of a case, locked until the transaction ends.

    `expected` is how many links the writer had read; None: whatever there is.
    Raises RefusedError when somebody else wrote meanwhile.
    """
    held = cases.lock(connection, viewer, case_id)
    if expected is not None and _was_changed(connection, viewer, held, expected):
        raise RefusedError(
            "Ce dossier vient d’être modifié par quelqu’un d’autre. Rien n’a été enregistré : "
            "relisez-le, puis recommencez."
        )
    return held


def _was_changed(connection: sa.Connection, viewer: Viewer, held: Row, expected: int) -> bool:
    """Whether anything but an export was written since: an export changes nothing of the case."""
    if expected >= held.length:
        return bool(expected > held.length)
    later = (row.body for row in cases.read_links(connection, viewer, [held.id]) if row.number > expected)
    return any(json.loads(body) != HARMLESS for body in later)


def append(connection: sa.Connection, held: Row, entries: Sequence[Entry], *, now: datetime) -> End:
    """Write entries after the last link of a case; `held` is its row, as `hold` returned it."""
    at, head = now.astimezone(UTC), held.head or verifier.FIRST
    rows, contents, exhibits = [], [], []
    for number, entry in enumerate(entries, held.length + 1):
        salt = secrets.token_bytes(_SALT_BYTES)
        link = {
            "numero": number,
            "instant": _instant(at),
            "corps": entry.body,
            "empreinte": verifier.digest(salt, entry.content),
            "precedent": head,
        }
        head = verifier.seal(held.id, link)
        key = {"case_id": held.id, "number": number}
        body = verifier.canonical(entry.body).decode()
        rows.append(
            key
            | {"at": at, "body": body, "digest": link["empreinte"]}
            | {"previous": link["precedent"], "seal": head}
        )
        contents.append(key | {"salt": salt, "content": verifier.canonical(entry.content).decode()})
        if entry.body["evenement"] == verifier.EXHIBIT:
            exhibits.append(key | {"sha256": entry.content["sha256"]})
    cases.insert_links(connection, rows, contents, exhibits)
    return End(held.length + len(rows), head)


def read(connection: sa.Connection, viewer: Viewer, case_ids: Collection[int]) -> dict[int, tuple[Link, ...]]:
    """Return the journals of cases in view, by case; one that was tampered with may be left out."""
    found: dict[int, list[Link]] = {}
    unreadable = set()
    for row in cases.read_links(connection, viewer, case_ids):
        try:
            content = None if row.content is None else json.loads(row.content)
            link = Link(row.number, row.at, json.loads(row.body), content)
        except ValueError:
            unreadable.add(row.case_id)
        else:
            found.setdefault(row.case_id, []).append(link)
    return {number: tuple(links) for number, links in found.items() if number not in unreadable}


def manifest(connection: sa.Connection, viewer: Viewer, held: Row) -> dict[str, Any]:
    """Return a case as the verifier reads it, every content joined; what does not read stays raw."""
    rows = cases.read_links(connection, viewer, [held.id])
    return {
        "dossier": held.id,
        "evenements": [_described(row) for row in rows],
        "tete": {"nombre": held.length, "sceau": held.head},
    }


def _described(row: Row) -> dict[str, Any]:
    link = {
        "numero": row.number,
        "instant": _instant(row.at),
        "corps": _strict(row.body),
        "empreinte": row.digest,
        "precedent": row.previous,
        "sceau": row.seal,
    }
    if row.content is None or row.salt is None:
        return link | {"etat": "efface"}
    return link | {"etat": "joint", "sel": row.salt.hex(), "contenu": _strict(row.content)}


def _strict(text: str) -> Any:
    """Return the value that a stored JSON holds, or the text itself where one byte of it is not ours."""
    try:
        value = json.loads(text)
        return value if verifier.canonical(value).decode() == text else text
    except ValueError:
        return text


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
