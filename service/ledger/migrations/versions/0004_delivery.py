"""An order can say how it shall come: contact at the place, cost centre, reference, week, substitutes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what is new; nothing that stands is changed."""
    op.add_column("order", sa.Column("delivery_note", sa.String, nullable=False, server_default=""))
