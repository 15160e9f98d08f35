"""What rows of an import change of known things, and what somebody decides about such rows."""

from alembic import op

revision = "registry_0022"
down_revision = "registry_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table import_rows add column differences jsonb not null default '[]'")
    op.execute("alter table import_rows add column decided text")
