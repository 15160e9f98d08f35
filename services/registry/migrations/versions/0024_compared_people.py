"""Whoever is erased is gone from what rows of imports were compared with (D-02)."""

from alembic import op

revision = "registry_0024"
down_revision = "registry_0023"
branch_labels = None
depends_on = None

# Also of imports that the one who erases may not see.
FORGET = """
create function forget_compared(person uuid) returns void language sql security definer as $$
  update import_rows set differences = '[]'
  where differences @> jsonb_build_array(jsonb_build_object('about', person::text))
    and import_id in (select id from imports where association = me())
$$
"""


def upgrade() -> None:
    op.execute(FORGET)
