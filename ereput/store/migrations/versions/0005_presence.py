"""Let listings tell all that they display; keep every snapshot; add offices and the cases of listings."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT = "a snapshot is added, never rewritten"


def upgrade() -> None:
    for name in ("profession", "hours", "note"):
        op.add_column("listing", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("listing", sa.Column("checked_on", sa.Date(), nullable=True))
    op.add_column("watch", sa.Column("covered", sa.Text(), server_default="", nullable=False))
    _snapshots()
    op.create_table(
        "office",
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("address", "phone", "hours")),
        _practitioner("office"),
        sa.PrimaryKeyConstraint("practitioner_id", "number", name=op.f("pk_office")),
    )
    op.create_table(
        "listing_case",
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        _practitioner("listing_case"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_listing_case_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "practitioner_id", "listing_id", "finding", "case_id", name=op.f("pk_listing_case")
        ),
    )


def _snapshots() -> None:
    """Give each snapshot a number of its own, so that two of one day stand side by side."""
    connection = op.get_bind()
    former = sa.table(
        "listing_snapshot",
        *(sa.column(name) for name in ("practitioner_id", "listing_id", "rating", "count", "batch_id")),
        sa.column("day", sa.Date),
    )
    rows = connection.execute(
        sa.select(former).order_by(former.c.practitioner_id, former.c.listing_id, former.c.day)
    ).all()
    op.drop_table("listing_snapshot")
    made = op.create_table(
        "listing_snapshot",
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_listing_snapshot_batch_id")),
        _practitioner("listing_snapshot"),
        sa.PrimaryKeyConstraint(
            "practitioner_id", "listing_id", "number", name=op.f("pk_listing_snapshot")
        ),
    )
    op.bulk_insert(made, _numbered(rows))
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER listing_snapshot_kept BEFORE UPDATE ON listing_snapshot "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION listing_snapshot_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER listing_snapshot_kept BEFORE UPDATE ON listing_snapshot "
            "FOR EACH ROW EXECUTE FUNCTION listing_snapshot_kept()"
        )


def _numbered(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Number the snapshots of each listing, oldest first; they were taken on their day."""
    numbers: Counter[tuple[int, int]] = Counter()
    found = []
    for row in rows:
        listing = (row.practitioner_id, row.listing_id)
        numbers[listing] += 1
        taken = datetime.combine(row.day, time.min, UTC)
        found.append(
            dict(row._mapping)
            | {"number": numbers[listing], "origin": "hand", "viewer": "", "taken_at": taken}
        )
    return found


def _practitioner(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_practitioner_id")
    return sa.ForeignKeyConstraint(["practitioner_id"], ["practitioner.id"], name=name, ondelete="CASCADE")
