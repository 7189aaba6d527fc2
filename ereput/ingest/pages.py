"""Tables inside web pages: several suites export HTML under the name of a spreadsheet."""

from collections.abc import Iterator
from html.parser import HTMLParser

from ereput.ingest.clean import tidy
from ereput.ingest.columns import find_header
from ereput.ingest.tables import HEAD_ROWS, Table, titles_of
from ereput.ingest.workbook import Row


class _Cells(HTMLParser):
    """Collect the cells of every row of a page, tables taken one after the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 # inherited
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self.rows:
            self.rows[-1].append(tidy("".join(self._cell)))
        self._cell = None


def page_table(page: str) -> Table | None:
    """Return the table of a page under a row of known titles, None when it has none."""
    parser = _Cells()
    try:
        parser.feed(page)
        parser.close()
    except (AssertionError, ValueError):  # html.parser's way to give up on a broken declaration
        return None
    found = find_header(parser.rows)
    if found is None or len(parser.rows) <= found + 1:
        return None
    body = parser.rows[found + 1 :]

    def rows() -> Iterator[tuple[int, Row]]:
        yield from enumerate(body, start=1)

    return Table(tuple(titles_of(parser.rows[found])), tuple(body[:HEAD_ROWS]), rows)
