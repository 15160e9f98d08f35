"""The people who answer for a cluster's profile."""

from alembic import op

revision = "registry_0005"
down_revision = "registry_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table clusters add column administrators uuid[] not null default '{}'")
