"""What the last change replaced, where no fact tells it: a revision that waited, a consent."""

from alembic import op

revision = "registry_0020"
down_revision = "registry_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table clusters add column replaced jsonb")
    op.execute("alter table people add column former_consent text")
    op.execute("alter table imports add column taken_back integer not null default 0")
