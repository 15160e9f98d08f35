"""Say which subjects of a topic changed since somebody looked, whoever may read the changes."""

from alembic import op

revision = "chassis_0008"
down_revision = "chassis_0007"
branch_labels = None
depends_on = None

CHANGED_SINCE = """
create function changed_since(of_topic text, since pg_snapshot) returns setof text
language sql stable security definer as $$
  select distinct subject from history
  where xid >= pg_snapshot_xmin(since) and not pg_visible_in_snapshot(xid, since)
    and topic = of_topic
$$
"""

# No transaction is open for ten minutes: what was written within them may be visible since later.
CHANGED_AFTER = """
create function changed_after(of_topic text, since timestamptz) returns setof text
language sql stable security definer as $$
  select distinct subject from history
  where recorded_at >= since - interval '10 minutes' and topic = of_topic
$$
"""


def upgrade() -> None:
    op.execute(CHANGED_SINCE)
    op.execute(CHANGED_AFTER)
    op.execute("create index history_recorded on history using brin (recorded_at)")
