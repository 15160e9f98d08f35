"""How often each key opened a door of this service, day by day."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "chassis_0009"
down_revision = "chassis_0008"
branch_labels = None
depends_on = None

KEY_USES = """
create table key_uses (
  key_id uuid not null,
  on_day date not null,
  association text not null,
  uses bigint not null,
  last_used_at timestamptz not null,
  primary key (key_id, on_day)
)
"""


def upgrade() -> None:
    op.execute(KEY_USES)
    protect("key_uses", read="association = me()", write="false")
