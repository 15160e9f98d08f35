"""What a withdrawn draft was called by its association is free for what is right (R-17)."""

from alembic import op

revision = "registry_0026"
down_revision = "registry_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("update clusters set ref = null where state = 'withdrawn' and ref is not null")
