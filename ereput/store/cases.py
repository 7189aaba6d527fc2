"""Cases, the links of their journals, the contents beside them, and the files that they refer to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.store.schema import case, case_content, case_event, evidence, practitioner
from ereput.store.scope import Row, Rows, sees, visible

_WHO = (practitioner.c.slug, practitioner.c.name)


def insert(
    connection: sa.Connection,
    *,
    practitioner_id: int,
    origin: str,
    publication_id: int | None,
    alert_id: int | None,
    now: datetime,
) -> int:
    """Insert a case whose journal is still empty, and return its number."""
    made = connection.execute(
        sa.insert(case)
        .values(
            practitioner_id=practitioner_id,
            origin=origin,
            publication_id=publication_id,
            alert_id=alert_id,
            opened_at=now,
            status="",
        )
        .returning(case.c.id)
    )
    return int(made.scalar_one())


def read_all(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    publication_id: int | None = None,
    alert_id: int | None = None,
    is_open: bool = False,
) -> Rows:
    """Return the cases in view with their practitioner's slug and name, the latest first."""
    query = sa.select(case, *_WHO).join(practitioner).where(visible(viewer)).order_by(case.c.id.desc())
    wanted = {
        case.c.practitioner_id: practitioner_id,
        case.c.publication_id: publication_id,
        case.c.alert_id: alert_id,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if is_open:
        query = query.where(case.c.closed_on.is_(None))
    return connection.execute(query).all()


def read_one(connection: sa.Connection, viewer: Viewer, case_id: int) -> Row:
    """Return one case; unknown and forbidden are the same refusal."""
    query = sa.select(case, *_WHO).join(practitioner).where(visible(viewer), case.c.id == case_id)
    return _found(connection.execute(query).one_or_none(), case_id)


def lock(connection: sa.Connection, viewer: Viewer, case_id: int) -> Row:
    """Return one case, and make whoever else writes to it wait."""
    query = sa.select(case).where(case.c.id == case_id, sees(viewer, case.c.practitioner_id))
    return _found(connection.execute(query.with_for_update()).one_or_none(), case_id)


def _found(row: Row | None, case_id: int) -> Row:
    if row is None:
        raise RefusedError(f"Aucun dossier n° {case_id} dans votre périmètre.")
    return row


def read_links(connection: sa.Connection, viewer: Viewer, case_ids: Collection[int]) -> Rows:
    """Return the links of cases with their contents (None once erased), in order."""
    query = (
        sa.select(case_event, case_content.c.salt, case_content.c.content)
        .select_from(case_event)
        .join(case)
        .outerjoin(
            case_content,
            (case_content.c.case_id == case_event.c.case_id) & (case_content.c.number == case_event.c.number),
        )
        .where(case_event.c.case_id.in_(case_ids), sees(viewer, case.c.practitioner_id))
        .order_by(case_event.c.case_id, case_event.c.number)
    )
    return connection.execute(query).all()


def insert_links(
    connection: sa.Connection,
    links: Sequence[Mapping[str, Any]],
    contents: Sequence[Mapping[str, Any]],
    exhibits: Sequence[Mapping[str, Any]],
) -> None:
    """Insert links, their contents and the files that they refer to."""
    for table, rows in ((case_event, links), (case_content, contents), (evidence, exhibits)):
        if rows:
            connection.execute(sa.insert(table), [dict(row) for row in rows])


def settle(
    connection: sa.Connection,
    case_id: int,
    *,
    length: int,
    head: str,
    status: str,
    outcome: str,
    closed_on: date | None,
) -> None:
    """Write where the journal of a case ends, and what it then says."""
    connection.execute(
        sa.update(case)
        .where(case.c.id == case_id)
        .values(length=length, head=head, status=status, outcome=outcome, closed_on=closed_on)
    )


def empty(connection: sa.Connection, case_id: int, numbers: Sequence[int]) -> list[str]:
    """Destroy contents with their salts; return the files that these events referred to."""
    mine = (evidence.c.case_id == case_id, evidence.c.number.in_(numbers))
    files = [row.sha256 for row in connection.execute(sa.select(evidence.c.sha256).where(*mine))]
    connection.execute(sa.delete(evidence).where(*mine))
    connection.execute(
        sa.update(case_content)
        .where(case_content.c.case_id == case_id, case_content.c.number.in_(numbers))
        .values(salt=None, content=None)
    )
    return files


def files_in_use(connection: sa.Connection) -> set[str]:
    """Return every file that some case refers to (deletion of files: no viewer)."""
    return {row.sha256 for row in connection.execute(sa.select(evidence.c.sha256).distinct())}


def read_files(connection: sa.Connection, viewer: Viewer, case_id: int) -> dict[int, str]:
    """Return the SHA-256 of the file that each event of a case refers to."""
    query = (
        sa.select(evidence.c.number, evidence.c.sha256)
        .join(case, case.c.id == evidence.c.case_id)
        .where(evidence.c.case_id == case_id, sees(viewer, case.c.practitioner_id))
    )
    return {row.number: row.sha256 for row in connection.execute(query)}
