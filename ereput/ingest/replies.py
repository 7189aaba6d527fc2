"""Owners' replies: their words, else their date, else the mere fact that there is one."""

import ast
import json
from collections.abc import Sequence
from typing import Final

from ereput.domain.publication import PartialDate
from ereput.ingest.clean import body, cell
from ereput.ingest.dates import DateReader
from ereput.ingest.wording import fold, phrases
from ereput.ingest.workbook import Row

REPLY_WITHOUT_TEXT: Final = "(réponse publiée, texte non fourni)"
"""Stands for a reply that an export tells of without giving its words nor its date."""

_LONGEST_TEXT: Final = 200_000
_LONGEST_NO_REPLY: Final = 25
_NO_REPLY: Final = phrases(
    """
    no reply|no response|no answer|none|non|no|n|false|faux|0|0.0|-|aucune|aucune reponse|sans reponse
    pas de reponse|non repondu|null|nan|n/a|na|unresponded|not responded|no_reply|nein|pending|a repondre
    en attente|a traiter|[]|{}|not replied|unanswered|sans objet|needs response
    """
)
_BARE_REPLY: Final = phrases(
    """
    oui|yes|y|o|true|vrai|1|1.0|x|repondu|responded|replied|answered|done|published|publiee|publie|fait
    ok|traite
    """
)
_DELETED: Final = ("isDeleted", "deleted", "is_deleted", "isHidden", "hidden")
_REPLY_WORDS: Final = (
    "body",
    "text",
    "message",
    "comment",
    "content",
    "texte",
    "reponse",
    "snippet",
    "value",
    "reply",
)
_REPLY_DATES: Final = (
    "publishDate",
    "created_time",
    "date",
    "createdAt",
    "created_at",
    "publishedDate",
    "updateTime",
    "publishedAt",
)


class ReplyReader:
    """Read the reply on each row.

    Args:
        replies: the columns of its words, best first.
        dates: the columns of its date, best first.
        reader: how the table's dates are read.
    """

    def __init__(self, replies: Sequence[int], dates: Sequence[int], reader: DateReader) -> None:
        self._replies = replies
        self._dates = dates
        self._reader = reader

    def read(self, row: Row, author: str) -> tuple[str, PartialDate | None]:
        """Return the words of the reply, "" when there is none, and its day when it is given."""
        replied = next((day for i in self._dates if row[i] and (day := self._reader.read(row[i]))), None)
        said = False
        for index in self._replies:
            value = row[index]
            if value is None or value == "":
                continue
            if isinstance(value, str) and value[0] != "{":
                reply = body(cell(value))
            elif value is True:
                reply, said = "", True
            else:
                reply, when = self._nested(value, author)
                replied = replied or when
            if len(reply) < _LONGEST_NO_REPLY:
                word = fold(reply).strip(" .")
                said = said or word in _BARE_REPLY
                reply = "" if word in _NO_REPLY or word in _BARE_REPLY else reply
            if reply:
                return reply[:_LONGEST_TEXT], replied
        return (REPLY_WITHOUT_TEXT if said and replied is None else ""), replied

    def _nested(self, value: object, author: str) -> tuple[str, PartialDate | None]:
        """Return the first living reply of a list or record, that the reviewer did not write."""
        inside = unfolded(value) if isinstance(value, str) else value
        for reply in inside if isinstance(inside, list) else [inside]:
            if isinstance(reply, str):
                return body(cell(reply)), None
            if not isinstance(reply, dict) or any(reply.get(flag) is True for flag in _DELETED):
                continue
            sender = reply.get("from")
            if author and isinstance(sender, dict) and sender.get("name") == author:
                continue
            said = (reply.get(key) for key in _REPLY_WORDS)
            found = next((cell(text) for text in said if isinstance(text, str) and text), "")
            if found:
                days = (self._reader.read(reply.get(key)) for key in _REPLY_DATES)
                return found, next((day for day in days if day), None)
        return "", None


def unfolded(value: str) -> object:
    """Return the object that a tool wrote whole into one cell, or the words themselves."""
    for reader in (json.loads, ast.literal_eval):
        try:
            return reader(value[:_LONGEST_TEXT])
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return value
