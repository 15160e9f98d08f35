"""Tasks about anything, not visits alone; an older version goes on to write those of visits."""

from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table tasks add column aggregate text not null default 'visit'")
