"""Let the door for declarations look up and note those of several associations in one statement."""

from alembic import op

revision = "chassis_0003"
down_revision = "chassis_0002"
branch_labels = None
depends_on = None

TAKING = """
create function taking() returns boolean language sql stable as
  $$ select coalesce(current_setting('talka.taking', true), '') = 'on' $$
"""


def upgrade() -> None:
    op.execute(TAKING)
    either = "association = me() or taking()"
    op.execute(f"alter policy app_reads on intake using ({either})")
    op.execute(f"alter policy app_adds on intake with check ({either})")
