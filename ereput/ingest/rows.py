"""From the rows of a table to drafts, one at a time: the hot path of every import.

What can be worked out once a column is worked out once: positions, readers with their caches, the place that
repeats on each row. A row that is no review becomes a `Reject` with its reason; a blank one is passed over.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ereput.domain.publication import NOWHERE, Draft, PartialDate, Place, Reject
from ereput.ingest.clean import body, cell
from ereput.ingest.dates import DateReader
from ereput.ingest.platforms import platform_of_name, platform_of_url
from ereput.ingest.profiles import STARS, is_total
from ereput.ingest.ratings import RatingReader, bare_number, recommends
from ereput.ingest.reading import DateOrder, Mapping, Role
from ereput.ingest.tables import OVERLONG, Table
from ereput.ingest.wording import fold, phrases
from ereput.ingest.workbook import Row

REPLY_WITHOUT_TEXT: Final = "(réponse publiée, texte non fourni)"
"""Stands for a reply that an export tells of without giving its words nor its date."""

_LONGEST_TEXT: Final = 200_000
_LONGEST_FIELD: Final = 2_000
_RAW: Final = 300
_LONGEST_NOTHING: Final = 10
_LONGEST_NO_REPLY: Final = 25
_LASTING_DIGITS: Final = 7
_PLACES: Final = 20_000
_SHIFT: Final = 4
_EDIT_DELAY: Final = timedelta(minutes=1)
_PERSONAL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b\d{1,3}(?:\.\d{1,3}){3}\b")
_NOBODY: Final = frozenset(
    ("**", "***", "*", "-", "--", "?", ".", "n/a", "N/A", "#N/A", "None", "nan", "NaN", "undefined")
)
_NOTHING: Final = phrases("null|none|nan|n/a|#n/a|undefined|-|--|[]|{}|na|nil")
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
_WITHDRAWN: Final = phrases(
    """
    spam|deleted|supprime|supprimee|removed|rejected|rejete|rejetee|refuse|refusee|retire|retiree
    unpublished|non publie|draft|brouillon|depublie|indesirable|modere|not-spam-deleted|archived spam
    trash|corbeille|bloque|blocked
    """
)
_GONE_WHEN_TRUE: Final = re.compile(r"spam|delet|supprim|filtered|hidden")
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


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a format knows of its rows beyond their columns.

    `platform` is the default slug; when `fixed` the rows' own source column is not asked. `namespace` names
    who issued the identifiers, "" to use the row's platform. `trust_updates` is false when "updated" tells of
    the record, not of the text. `numeric_ids` is true when plain numbers are lasting identifiers. `id_in_url`
    is the parameter of the review's address that identifies it, for want of a column.
    """

    platform: str = ""
    namespace: str = ""
    fixed: bool = False
    trust_updates: bool = True
    numeric_ids: bool = False
    id_in_url: str = ""
    order: DateOrder | None = None
    utc: bool = False


class RowReader:
    """Turn the rows of one table into drafts.

    Args:
        table: the table, for its titles and what stands beside it.
        mapping: which column holds what.
        conventions: what the format knows.
        now: timezone-aware; the day on which relative dates count back.
    """

    def __init__(self, table: Table, mapping: Mapping, conventions: Conventions, now: datetime) -> None:
        order = mapping.order or conventions.order or DateOrder.DAY_FIRST
        if conventions.order is not None:
            order = conventions.order
        columns = mapping.columns
        self._width = len(table.header)
        self._conventions = conventions
        self._table = table
        self._dates = DateReader(now, order, utc=mapping.utc or conventions.utc)
        self._ratings = RatingReader(mapping.scale or 5.0)
        self._several = {role: columns.get(role, ()) for role in Role}
        self._one = {role: (columns.get(role) or (-1,))[0] for role in Role}
        self._places: dict[tuple[object, ...], Place] = {}
        placed = [(index, role) for role in _PLACE_ROLES for index in self._several[role]]
        self._place_columns = tuple(index for index, _ in placed)
        self._places_asked = tuple(role for _, role in placed)
        self._gone_when_true = bool(
            self._one[Role.STATUS] >= 0 and _GONE_WHEN_TRUE.search(fold(table.header[self._one[Role.STATUS]]))
        )
        self._id_said = self._one[Role.ID] >= 0 and bool(
            re.search(r"review|avis|comment", fold(table.header[self._one[Role.ID]]))
        )
        text = self._one[Role.TEXT]
        self._text_title = cell(table.header[text]) if text >= 0 else ""
        self._marked = self._one[Role.RATING] >= 0 or self._one[Role.RECOMMENDED] >= 0

    def walk(self) -> Iterator[Draft | Reject]:
        """Walk the whole table once."""
        read = self.read
        for number, row in self._table.rows():
            item = read(number, row)
            if item is not None:
                yield item

    def read(self, number: int, row: Row) -> Draft | Reject | None:
        """Return the draft of a row, a reject with its reason, or None when the row is blank."""
        width = self._width
        if len(row) != width:
            fitted = self._fit(number, row)
            if not isinstance(fitted, list):
                return fitted
            row = fitted
        one = self._one
        text = self._text(row)
        rating, scale = self._mark(row)
        date_columns = self._several[Role.DATE]
        published, edited = self._date(row, date_columns)
        author = self._author(row)
        title = cell(row[one[Role.TITLE]])[:_LONGEST_FIELD] if one[Role.TITLE] >= 0 else ""
        if title and fold(title) in _NOTHING:
            title = ""
        if not text and rating is None and not scale and not self._wordless(title, published):
            return self._empty(number, row)
        refusal = self._refusal(row, author, text, published)
        if refusal:
            return Reject(number, refusal, _raw(row))
        conventions = self._conventions
        url = cell(row[one[Role.URL]])[:_LONGEST_FIELD] if one[Role.URL] >= 0 else ""
        source = cell(row[one[Role.SOURCE]])[:200] if one[Role.SOURCE] >= 0 else ""
        platform = conventions.platform
        if not conventions.fixed:
            platform = (source and platform_of_name(source)) or (url and platform_of_url(url)) or platform
        reply, replied = self._reply(row)
        if one[Role.UPDATED] >= 0 and published is not None and conventions.trust_updates:
            edited = edited or self._was_edited(row, published)
        identity = self._identity(row) if one[Role.ID] >= 0 else ""
        if not identity and conventions.id_in_url and url:
            identity = "".join(parse_qs(urlsplit(url).query).get(conventions.id_in_url, ())[:1])
        return Draft(
            row=number,
            platform=platform,
            external_id=identity,
            id_namespace=(conventions.namespace or platform) if identity else "",
            url=url if url.startswith(("http://", "https://")) else "",
            author=author,
            published=published,
            rating=rating,
            scale=scale,
            title=title,
            text=text,
            language=cell(row[one[Role.LANGUAGE]])[:35] if one[Role.LANGUAGE] >= 0 else "",
            reply=reply,
            replied=replied,
            edited=edited,
            source=source,
            place=self._place(row),
        )

    def _wordless(self, title: str, published: PartialDate | None) -> bool:
        """Whether a row without text nor mark is still a review: its table has no marks at all."""
        return not self._marked and (bool(title) or published is not None)

    def _fit(self, number: int, row: Row) -> list[object] | Reject | None:
        """Bring a row to the width of the header, or say why it cannot be."""
        width = self._width
        if row and row[0] == OVERLONG:
            return Reject(number, "Une cellule de cette ligne est démesurée : la ligne n’a pas été lue.")
        if len(row) <= width:
            return [*row, *[None] * (width - len(row))] if any(row) else None
        extra = row[width:]
        if not any(value not in ("", None) for value in extra):
            return list(row[:width])
        excess = len(row) - width
        if excess <= _SHIFT and not self._lines_up(row) and self._lines_up(row[excess:]):
            return list(row[excess:])
        if self._lines_up(row) and self._several[Role.TEXT][:1] == (width - 1,):
            return [*row[: width - 1], " ".join(cell(value) for value in row[width - 1 :])]
        return Reject(
            number,
            f"La ligne a {len(row)} cellules pour {width} colonnes : elle n’a pas été lue de travers.",
            _raw(row),
        )

    def _lines_up(self, row: Row) -> bool:
        """Whether the dated and marked columns of a row hold a date and a mark."""
        dates, mark = self._several[Role.DATE], self._one[Role.RATING]
        dated = [row[i] for i in dates if row[i] not in ("", None)]
        if dates and (not dated or self._dates.read(dated[0]) is None):
            return False
        if mark >= 0 and row[mark] not in ("", None) and self._ratings.read(row[mark])[0] is None:
            return False
        return bool(dates) or mark >= 0

    def _text(self, row: Row) -> str:
        text = ""
        for index in self._several[Role.TEXT]:
            text = body(cell(row[index]))
            if text and not (len(text) < _LONGEST_NOTHING and text.lower() in _NOTHING):
                break
            text = ""
        pros, cons = self._one[Role.PROS], self._one[Role.CONS]
        if pros >= 0 or cons >= 0:
            parts = [text, cell(row[pros]) if pros >= 0 else "", cell(row[cons]) if cons >= 0 else ""]
            text = "\n".join(part for part in parts if part)
        return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT]

    def _mark(self, row: Row) -> tuple[float | None, str]:
        index = self._one[Role.RATING]
        rating, scale = self._ratings.read(row[index]) if index >= 0 else (None, "")
        advice = self._one[Role.RECOMMENDED]
        if rating is None and advice >= 0:
            said = recommends(row[advice])
            if said is not None:
                return None, "recommande" if said else "ne recommande pas"
        return rating, scale

    def _date(self, row: Row, columns: Sequence[int]) -> tuple[PartialDate | None, bool]:
        edited = False
        for index in columns:
            value = row[index]
            if value is not None and value != "":
                found, edited = self._dates.read_edited(value)
                if found is not None:
                    return found, edited
        return None, edited

    def _author(self, row: Row) -> str:
        one = self._one
        if one[Role.FIRST_NAME] >= 0:
            parts = (cell(row[one[Role.FIRST_NAME]]), cell(row[one[Role.LAST_NAME]]))
            joined = " ".join(part for part in parts if part)
            if joined:
                return joined[:_LONGEST_FIELD]
        index = one[Role.AUTHOR]
        if index < 0:
            return ""
        author = cell(row[index])
        if author.startswith("{"):
            inside = _parsed(author)
            author = (
                cell(inside.get("name") or inside.get("displayName")) if isinstance(inside, dict) else author
            )
        if author in _NOBODY or ("@" in author and _PERSONAL.search(author)):
            return ""
        return author[:_LONGEST_FIELD]

    def _reply(self, row: Row) -> tuple[str, PartialDate | None]:
        reply, said = "", False
        replied = self._date(row, self._several[Role.REPLIED])[0] if self._several[Role.REPLIED] else None
        for index in self._several[Role.REPLY]:
            value = row[index]
            if isinstance(value, list):
                reply, when = self._nested_reply(value, row)
                replied = replied or when
            elif value is True:
                said = True
            elif isinstance(value, str) and value.startswith("{"):
                reply, when = self._nested_reply([_parsed(value)], row)
                replied = replied or when
            else:
                reply = body(cell(value))
            if reply and len(reply) < _LONGEST_NO_REPLY:  # the longest of the words below
                word = fold(reply).strip(" .")
                said = said or word in _BARE_REPLY
                reply = "" if word in _NO_REPLY or word in _BARE_REPLY else reply
            if reply:
                return reply[:_LONGEST_TEXT], replied
        if said and replied is None:
            return REPLY_WITHOUT_TEXT, None
        return "", replied

    def _nested_reply(self, replies: list[object], row: Row) -> tuple[str, PartialDate | None]:
        """Return the first living reply of a list, that the reviewer did not write."""
        author = self._author(row)
        for reply in replies:
            if isinstance(reply, str) and reply.strip():
                return cell(reply), None
            if not isinstance(reply, dict) or any(
                reply.get(flag) is True
                for flag in ("isDeleted", "deleted", "is_deleted", "isHidden", "hidden")
            ):
                continue
            sender = reply.get("from")
            if author and isinstance(sender, dict) and sender.get("name") == author:
                continue
            words = next(
                (cell(reply[key]) for key in _REPLY_WORDS if isinstance(reply.get(key), str) and reply[key]),
                "",
            )
            when = next((found for key in _REPLY_DATES if (found := self._dates.read(reply.get(key)))), None)
            if words:
                return words, when
        return "", None

    def _was_edited(self, row: Row, published: PartialDate) -> bool:
        updated = self._dates.read(row[self._one[Role.UPDATED]])
        if updated is None:
            return False
        if updated.instant is not None and published.instant is not None:
            return updated.instant - published.instant > _EDIT_DELAY
        return updated.earliest > published.latest

    def _identity(self, row: Row) -> str:
        identity = cell(row[self._one[Role.ID]])[:_LONGEST_FIELD]
        lasting = len(identity) >= _LASTING_DIGITS or self._id_said or self._conventions.numeric_ids
        if identity.isdigit() and not lasting:
            return ""  # a line number, which the next export would give to another review
        if "/reviews/" in identity:
            return identity.rsplit("/", 1)[1]
        return "" if identity.lower() in _NOTHING else identity

    def _refusal(self, row: Row, author: str, text: str, published: PartialDate | None) -> str:
        one = self._one
        if one[Role.STATUS] >= 0:
            value = row[one[Role.STATUS]]
            if (self._gone_when_true and (value is True or value in ("true", "True", "1", "oui"))) or (
                isinstance(value, str) and fold(value) in _WITHDRAWN
            ):
                return "La source indique que cet avis n’est pas publié."
        if one[Role.ERROR] >= 0 and not text and not author and row[one[Role.ERROR]] not in ("", None):
            return "L’outil de collecte signale une erreur sur cette ligne."
        if published is None:
            if text and text == self._text_title:
                return "Ligne de titres répétée : ce n’est pas un avis."
            first = next((value for value in row if value not in ("", None)), "")
            if isinstance(first, str) and is_total(first):
                return "Ligne de total ou de moyenne : ce n’est pas un avis."
        return ""

    def _empty(self, number: int, row: Row) -> Reject | None:
        filled = [
            value
            for value in row
            if value not in ("", None, [], {}) and (not isinstance(value, str) or value.strip())
        ]
        if not filled:
            return None
        if isinstance(filled[0], str) and is_total(filled[0]):
            return Reject(number, "Ligne de total ou de moyenne : ce n’est pas un avis.", _raw(row))
        if self._one[Role.ERROR] >= 0 and row[self._one[Role.ERROR]] not in ("", None):
            return Reject(number, "L’outil de collecte signale une erreur sur cette ligne.", _raw(row))
        return Reject(number, "La ligne n’a ni texte, ni note, ni recommandation.", _raw(row))

    def _place(self, row: Row) -> Place:
        if not self._place_columns:
            return self._table.place or NOWHERE
        key = tuple(
            row[index] if not isinstance(row[index], list | dict) else None for index in self._place_columns
        )
        known = self._places.get(key)
        if known is None:
            if len(self._places) >= _PLACES:
                self._places.clear()
            values: dict[Role, object] = {}
            for role, value in zip(self._places_asked, key, strict=True):
                if value not in ("", None):
                    values.setdefault(role, value)
            known = self._places[key] = _make_place(values, self._table.place)
        return known


_PLACE_ROLES: Final = (
    Role.PLACE_ID, Role.PLACE_URL, Role.PLACE_NAME, Role.PLACE_CITY, Role.PLACE_ADDRESS, Role.PLACE_PHONE,
    Role.PLACE_RPPS, Role.PLACE_SLUG, Role.PLACE_RATING, Role.PLACE_COUNT,
)  # fmt: skip


def _make_place(values: dict[Role, object], beside: Place | None) -> Place:
    """Build a place from its columns, completed by what stands beside the table."""
    rating, count = bare_number(values.get(Role.PLACE_RATING)), bare_number(values.get(Role.PLACE_COUNT))

    def text(role: Role) -> str:
        return cell(values.get(role))[:_LONGEST_FIELD]

    place = Place(
        listing_id=text(Role.PLACE_ID),
        url=text(Role.PLACE_URL),
        name=text(Role.PLACE_NAME),
        city=text(Role.PLACE_CITY),
        address=text(Role.PLACE_ADDRESS),
        phone=text(Role.PLACE_PHONE),
        rpps=re.sub(r"\D", "", text(Role.PLACE_RPPS)),
        slug=text(Role.PLACE_SLUG),
        rating=rating if rating is not None and 0 < rating <= STARS else None,  # stars
        count=int(count) if count is not None else None,
    )
    if beside is None:
        return place
    return replace(
        beside,
        **{name: value for name in Place.__slots__ if (value := getattr(place, name)) not in ("", None)},
    )


def _parsed(value: str) -> object:
    """Return the object that a tool wrote whole into one cell, or the words themselves."""
    for reader in (json.loads, ast.literal_eval):
        try:
            return reader(value[:_LONGEST_TEXT]) or ""
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return value


def _raw(row: Row) -> str:
    """Return a refused row as text, short and without e-mail or network addresses."""
    joined = " | ".join(cell(value)[:80] for value in row if value not in ("", None, [], {}))
    return _PERSONAL.sub("…", joined)[:_RAW]
