"""Names the message whose mail tells another one too: many questions, one mail (R-11)."""

from alembic import op

revision = "notifications_0006"
down_revision = "notifications_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table deliveries add column carrier_id uuid references deliveries")
    op.execute("create index deliveries_carrier on deliveries (carrier_id)")
