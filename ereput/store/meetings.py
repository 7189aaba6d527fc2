"""Meetings, their decisions and the quotations that they froze.

A practitioner's meeting is seen by whoever sees the practitioner; a portfolio's by those who follow the
portfolio, and by administrators.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.store.schema import decision, meeting, meeting_quote, portfolio, practitioner, publication
from ereput.store.scope import Row, Rows, sees


def visible_meetings(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition on `meeting` rows that the viewer may see."""
    if viewer.role is Role.ADMINISTRATOR:
        return sa.true()
    own = sees(viewer, meeting.c.practitioner_id)
    if viewer.role is Role.PRACTITIONER:
        return own
    return sa.or_(own, meeting.c.portfolio_id.in_(sorted(viewer.portfolios)))


def insert(connection: sa.Connection, **values: Any) -> int:
    """Insert a meeting and return its number."""
    made = connection.execute(sa.insert(meeting).values(**values).returning(meeting.c.id))
    return int(made.scalar_one())


def read_all(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return the meetings in view, or those of one practitioner or portfolio, the latest period first.

    Columns: all but the frozen figures; `slug` and `portfolio` name whose it is.
    """
    light = [column for column in meeting.c if column.name != "pack"]
    query = (
        sa.select(*light, practitioner.c.slug, portfolio.c.name.label("portfolio"))
        .select_from(
            meeting.outerjoin(practitioner, practitioner.c.id == meeting.c.practitioner_id).outerjoin(
                portfolio, portfolio.c.id == meeting.c.portfolio_id
            )
        )
        .where(visible_meetings(viewer))
        .order_by(meeting.c.last.desc(), meeting.c.id.desc())
    )
    if practitioner_id is not None:
        query = query.where(meeting.c.practitioner_id == practitioner_id)
    if portfolio_id is not None:
        query = query.where(meeting.c.portfolio_id == portfolio_id)
    return connection.execute(query).all()


def read_one(connection: sa.Connection, viewer: Viewer, meeting_id: int) -> Row:
    """Return one meeting with its frozen figures; unknown and forbidden are the same refusal."""
    query = sa.select(meeting).where(meeting.c.id == meeting_id, visible_meetings(viewer))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RefusedError(f"Aucune réunion n° {meeting_id} dans votre périmètre.")
    return row


def find(connection: sa.Connection, viewer: Viewer, whose: str, *, first: date, last: date) -> Row | None:
    """Return the meeting of a practitioner or portfolio over some days, None when none was opened."""
    query = sa.select(meeting).where(
        visible_meetings(viewer), meeting.c.whose == whose, meeting.c.first == first, meeting.c.last == last
    )
    return connection.execute(query).one_or_none()


def close(connection: sa.Connection, meeting_id: int, *, pack: str, by: str, now: datetime) -> bool:
    """Freeze the figures of an open meeting; return False when somebody closed it first."""
    query = (
        sa.update(meeting)
        .where(meeting.c.id == meeting_id, meeting.c.closed_at.is_(None))
        .values(pack=pack, closed_at=now, closed_by=by)
    )
    return connection.execute(query).rowcount == 1


def insert_quotes(connection: sa.Connection, meeting_id: int, quotes: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a meeting quotes: practitioner_id, publication_id, text, in order."""
    if quotes:
        connection.execute(
            sa.insert(meeting_quote),
            [{"meeting_id": meeting_id, "rank": rank, **quote} for rank, quote in enumerate(quotes)],
        )


def read_quotes(connection: sa.Connection, viewer: Viewer, meeting_id: int) -> Rows:
    """Return what a meeting quoted, in order; a review whose words were erased since is quoted no more.

    Columns: practitioner_id, publication_id, text, platform, published_on.
    """
    same = (publication.c.practitioner_id == meeting_quote.c.practitioner_id) & (
        publication.c.id == meeting_quote.c.publication_id
    )
    query = (
        sa.select(
            meeting_quote.c.practitioner_id,
            meeting_quote.c.publication_id,
            meeting_quote.c.text,
            publication.c.platform,
            publication.c.published_on,
        )
        .join(publication, same)
        .where(
            meeting_quote.c.meeting_id == meeting_id,
            sees(viewer, meeting_quote.c.practitioner_id),
            publication.c.body != "",
        )
        .order_by(meeting_quote.c.rank)
    )
    return connection.execute(query).all()


# -- decisions


def insert_decisions(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert decisions; each row holds the same columns."""
    if rows:
        connection.execute(sa.insert(decision), [dict(row) for row in rows])


def read_decisions(connection: sa.Connection, viewer: Viewer, meeting_id: int) -> Rows:
    """Return the decisions of a meeting in view, in the order they were made."""
    query = (
        sa.select(decision)
        .join(meeting, meeting.c.id == decision.c.meeting_id)
        .where(visible_meetings(viewer), decision.c.meeting_id == meeting_id)
        .order_by(decision.c.id)
    )
    return connection.execute(query).all()


def read_followed(connection: sa.Connection, viewer: Viewer, whose: str, *, first: date) -> Rows:
    """Return the decisions of the last closed meeting before a day, and those still open of earlier ones.

    Columns: those of `decision`, and the period of the meeting (first, last, span). Open ones come first.
    """
    former = (
        visible_meetings(viewer),
        meeting.c.whose == whose,
        meeting.c.last < first,
        meeting.c.closed_at.is_not(None),
    )
    last = sa.select(sa.func.max(meeting.c.last, type_=meeting.c.last.type)).where(*former).scalar_subquery()
    query = (
        sa.select(decision, meeting.c.first, meeting.c.last, meeting.c.span)
        .join(meeting, meeting.c.id == decision.c.meeting_id)
        .where(*former, sa.or_(meeting.c.last == last, decision.c.state == "open"))
        .order_by(decision.c.state != "open", decision.c.due.asc().nulls_last(), decision.c.id)
    )
    return connection.execute(query).all()


def read_decision(connection: sa.Connection, viewer: Viewer, decision_id: int) -> Row:
    """Return one decision and whether its meeting is closed (`closed_at`)."""
    query = (
        sa.select(decision, meeting.c.closed_at, meeting.c.whose)
        .join(meeting, meeting.c.id == decision.c.meeting_id)
        .where(visible_meetings(viewer), decision.c.id == decision_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RefusedError(f"Aucune décision n° {decision_id} dans votre périmètre.")
    return row


def change_decision(connection: sa.Connection, decision_id: int, **values: Any) -> None:
    """Change a decision."""
    connection.execute(sa.update(decision).where(decision.c.id == decision_id).values(**values))


def delete_decision(connection: sa.Connection, decision_id: int) -> None:
    """Take a decision back."""
    connection.execute(sa.delete(decision).where(decision.c.id == decision_id))


def read_open_decisions(connection: sa.Connection, viewer: Viewer) -> Rows:
    """Return (id, due) of the decisions in view that are still to be done."""
    query = (
        sa.select(decision.c.id, decision.c.due)
        .join(meeting, meeting.c.id == decision.c.meeting_id)
        .where(visible_meetings(viewer), decision.c.state == "open")
        .order_by(decision.c.id)
    )
    return connection.execute(query).all()


def hold_open(connection: sa.Connection, meeting_id: int) -> bool:
    """Keep a meeting from being closed until this transaction ends; return False when it is closed."""
    query = (
        sa.update(meeting)
        .where(meeting.c.id == meeting_id, meeting.c.closed_at.is_(None))
        .values(opened_by=meeting.c.opened_by)
    )
    return connection.execute(query).rowcount == 1
