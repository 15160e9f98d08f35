"""How many members each cluster of a page of a list has, in one look."""

from alembic import op

revision = "registry_0018"
down_revision = "registry_0017"
branch_labels = None
depends_on = None

# As `members_counted` it tells counts alone, also of clusters whose members are not shown.
COUNTS = """
create function counts_of_members(of_clusters uuid[], on_day date)
returns table (cluster_id uuid, members bigint)
language sql stable security definer as $$
  select m.cluster_id, count(distinct coalesce(o.merged_into, o.id))
  from memberships m join organisations o on o.id = m.organisation_id
  where m.cluster_id = any (of_clusters)
    and m.joined_day <= on_day and m.span @> on_day
  group by m.cluster_id
$$
"""


def upgrade() -> None:
    op.execute(COUNTS)
