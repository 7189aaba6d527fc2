"""What was erased, as keyed digests: asked by every import and every restore.

A digest is BLAKE2b under a secret key of this installation; without the key it tells nothing, with it one can
only ask "was this erased?". The table `tombstone` holds them; a copy stands in the home folder, and beside
each backup that was made, so that a restore leaves out what was erased after the backup.
"""

import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, Kind, Place, Reject
from ereput.evidence.casefile import CaseFile
from ereput.ingest.identity import plain
from ereput.ingest.routing import name_words, place_key, story_key, words_of
from ereput.ingest.urls import canonical
from ereput.store import erasures, journal

KEY = "erasure_key"
BACKUPS = "backups"
FORMAT = "ereput-effacements"
FILE = "effacements.json"
BESIDE = ".effacements"
ANY = "*"
MOST_BACKUPS = 50
LEFT_OUT = "Effacé à la demande de la personne : cette ligne n’est plus importée."


class Buried(StrEnum):
    """What a tombstone stands for."""

    AUTHOR = "author"  # practitioner or any, platform or any, displayed name
    PUBLICATION = "publication"  # practitioner, key
    PRACTITIONER = "practitioner"  # slug
    PLACE = "place"  # what a file names a practitioner by
    CONTENT = "content"  # case, its opening, event


def digest(key: str, kind: Buried, *parts: object) -> str:
    """Return the keyed digest of what was erased, as hexadecimal."""
    words = "\x1f".join([kind.value, *map(str, parts)]).encode("utf-8", "surrogatepass")
    return blake2b(words, key=bytes.fromhex(key), digest_size=20).hexdigest()


def renamed(key: str, slug: str, identifier: int) -> int:
    """Return the id that an erased publication bears: 63 bits, keyed."""
    return int(digest(key, Buried.PUBLICATION, "id", slug, identifier)[:16], 16) >> 1


@dataclass
class Ledger:
    """The erasures of a store, ready to be asked; false when there are none."""

    lines: Sequence[Any] = ()
    slugs: dict[int, str] = field(default_factory=dict)
    _known: defaultdict[Buried, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    _authors: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Group the digests by what they stand for, and by their key: there is one, or a few."""
        for line in self.lines:
            self._known[Buried(line.kind)].setdefault(line.key, set()).add(line.digest)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def holds(self, kind: Buried, *parts: object) -> bool:
        """Whether something was erased."""
        return any(digest(key, kind, *parts) in known for key, known in self._known[kind].items())

    def holds_author(self, slug: str, platform: str, author: str) -> bool:
        """Whether a displayed name was erased, here or everywhere; remembered, as files repeat names."""
        asked = (slug, platform, plain(author))
        if asked not in self._authors:
            wholes = [(who, where) for who in {slug, ANY} for where in (platform, ANY)]
            self._authors[asked] = any(
                self.holds(Buried.AUTHOR, who, where, asked[2]) for who, where in wholes
            )
        return self._authors[asked]

    def cleaned(self, reject: Reject, practitioner_id: int | None) -> Reject:
        """Return a row that was not understood, without its words when a cell names somebody erased."""
        slug = self.slugs.get(practitioner_id, ANY) if practitioner_id is not None else ANY
        if self and any(self.holds_author(slug, ANY, cell) for cell in reject.raw.split(" | ")):
            return replace(reject, raw="")
        return reject

    def new_ids(self, slug: str, keys: Iterable[int]) -> list[int]:
        """Return the ids that erased publications bear, of those known by these keys."""
        return [
            renamed(key, slug, identifier)
            for identifier in keys
            for key, known in self._known[Buried.PUBLICATION].items()
            if digest(key, Buried.PUBLICATION, slug, identifier) in known
        ]

    def leaves_out(self, draft: Draft) -> bool:
        """Whether a row that no practitioner claims must not wait either: its author or place was erased."""
        if self.holds_author(ANY, draft.platform, draft.author):
            return True
        key = place_key(draft.place) if draft.kind is Kind.REVIEW else story_key(draft)
        return any(self.holds(Buried.PLACE, name) for name in [key, *place_names(draft.place)])


def place_names(place: Place) -> Iterator[str]:
    """Yield what a file names a place by, each enough to recognise it."""
    for text in (place.slug, place.rpps, place.listing_id, place.url):
        if text.strip():
            yield place_name(text)
    city = " ".join(words_of(place.city))
    if city and place.name:
        yield " ".join([*sorted(name_words(place.name)), "|", city])


def place_name(text: str) -> str:
    """Return an identifier or an address as it is compared."""
    text = text.strip()
    return canonical(text) if text.startswith(("http://", "https://")) else text


def read(connection: sa.Connection) -> Ledger:
    """Return the erasures of a store."""
    lines = erasures.read_tombstones(connection)
    return Ledger(lines, erasures.slugs(connection) if lines else {})


def key_of(connection: sa.Connection) -> str:
    """Return this installation's key, made at the first erasure."""
    key = journal.read_preference(connection, KEY)
    if not key:
        key = secrets.token_hex(32)
        journal.write_preference(connection, KEY, key)
    return key


def bury(
    connection: sa.Connection, kind: Buried, wholes: Iterable[Sequence[object]], *, reason: str, now: datetime
) -> str:
    """Remember that these were erased, and return the key that they were noted with."""
    key = key_of(connection)
    shared = {"key": key, "kind": kind.value, "at": now, "reason": reason}
    erasures.insert_tombstones(
        connection, [{"digest": digest(key, kind, *parts), **shared} for parts in wholes]
    )
    return key


def bury_contents(
    connection: sa.Connection, known: CaseFile, numbers: Iterable[int], *, reason: str, now: datetime
) -> None:
    """Remember which contents of a case were erased."""
    wholes = [content(known, number) for number in numbers]
    bury(connection, Buried.CONTENT, wholes, reason=reason, now=now)


def content(known: CaseFile, number: int) -> tuple[object, ...]:
    """Return what names the content of an event: a number alone may be another case's, in another store."""
    return known.id, known.opened_at.astimezone(UTC).isoformat(timespec="microseconds"), number


# -- the copies


def copy_out(connection: sa.Connection, home: Path) -> list[str]:
    """Write the erasures to the home folder and beside the backups; return the places that refused."""
    lines = erasures.read_tombstones(connection)
    if not lines:
        return []
    text = json.dumps(
        {"format": FORMAT, "version": 1, "lines": [_plain(line) for line in lines]}, ensure_ascii=True
    )
    refused = []
    home.mkdir(parents=True, exist_ok=True)
    for place in [home / FILE, *(beside(path) for path in known_backups(connection) if path.exists())]:
        try:
            write_whole(place, text)
        except OSError:
            refused.append(str(place))
    return refused


def write_whole(path: Path, text: str) -> None:
    """Write a small file that is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def beside(backup: Path) -> Path:
    """Return where the erasures made since a backup are written."""
    return backup.with_name(backup.name + BESIDE)


def known_backups(connection: sa.Connection) -> list[Path]:
    """Return where backups were written, oldest first."""
    return [Path(text) for text in json.loads(journal.read_preference(connection, BACKUPS, "[]"))]


def note_backup(connection: sa.Connection, path: Path) -> None:
    """Remember where a backup was written."""
    others = [str(known) for known in known_backups(connection) if known != path]
    journal.write_preference(connection, BACKUPS, json.dumps([*others, str(path)][-MOST_BACKUPS:]))


def copy_in(connection: sa.Connection, path: Path) -> int:
    """Add the erasures of a copy to a store, and return how many it names; no file is none.

    Raises RefusedError when the file is there but does not read: what it named must not come back.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return 0
    try:
        found = json.loads(text)
        rows = [
            {
                "digest": bytes.fromhex(line["digest"]).hex(),
                "key": bytes.fromhex(line["key"]).hex(),
                "kind": Buried(line["kind"]).value,
                "at": datetime.fromisoformat(line["at"]),
                "reason": str(line["reason"]),
            }
            for line in found["lines"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            f"Le registre des effacements « {path.name} » ne se lit pas. Sans lui, ce qui a été effacé "
            "reviendrait : retrouvez-en une copie, ou écartez-le en connaissance de cause."
        ) from error
    erasures.insert_tombstones(connection, rows)
    return len(rows)


def _plain(line: Any) -> dict[str, str]:
    return {
        "digest": line.digest,
        "key": line.key,
        "kind": line.kind,
        "at": line.at.isoformat(),
        "reason": line.reason,
    }
