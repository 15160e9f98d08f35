"""The version of the text that all people of a list agreed to, where no column says it."""

from alembic import op

revision = "registry_0021"
down_revision = "registry_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table imports add column consent text")
