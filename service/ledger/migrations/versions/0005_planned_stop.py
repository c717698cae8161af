"""A planned stop can be declared ahead, and each system is down by plan or not."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

AS_THE_OUTAGE = "UPDATE system SET planned = (SELECT planned FROM outage WHERE outage.id = system.outage_id)"


def upgrade() -> None:
    """Add what is new; until now a system was down by plan where its whole outage was."""
    op.create_table(
        "planned_stop",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_end", sa.DateTime(timezone=True)),
        sa.Column("systems", sa.String, nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False, server_default=""),
        sa.Column("outage_id", sa.Integer, sa.ForeignKey("outage.id"), index=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True)),
    )
    op.add_column("system", sa.Column("planned", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(AS_THE_OUTAGE)
