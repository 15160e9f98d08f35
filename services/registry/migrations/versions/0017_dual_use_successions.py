"""Links of a cluster with dual-use content are for those who may see it, from either side."""

from alembic import op

revision = "registry_0017"
down_revision = "registry_0016"
branch_labels = None
depends_on = None

# an ended cluster is hidden from others; whether it is dual use has to be known all the same
IS_DUAL_USE = """
create function is_dual_use(cluster_id uuid) returns boolean
language sql stable security definer as $$
  select coalesce((select dual_use from clusters where id = cluster_id), false)
$$
"""
READS = """
alter policy app_reads on successions using (
  (predecessor_id in (select id from clusters) or successor_id in (select id from clusters))
  and (vetted() or not (is_dual_use(predecessor_id) or is_dual_use(successor_id)))
)
"""


def upgrade() -> None:
    op.execute(IS_DUAL_USE)
    op.execute(READS)
