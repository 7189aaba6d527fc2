"""Keep the judgements of past weeks beside the detector's memory, and find practitioners by name.

The memories made without them go: the next survey makes them anew, to the same figures.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM detector_state")
    op.add_column("detector_state", sa.Column("history", sa.LargeBinary(), nullable=False))
    op.create_index("ix_practitioner_name", "practitioner", ["name"])
    op.create_index("ix_alert_state", "alert", ["state", "level", "odds"])
