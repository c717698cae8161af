"""A mail can belong to an earlier order; a line can carry what the registers say; a mail can be urgent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what is new; nothing that stands is changed."""
    op.add_column("message", sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()))
    for table in ("order", "order_line"):
        op.add_column(table, sa.Column("register_note", sa.String, nullable=False, server_default=""))
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id"), nullable=False, index=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey("order.id"), index=True),
        sa.Column("earlier_id", sa.Integer, sa.ForeignKey("message.id")),
        sa.Column("ask", sa.String, nullable=False),
        sa.Column("proposal", sa.Text, nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_letter_in_reply_to", "letter", ["in_reply_to"])
    op.create_index("ix_order_sender_address", "order", ["sender_address"])
