"""Rows out of delimited texts and spreadsheets, as a stream that can be walked again.

A `Table` is what every format reader sees, JSON records included (`records`): a header, a sample of the rows,
and a way to walk them all.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Final

from ereput.domain.publication import Place
from ereput.ingest.columns import find_header
from ereput.ingest.encodings import TextEncoding, detect
from ereput.ingest.source import Source
from ereput.ingest.wording import squeeze
from ereput.ingest.workbook import Row, Sheet, sheets

HEAD_ROWS: Final = 2_000
OVERLONG: Final = "\x00\x00"
"""Stands for a record that could not be read: one of its cells is longer than any limit."""

_LONGEST_CELL: Final = 8_000_000
_LONGEST_LINE: Final = 16_000_000
_SUSPECT: Final = 500
_SNIFFED: Final = 256_000
_SNIFFED_ROWS: Final = 200
_MAX_COLUMNS: Final = 2_000
_DELIMITERS: Final = (";", ",", "\t", "|")
_MAX_SHEETS: Final = 60

# The csv module keeps one limit a process; its default (131,072) refuses long reviews.
csv.field_size_limit(_LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as found in a file.

    `header` holds "" for a column without title; `head` the first rows; `rows()` walks them all with their
    number, 1-based after the header. `place` is what stands beside the rows of whom they speak, `label` the
    sheet's name.
    """

    header: tuple[str, ...]
    head: tuple[Row, ...]
    rows: Callable[[], Iterator[tuple[int, Row]]]
    titled: bool = True
    label: str = ""
    notes: tuple[str, ...] = ()
    facts: ReadOnlyMapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written; `skip` is the number of rows above the header."""

    delimiter: str
    escape: str | None = None


# ------------------------------------------------------------------ delimited text


def csv_table(source: Source) -> Table:
    """Return the table of a delimited text; never fails on its shape, however odd."""
    encoding = detect(source.chunks)
    start = _beginning(source, encoding)
    dialect, directive = sniff(start)
    sample = [
        row
        for row, _ in zip(
            _records(io.StringIO(start, newline=""), dialect), range(_SNIFFED_ROWS), strict=False
        )
    ]
    if len(start) >= _SNIFFED and len(sample) > 1:
        sample.pop()  # the last one may be cut
    body = sample[directive:]
    found = find_header(body)
    skip = directive + (0 if found is None else found + 1)
    header = () if found is None else tuple(titles_of(body[found]))

    def rows() -> Iterator[tuple[int, Row]]:
        stream = io.TextIOWrapper(source.open(), encoding.codec, encoding.errors, newline="")
        with stream:
            walk = _records(stream, dialect)
            for _ in range(skip):
                next(walk, None)
            yield from enumerate(walk, start=1)

    head = tuple(row for (_, row), _ in zip(rows(), range(HEAD_ROWS), strict=False))
    if found is None:
        header = ("",) * _usual_width(head)
    return Table(_trim(header, head), head, rows, titled=found is not None)


def sniff(text: str) -> tuple[Dialect, int]:
    """Return the dialect of a text's beginning, and the number of directive lines ("sep=;") to skip."""
    first = text.lstrip("\ufeff").split("\n", 1)[0].strip().strip('"')
    escape = "\\" if text.count('\\"') > text.count('""') else None
    if re.fullmatch(r"sep=.", first):
        return Dialect(first[-1], escape), 1
    scores = {delimiter: _consistency(text, Dialect(delimiter, escape)) for delimiter in _DELIMITERS}
    return Dialect(max(_DELIMITERS, key=scores.__getitem__), escape), 0


def _consistency(text: str, dialect: Dialect) -> float:
    """Score a delimiter by how many rows share one width above 1, and by that width."""
    widths: Counter[int] = Counter()
    walk = _records(io.StringIO(text, newline=""), dialect)
    for row, _ in zip(walk, range(_SNIFFED_ROWS), strict=False):
        if any(row):
            widths[len(row)] += 1
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width <= 1:  # a delimiter delimits
        return 0.0
    return count / widths.total() + min(width, 20) / 1000


def _beginning(source: Source, encoding: TextEncoding) -> str:
    with io.TextIOWrapper(source.open(), encoding.codec, encoding.errors, newline="") as stream:
        return stream.read(_SNIFFED)


def _records(stream: io.TextIOBase, dialect: Dialect) -> Iterator[list[str]]:
    """Walk the records of a text; a cell beyond all measure ends in an empty record, not in an error."""
    lines = iter(partial(stream.readline, _LONGEST_LINE), "")
    reader = csv.reader(
        lines, delimiter=dialect.delimiter, escapechar=dialect.escape, doublequote=dialect.escape is None
    )
    while True:
        try:
            for row in reader:
                if len(row) == 1 and dialect.delimiter in row[0]:  # a spreadsheet quoted the line whole
                    yield next(csv.reader([row[0]], delimiter=dialect.delimiter), row)
                elif row and len(row[-1]) > _SUSPECT and "\n" in row[-1]:  # cheap guard of a rare case
                    yield from _unclosed(row, dialect)
                else:
                    yield row
        except csv.Error:
            yield [OVERLONG]
        else:
            return


def _unclosed(row: list[str], dialect: Dialect) -> Iterator[list[str]]:
    """Give back the records that a stray opening quote swallowed, when they plainly are records."""
    first, *lines = row[-1].split("\n")
    width = len(row)
    parts = list(csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE))
    alike = sum(len(part) == width for part in parts)
    if width > 1 and alike > 1 and alike * 2 > len(parts):  # a pattern, not an accident
        yield [*row[:-1], first]
        yield from parts
    else:
        yield row


def titles_of(row: Row) -> list[str]:
    """Return a row of titles as text, squeezed and unquoted."""
    return [
        squeeze(str(value).replace("\ufeff", "")).strip('"') if value is not None else "" for value in row
    ][:_MAX_COLUMNS]


def _usual_width(rows: Sequence[Row]) -> int:
    widths = Counter(len(row) for row in rows if row)
    return min(max(widths, key=lambda width: (widths[width], width), default=0), _MAX_COLUMNS)


def _trim(header: tuple[str, ...], rows: Sequence[Row]) -> tuple[str, ...]:
    """Drop the nameless columns at the end of a header that hold nothing."""
    width = len(header)
    while (
        width
        and not header[width - 1]
        and not any(len(row) >= width and row[width - 1] not in ("", None) for row in rows)
    ):
        width -= 1
    return header[:width]


# ------------------------------------------------------------------ spreadsheets


def workbook_tables(source: Source) -> list[Table]:
    """Return one table a sheet that holds any row.

    Raises:
        RefusedError: the workbook is damaged, locked by a password, or too large to open safely.
    """
    return [table for sheet in sheets(source)[:_MAX_SHEETS] if (table := _sheet_table(sheet)) is not None]


def _sheet_table(sheet: Sheet) -> Table | None:
    """Return the table of one sheet, None when it is empty."""
    first = [row for row, _ in zip(sheet.rows(), range(_SNIFFED_ROWS), strict=False)]
    if not any(first):
        return None
    found = find_header(first)
    skip = 0 if found is None else found + 1
    header = ("",) * _usual_width(first) if found is None else tuple(titles_of(first[found]))

    def rows() -> Iterator[tuple[int, Row]]:
        for number, row in enumerate(sheet.rows(), start=1 - skip):
            if number > 0:
                yield number, row

    head = tuple(row for (_, row), _ in zip(rows(), range(HEAD_ROWS), strict=False))
    return Table(_trim(header, head), head, rows, titled=found is not None, label=sheet.name)
