"""Create the tables of viewers, grants and tokens, and the secret that pseudonyms are made with."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "viewer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewer")),
        sa.UniqueConstraint("email", name=op.f("uq_viewer_email")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_viewer_issuer_subject")),
        sa.UniqueConstraint("name", name=op.f("uq_viewer_name")),
        sqlite_autoincrement=True,
    )
    for other in ("portfolio", "practitioner"):
        op.create_table(
            f"viewer_{other}",
            sa.Column("viewer_id", sa.Integer(), nullable=False),
            sa.Column(f"{other}_id", sa.Integer(), nullable=False),
            _foreign(f"viewer_{other}", "viewer"),
            _foreign(f"viewer_{other}", other),
            sa.PrimaryKeyConstraint("viewer_id", f"{other}_id", name=op.f(f"pk_viewer_{other}")),
        )
    op.create_table(
        "grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        _foreign("grant", "practitioner"),
        _foreign("grant", "viewer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
    )
    op.create_index("ix_grant_practitioner_viewer", "grant", ["practitioner_id", "viewer_id"])
    op.create_table(
        "token",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _foreign("token", "viewer"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_token")),
    )
    op.create_index(op.f("ix_token_viewer_id"), "token", ["viewer_id"])
    setting = sa.table("setting", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(setting, [{"name": "pseudonym_key", "value": secrets.token_hex(32)}])


def _foreign(table: str, other: str) -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
