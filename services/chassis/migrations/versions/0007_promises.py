"""Remember the schemas under which a service stated and took events."""

from alembic import op

revision = "chassis_0007"
down_revision = "chassis_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create table promises (type text primary key, schema jsonb not null,"
        " kept_at timestamptz not null default now())"
    )
