"""The rows of a file that are none of its list: titles, sums, remarks (R-19)."""

from alembic import op

revision = "registry_0025"
down_revision = "registry_0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table imports add column left_out jsonb not null default '[]'")
