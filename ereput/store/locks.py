"""Row-level security on PostgreSQL: what a connection may see, said once a transaction, held by the server.

What may be seen is decided on `practitioner`; every other table follows the rows that it hangs on, since a
policy's own questions are under the policies too. A migration that makes a table of somebody's runs
`statements` for it; a test finds the one that forgot.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ereput.domain.practitioner import Role, Viewer

EVERYTHING = "*"
_SAID = "(SELECT current_setting('ereput.{}', true))"
_ALL = f"{_SAID.format('sees')} = '{EVERYTHING}'"
_IN = "{column} = ANY (string_to_array({said}, ',')::integer[])"
_PORTFOLIO = _IN.format(column="portfolio_id", said=_SAID.format("portfolios"))
_HANGS_ON = {
    "practitioner_id": "practitioner",
    "case_id": '"case"',
    "batch_id": "import_batch",
    "meeting_id": "meeting",
}
_NOBODYS = {"portfolio", "viewer", "viewer_portfolio", "viewer_practitioner"}
"""Names of portfolios and who may sign in: read before anybody is known."""


def statements(table: str, columns: Collection[str]) -> list[str]:
    """Return the SQL that locks a table by the columns that say whose its rows are; none when nobody's."""
    if table in _NOBODYS:
        return []
    ways: list[str] = []
    if table == "practitioner":
        ways = [_PORTFOLIO, _IN.format(column="id", said=_SAID.format("practitioners"))]
    elif "practitioner_id" in columns or "portfolio_id" in columns:
        ways = [_exists("practitioner_id")] if "practitioner_id" in columns else []
        ways += [_PORTFOLIO] if "portfolio_id" in columns else []
        ways += [_exists("meeting_id")] if table == "decision" else []  # a decision may be of nobody
    else:
        ways = [_exists(column) for column in _HANGS_ON if column in columns][:1]
    if not ways:
        return []
    condition = " OR ".join((_ALL, *ways))
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'CREATE POLICY ereput_seen ON "{table}" USING ({condition}) WITH CHECK ({condition})',
    ]


def _exists(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM {_HANGS_ON[column]} AS owner WHERE owner.id = {column})"  # noqa: S608 (our own names)


def declare(connection: sa.Connection, viewer: Viewer | None) -> None:
    """Say what this transaction may see: the viewer's, or everything where none is given (the program)."""
    is_whole = viewer is None or viewer.role is Role.ADMINISTRATOR
    told = {
        "ereput.sees": EVERYTHING if is_whole else "",
        "ereput.portfolios": _list(viewer.portfolios) if viewer else "",
        "ereput.practitioners": _list(viewer.practitioners) if viewer else "",
    }
    said = (sa.func.set_config(name, value, sa.true()) for name, value in told.items())
    connection.execute(sa.select(*said))


@contextmanager
def beyond(connection: sa.Connection, viewer: Viewer) -> Iterator[None]:
    """Lift the lock for one read, for figures that name nobody: a comparison with one's peers."""
    if connection.dialect.name != "postgresql":
        yield
        return
    declare(connection, None)
    try:
        yield
    finally:
        declare(connection, viewer)


def _list(ids: Collection[int]) -> str:
    return ",".join(map(str, sorted(ids)))
