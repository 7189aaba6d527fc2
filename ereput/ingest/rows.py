"""From the rows of a table to drafts, one at a time: the hot path of every import.

What can be worked out once a column is worked out once: positions, readers with their caches, the place that
repeats on each row. A row that is no review becomes a `Reject` with its reason; a blank one is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ereput.domain.publication import Draft, PartialDate, Reject
from ereput.ingest.clean import body, cell
from ereput.ingest.dates import DateReader
from ereput.ingest.places import PlaceReader
from ereput.ingest.platforms import platform_of_name, platform_of_url
from ereput.ingest.profiles import is_filled, is_total
from ereput.ingest.ratings import SCALES, RatingReader, recommends
from ereput.ingest.reading import DateOrder, Mapping, Role
from ereput.ingest.replies import ReplyReader, unfolded
from ereput.ingest.tables import OVERLONG, Table
from ereput.ingest.wording import fold, phrases
from ereput.ingest.workbook import Row

_ABSENT: Final = -1
_NAMES: Final = (Role.AUTHOR, Role.FIRST_NAME, Role.LAST_NAME)
_LONGEST_TEXT: Final = 200_000
_LONGEST_FIELD: Final = 2_000
_LONGEST_LABEL: Final = 200
_LONGEST_CODE: Final = 35
_LONGEST_NOTHING: Final = 10
_RAW: Final = 300
_RAW_CELL: Final = 80
_LASTING_DIGITS: Final = 7
_SHIFT: Final = 4
_EDIT_DELAY: Final = timedelta(minutes=1)
_PERSONAL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b\d{1,3}(?:\.\d{1,3}){3}\b")
_NOBODY: Final = phrases("**|***|*|-|--|?|.|n/a|N/A|#N/A|None|nan|NaN|undefined")
_NOTHING: Final = phrases("null|none|nan|n/a|#n/a|undefined|-|--|[]|{}|na|nil")
_TRUE: Final = phrases("true|True|1|oui")
_WITHDRAWN: Final = phrases(
    """
    spam|deleted|supprime|supprimee|removed|rejected|rejete|rejetee|refuse|refusee|retire|retiree
    unpublished|non publie|draft|brouillon|depublie|indesirable|modere|not-spam-deleted|archived spam
    trash|corbeille|bloque|blocked
    """
)
_GONE_WHEN_TRUE: Final = re.compile(r"spam|delet|supprim|filtered|hidden")
_REVIEW_ID: Final = re.compile(r"review|avis|comment")

_TOTAL: Final = "Ligne de total ou de moyenne : ce n’est pas un avis."
_COLLECTION: Final = "L’outil de collecte signale une erreur sur cette ligne."


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
        order = conventions.order or mapping.order or DateOrder.DAY_FIRST
        columns = mapping.columns
        self._table = table
        self._width = len(table.header)
        self._conventions = conventions
        self._dates = DateReader(now, order, utc=mapping.utc or conventions.utc)
        self._ratings = RatingReader(mapping.scale or SCALES[0])
        self._replies = ReplyReader(columns.get(Role.REPLY, ()), columns.get(Role.REPLIED, ()), self._dates)
        self._places = PlaceReader(columns, table.place)
        self._when = columns.get(Role.DATE, ())
        self._said = columns.get(Role.TEXT, ())
        self._points = tuple(i for role in (Role.PROS, Role.CONS) for i in columns.get(role, ()))

        def at(role: Role) -> int:  # a plain number: roles are slow keys for a path walked a million times
            return (columns.get(role) or (_ABSENT,))[0]

        self._first_name, self._last_name, self._author = (
            at(Role.FIRST_NAME),
            at(Role.LAST_NAME),
            at(Role.AUTHOR),
        )
        self._title, self._rating, self._advice = at(Role.TITLE), at(Role.RATING), at(Role.RECOMMENDED)
        self._url, self._source, self._language = at(Role.URL), at(Role.SOURCE), at(Role.LANGUAGE)
        self._id, self._updated = at(Role.ID), at(Role.UPDATED)
        self._status, self._error = at(Role.STATUS), at(Role.ERROR)
        self._gone_when_true = bool(_GONE_WHEN_TRUE.search(self._heading(self._status)))
        self._lasting_ids = conventions.numeric_ids or bool(_REVIEW_ID.search(self._heading(self._id)))
        self._text_title = cell(table.header[self._said[0]]) if self._said else ""

    def _heading(self, index: int) -> str:
        return fold(self._table.header[index]) if index >= 0 else ""

    def walk(self) -> Iterator[Draft | Reject]:
        """Walk the whole table once."""
        read = self.read
        for number, row in self._table.rows():
            item = read(number, row)
            if item is not None:
                yield item

    def read(self, number: int, row: Row) -> Draft | Reject | None:
        """Return the draft of a row, a reject with its reason, or None when the row is blank."""
        if len(row) != self._width:
            fitted = self._fit(number, row)
            if not isinstance(fitted, list):
                return fitted
            row = fitted
        text = self._text(row)
        rating, scale = self._mark(row)
        published, edited = self._date(row)
        author = self._name(row)
        title = cell(row[self._title])[:_LONGEST_FIELD] if self._title >= 0 else ""
        if title and len(title) < _LONGEST_NOTHING and fold(title) in _NOTHING:
            title = ""
        if not text and rating is None and not scale and not self._wordless(title, published):
            return self._empty(number, row)
        refusal = self._refusal(row, author, text, published)
        if refusal:
            return Reject(number, refusal, _raw(row))
        conventions = self._conventions
        url = cell(row[self._url])[:_LONGEST_FIELD] if self._url >= 0 else ""
        source = cell(row[self._source])[:_LONGEST_LABEL] if self._source >= 0 else ""
        platform = conventions.platform
        if not conventions.fixed:
            platform = (source and platform_of_name(source)) or (url and platform_of_url(url)) or platform
        reply, replied = self._replies.read(row, author)
        if self._updated >= 0 and published is not None and conventions.trust_updates:
            edited = edited or self._was_edited(row, published)
        identity = self._identity(row, url)
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
            language=cell(row[self._language])[:_LONGEST_CODE] if self._language >= 0 else "",
            reply=reply,
            replied=replied,
            edited=edited,
            source=source,
            place=self._places.read(row),
        )

    def _wordless(self, title: str, published: PartialDate | None) -> bool:
        """Whether a row without text nor mark is still a review: its table has no marks at all."""
        return self._rating < 0 and self._advice < 0 and (bool(title) or published is not None)

    def _fit(self, number: int, row: Row) -> list[object] | Reject | None:
        """Bring a row to the width of the header, or say why it cannot be."""
        width = self._width
        if row and row[0] == OVERLONG:
            return Reject(number, "Une cellule de cette ligne est démesurée : la ligne n’a pas été lue.")
        if len(row) <= width:
            return [*row, *[None] * (width - len(row))] if any(row) else None
        if not any(map(is_filled, row[width:])):
            return list(row[:width])
        excess = len(row) - width
        if excess <= _SHIFT and not self._lines_up(row) and self._lines_up(row[excess:]):
            return list(row[excess:])
        if self._lines_up(row) and self._said[:1] == (width - 1,):
            return [*row[: width - 1], " ".join(cell(value) for value in row[width - 1 :])]
        return Reject(
            number,
            f"La ligne a {len(row)} cellules pour {width} colonnes : elle n’a pas été lue de travers.",
            _raw(row),
        )

    def _lines_up(self, row: Row) -> bool:
        """Whether the dated and marked columns of a row hold a date and a mark."""
        dated = [row[i] for i in self._when if is_filled(row[i])]
        if self._when and (not dated or self._dates.read(dated[0]) is None):
            return False
        mark = self._rating
        if mark >= 0 and is_filled(row[mark]) and self._ratings.read(row[mark])[0] is None:
            return False
        return bool(self._when) or mark >= 0

    def _text(self, row: Row) -> str:
        text = ""
        for index in self._said:
            text = body(cell(row[index]))
            if len(text) < _LONGEST_NOTHING and text.lower() in _NOTHING:
                text = ""
            if text:
                break
        if self._points:
            parts = (text, *(cell(row[index]) for index in self._points))
            text = "\n".join(part for part in parts if part)
        return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT]

    def _mark(self, row: Row) -> tuple[float | None, str]:
        rating, scale = self._ratings.read(row[self._rating]) if self._rating >= 0 else (None, "")
        if rating is None and self._advice >= 0:
            said = recommends(row[self._advice])
            if said is not None:
                return None, "recommande" if said else "ne recommande pas"
        return rating, scale

    def _date(self, row: Row) -> tuple[PartialDate | None, bool]:
        for index in self._when:
            value = row[index]
            if value is not None and value != "":
                found, edited = self._dates.read_edited(value)
                if found is not None:
                    return found, edited
        return None, False

    def _name(self, row: Row) -> str:
        if self._first_name >= 0:
            parts = (cell(row[self._first_name]), cell(row[self._last_name]))
            joined = " ".join(part for part in parts if part)
            if joined:
                return joined[:_LONGEST_FIELD]
        if self._author < 0:
            return ""
        author = cell(row[self._author])
        if author.startswith("{"):
            inside = unfolded(author)
            author = (
                cell(inside.get("name") or inside.get("displayName")) if isinstance(inside, dict) else author
            )
        if author in _NOBODY or ("@" in author and _PERSONAL.search(author)):
            return ""
        return author[:_LONGEST_FIELD]

    def _was_edited(self, row: Row, published: PartialDate) -> bool:
        updated = self._dates.read(row[self._updated])
        if updated is None:
            return False
        if updated.instant is not None and published.instant is not None:
            return updated.instant - published.instant > _EDIT_DELAY
        return updated.earliest > published.latest

    def _identity(self, row: Row, url: str) -> str:
        identity = cell(row[self._id])[:_LONGEST_FIELD] if self._id >= 0 else ""
        if identity.isdigit() and len(identity) < _LASTING_DIGITS and not self._lasting_ids:
            return ""  # a line number, which the next export would give to another review
        if "/reviews/" in identity:
            return identity.rsplit("/", 1)[1]
        if identity:
            return "" if identity.lower() in _NOTHING else identity
        name = self._conventions.id_in_url
        return "".join(parse_qs(urlsplit(url).query).get(name, ())[:1]) if name and url else ""

    def _refusal(self, row: Row, author: str, text: str, published: PartialDate | None) -> str:
        if self._status >= 0:
            value = row[self._status]
            raised = self._gone_when_true and (value is True or value in _TRUE)
            if raised or (isinstance(value, str) and fold(value) in _WITHDRAWN):
                return "La source indique que cet avis n’est pas publié."
        if self._error >= 0 and not text and not author and is_filled(row[self._error]):
            return _COLLECTION
        if published is None:
            if text and text == self._text_title:
                return "Ligne de titres répétée : ce n’est pas un avis."
            first = next(filter(is_filled, row), "")
            if isinstance(first, str) and is_total(first):
                return _TOTAL
        return ""

    def _empty(self, number: int, row: Row) -> Reject | None:
        """Say why a row that says nothing is refused; a blank one is passed over."""
        first = next(filter(is_filled, row), None)
        if first is None:
            return None
        reason = "La ligne n’a ni texte, ni note, ni recommandation."
        if isinstance(first, str) and is_total(first):
            reason = _TOTAL
        elif self._error >= 0 and is_filled(row[self._error]):
            reason = _COLLECTION
        return Reject(number, reason, _raw(row))


def _raw(row: Row) -> str:
    """Return a refused row as text, short and without e-mail or network addresses."""
    joined = " | ".join(cell(value)[:_RAW_CELL] for value in row if is_filled(value))
    return _PERSONAL.sub("…", joined)[:_RAW]
