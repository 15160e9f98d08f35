"""Let row-level security know whether the transaction is of somebody vetted for dual use."""

from alembic import op

revision = "chassis_0004"
down_revision = "chassis_0003"
branch_labels = None
depends_on = None

VETTED = """
create function vetted() returns boolean language sql stable as
  $$ select coalesce(current_setting('talka.vetted', true), '') = 'on' $$
"""


def upgrade() -> None:
    op.execute(VETTED)
