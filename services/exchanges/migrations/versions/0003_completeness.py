"""How complete the profile of a cluster is (R-10); unknown of copies of an older version."""

from alembic import op

revision = "exchanges_0003"
down_revision = "exchanges_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table clusters_copy add column completeness smallint")
