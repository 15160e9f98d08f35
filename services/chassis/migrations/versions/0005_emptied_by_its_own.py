"""Let a service empty the personal rows of its own association, when a person is erased."""

from alembic import op

from services.chassis.migrations.protection import service_name

revision = "chassis_0005"
down_revision = "chassis_0004"
branch_labels = None
depends_on = None

EMPTY_OWN = """
create function empty_own_history(of text) returns void language sql security definer as
  $$ update history set data = null, salt = null, emptied_at = clock_timestamp()
     where subject = of and salt is not null and association = me() $$
"""


def upgrade() -> None:
    op.execute(EMPTY_OWN)
    op.execute("revoke execute on function empty_own_history(text) from public")
    op.execute(f"grant execute on function empty_own_history(text) to {service_name()}_app")
