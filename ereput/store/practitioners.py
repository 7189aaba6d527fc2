"""Practitioners and their portfolios."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Practitioner, Profession, Role, Viewer
from ereput.store.schema import portfolio, practitioner
from ereput.store.scope import Rows, holds, visible

DEFAULT_PORTFOLIO = "Mon cabinet"
COLUMNS = (
    practitioner.c.id,
    practitioner.c.slug,
    practitioner.c.name,
    practitioner.c.profession,
    portfolio.c.name.label("portfolio"),
    practitioner.c.specialty,
    practitioner.c.city,
    practitioner.c.department,
    practitioner.c.rpps,
    practitioner.c.email,
    practitioner.c.guarantee,
    practitioner.c.insurer,
    practitioner.c.contract,
    practitioner.c.declaration_days,
    practitioner.c.is_structure,
    portfolio.c.is_demo,
)
SEARCHED = (practitioner.c.name, practitioner.c.city, practitioner.c.slug)


def from_row(row: Any) -> Practitioner:
    """Return the practitioner of a row that holds `COLUMNS`."""
    values = {column.name: getattr(row, column.name) for column in COLUMNS}
    values["profession"] = Profession(values["profession"])
    values["guarantee"] = Guarantee(values["guarantee"])
    return Practitioner(**values)


def read_all(connection: sa.Connection, viewer: Viewer, *, portfolio_name: str = "") -> list[Practitioner]:
    """Return the practitioners that the viewer may see, by name."""
    query = (
        sa.select(*COLUMNS)
        .join(portfolio)
        .where(visible(viewer))
        .order_by(practitioner.c.name, practitioner.c.id)
    )
    if portfolio_name:
        query = query.where(portfolio.c.name == portfolio_name)
    return [from_row(row) for row in connection.execute(query)]


def read_members(connection: sa.Connection, viewer: Viewer, portfolio_id: int) -> list[Practitioner]:
    """Return the practitioners of a portfolio that the viewer may see."""
    query = sa.select(*COLUMNS).join(portfolio).where(visible(viewer), portfolio.c.id == portfolio_id)
    return [from_row(row) for row in connection.execute(query.order_by(practitioner.c.id))]


def read_one(connection: sa.Connection, viewer: Viewer, slug: str) -> Practitioner:
    """Return one practitioner; unknown and forbidden are the same refusal, so that nobody can probe."""
    found = read_in_view(connection, viewer, slug)
    if found is None:
        raise RefusedError(f"Aucun praticien « {slug} » dans votre périmètre.")
    return found


def read_in_view(connection: sa.Connection, viewer: Viewer, slug: str) -> Practitioner | None:
    """Return one practitioner, None when it is not in view."""
    query = sa.select(*COLUMNS).join(portfolio).where(visible(viewer), practitioner.c.slug == slug)
    row = connection.execute(query).one_or_none()
    return None if row is None else from_row(row)


def read_by_id(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Practitioner:
    """Return one practitioner by its number, refused when it is not in view."""
    query = sa.select(*COLUMNS).join(portfolio).where(visible(viewer), practitioner.c.id == practitioner_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RefusedError("Ce praticien n’est pas dans votre périmètre.")
    return from_row(row)


def find(connection: sa.Connection, viewer: Viewer, words: str = "", *, limit: int) -> list[Practitioner]:
    """Return the first practitioners in view, by name, whose name, city or slug holds every word."""
    query = (
        sa.select(*COLUMNS)
        .join(portfolio)
        .where(visible(viewer), *(holds(word, *SEARCHED) for word in words.split()))
        .order_by(practitioner.c.name, practitioner.c.id)
        .limit(limit)
    )
    return [from_row(row) for row in connection.execute(query)]


def find_labelled(connection: sa.Connection, viewer: Viewer, label: str, *, limit: int) -> list[Practitioner]:
    """Return those in view whose name a label may be, alone or before what tells namesakes apart."""
    names = [label, *(label[:at] for at in range(len(label)) if label.startswith(" (", at))]
    query = sa.select(*COLUMNS).join(portfolio).where(visible(viewer), practitioner.c.name.in_(names))
    return [from_row(row) for row in connection.execute(query.order_by(practitioner.c.id).limit(limit))]


def read_namesakes(connection: sa.Connection, viewer: Viewer, names: Sequence[str]) -> Rows:
    """Return (slug, name, city) of everybody in view who bears one of these names."""
    query = sa.select(practitioner.c.slug, practitioner.c.name, practitioner.c.city)
    return connection.execute(query.where(visible(viewer), practitioner.c.name.in_(names))).all()


def count(connection: sa.Connection, viewer: Viewer) -> int:
    """Return how many practitioners are in view."""
    query = sa.select(sa.func.count()).select_from(practitioner).where(visible(viewer))
    return int(connection.execute(query).scalar_one())


def has_demo(connection: sa.Connection, viewer: Viewer) -> bool:
    """Whether a made-up practitioner is in view."""
    query = sa.select(practitioner.c.id).join(portfolio).where(portfolio.c.is_demo, visible(viewer))
    return connection.execute(query.limit(1)).first() is not None


def read_versions(connection: sa.Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the data version of each practitioner."""
    query = sa.select(practitioner.c.id, practitioner.c.data_version).where(practitioner.c.id.in_(ids))
    return {row.id: row.data_version for row in connection.execute(query)}


def lock_versions(connection: sa.Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the data versions, and make other writers of these practitioners wait."""
    query = (
        sa.select(practitioner.c.id, practitioner.c.data_version)
        .where(practitioner.c.id.in_(ids))
        .order_by(practitioner.c.id)
        .with_for_update()
    )
    return {row.id: row.data_version for row in connection.execute(query)}


def bump_versions(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Say that what is known of the practitioners has changed."""
    connection.execute(
        sa.update(practitioner)
        .where(practitioner.c.id.in_(ids))
        .values(data_version=practitioner.c.data_version + 1)
    )


def touch(connection: sa.Connection, changed: Mapping[int, date]) -> None:
    """Note the first day that changed of some practitioners, unless an earlier one is noted already."""
    if not changed:
        return
    noted = practitioner.c.changed_from
    since = sa.bindparam("since", type_=sa.Date)
    earlier = sa.case((noted.is_(None) | (noted > since), since), else_=noted)
    connection.execute(
        sa.update(practitioner).where(practitioner.c.id == sa.bindparam("who")).values(changed_from=earlier),
        [{"who": who, "since": day} for who, day in sorted(changed.items())],
    )


def forget_changes(connection: sa.Connection, versions: Mapping[int, int]) -> None:
    """Say that a survey took the changes in, of those whose data is still what it read."""
    if versions:
        connection.execute(
            sa.update(practitioner)
            .where(
                practitioner.c.id == sa.bindparam("who"),
                practitioner.c.data_version == sa.bindparam("version"),
                practitioner.c.changed_from.is_not(None),
            )
            .values(changed_from=None),
            [{"who": who, "version": version} for who, version in sorted(versions.items())],
        )


def ensure_portfolio(connection: sa.Connection, name: str, *, is_demo: bool = False) -> int:
    """Return the id of the portfolio of that name, made if there is none."""
    found = connection.execute(sa.select(portfolio.c.id).where(portfolio.c.name == name)).scalar()
    if found is not None:
        return int(found)
    made = connection.execute(
        sa.insert(portfolio).values(name=name, is_demo=is_demo).returning(portfolio.c.id)
    )
    return int(made.scalar_one())


def read_portfolio(connection: sa.Connection, viewer: Viewer, name: str) -> int:
    """Return the id of a portfolio that the viewer may see; unknown and forbidden are the same refusal."""
    row = connection.execute(sa.select(portfolio.c.id).where(portfolio.c.name == name)).one_or_none()
    if row is None or (viewer.role is not Role.ADMINISTRATOR and row.id not in viewer.portfolios):
        raise RefusedError(f"Aucun portefeuille « {name} » dans votre périmètre.")
    return int(row.id)


def read_portfolios(connection: sa.Connection, viewer: Viewer) -> list[tuple[str, bool]]:
    """Return (name, is_demo) of the portfolios that the viewer may see."""
    query = sa.select(portfolio.c.id, portfolio.c.name, portfolio.c.is_demo).order_by(portfolio.c.name)
    rows = connection.execute(query)
    everything = viewer.role is Role.ADMINISTRATOR
    return [(row.name, row.is_demo) for row in rows if everything or row.id in viewer.portfolios]


def add(
    connection: sa.Connection, *, slug: str, name: str, portfolio_id: int, now: datetime, **details: Any
) -> int:
    """Insert a practitioner and return its id; a slug that is taken is refused."""
    if connection.execute(sa.select(practitioner.c.id).where(practitioner.c.slug == slug)).first():
        raise RefusedError(f"Un praticien « {slug} » existe déjà.")
    values = {"profession": Profession.OTHER, "guarantee": Guarantee.UNKNOWN} | details
    made = connection.execute(
        sa.insert(practitioner)
        .values(slug=slug, name=name, portfolio_id=portfolio_id, created_at=now, data_version=0, **values)
        .returning(practitioner.c.id)
    )
    return int(made.scalar_one())


def change(connection: sa.Connection, practitioner_id: int, **details: Any) -> None:
    """Change the details of a practitioner."""
    connection.execute(sa.update(practitioner).where(practitioner.c.id == practitioner_id).values(**details))
    bump_versions(connection, [practitioner_id])


def remove_portfolio(connection: sa.Connection, portfolio_id: int) -> None:
    """Delete a portfolio and all that hangs on its practitioners (used for the demonstration only)."""
    connection.execute(sa.delete(practitioner).where(practitioner.c.portfolio_id == portfolio_id))
    connection.execute(sa.delete(portfolio).where(portfolio.c.id == portfolio_id))
