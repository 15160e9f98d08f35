"""A link does not end with its use: nothing notes it any more."""

from alembic import op

revision = "chassis_0010"
down_revision = "chassis_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table links drop column used_at")
