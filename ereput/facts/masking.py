"""What a broker or a reader may see of a publication: its figures and signals, never its words.

A review of a health professional says by itself that its author was treated there, and any sentence
may say for what: no filter on words can tell those apart. So the rule is plain: who looks at a whole
portfolio sees the stars, the day, the source, the tone, the themes and the hints; the author as a
pseudonym; no title, text, reply nor link. A practitioner's grant opens these words, never the author's
name nor the raw rows of a file.

The grant is a capability, not a lookup: only a `Trusted` viewer reads words, and `ereput.jobs.viewers`
makes one after it has written the look into the audit. A page that forgets shows less, never more.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

from ereput.domain.practitioner import Role, Viewer
from ereput.store import journal
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Rows
from ereput.text.normalise import fold

WITHHELD = "Texte non communiqué : il faut l’accord du praticien."
WITHHELD_REPLY = "Réponse publiée, non communiquée."
MASKED_ROLES = frozenset({Role.BROKER, Role.READER})
_WORDS = frozenset({"title", "body", "reply", "url", "evidence"})
_QUOTED = re.compile(r"«[^»]*(?:»|$)")
_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Trusted(Viewer):
    """A viewer whom these practitioners let read their verbatim, the look being in the audit already."""

    verbatim: frozenset[int] = frozenset()


def hides_authors(viewer: Viewer) -> bool:
    """Whether authors are pseudonyms for this viewer; a grant changes nothing to it."""
    return viewer.role in MASKED_ROLES


def hides_words(viewer: Viewer, practitioner_id: int | None) -> bool:
    """Whether the words of a practitioner's publications are kept from this viewer; None is of several."""
    if viewer.role not in MASKED_ROLES:
        return False
    return not (isinstance(viewer, Trusted) and practitioner_id in viewer.verbatim)


def rows(connection: sa.Connection, viewer: Viewer, found: Rows, practitioner_id: int | None = None) -> Rows:
    """Return rows of publications, or of their versions, as the viewer may see them.

    `practitioner_id` says whose they are where the rows do not.
    """
    if not found or not hides_authors(viewer):
        return found
    names = tuple(found[0]._fields)
    key = _key(connection) if "author" in names else b""
    masked = [tuple(_masked(row._asdict(), viewer, key, practitioner_id).values()) for row in found]
    result: IteratorResult[Any] = IteratorResult(SimpleResultMetaData(names), iter(masked))
    return result.all()


def _masked(
    values: dict[str, Any], viewer: Viewer, key: bytes, practitioner_id: int | None
) -> dict[str, Any]:
    owner = values.get("practitioner_id", practitioner_id)
    if "author" in values:
        values["author"] = pseudonym(values["author"], owner, key)
    if "author_key" in values:
        values["author_key"] = 0
    if "raw" in values:  # of a rejected row nobody knows which cell is a name
        values["raw"] = ""
    if not hides_words(viewer, owner):
        return values
    had_words = bool(values.get("title") or values.get("body"))
    had_reply = bool(values.get("reply"))
    values |= {name: "" for name in _WORDS if name in values}
    if "body" in values and had_words:
        values["body"] = WITHHELD
    if "reply" in values and had_reply:
        values["reply"] = WITHHELD_REPLY
    return values


def filters(viewer: Viewer, asked: Filters) -> Filters:
    """Return what a viewer may ask: a search in names or words kept from it would tell them by its count."""
    return replace(asked, words="") if hides_authors(viewer) else asked


def reason(viewer: Viewer, text: str) -> str:
    """Return why a row was rejected, without the cell that it quotes."""
    return _QUOTED.sub("« … »", text) if hides_authors(viewer) else text


def pseudonym(author: str, practitioner_id: object, key: bytes) -> str:
    """Return a name that stands for an author at one practitioner's; no name stays no name.

    Made with a secret of this installation: without it, nobody can try names against it. Four letters
    of thirty-two: two authors in a million may share one, which a reader cannot mistake for proof.
    """
    if not author:
        return ""
    digest = hmac.new(key, f"{practitioner_id}\x1f{fold(author)}".encode(), hashlib.sha256).digest()
    return f"Auteur {b32encode(digest).decode()[:_LETTERS]}"


def _key(connection: sa.Connection) -> bytes:
    key = journal.read_preference(connection, "pseudonym_key").encode()
    if not key:
        raise AssertionError("the migrations make the secret of pseudonyms")
    return key
