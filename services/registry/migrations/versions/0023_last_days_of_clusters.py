"""The last day of an archived cluster: with it all its memberships end (R-06)."""

from alembic import op

revision = "registry_0023"
down_revision = "registry_0022"
branch_labels = None
depends_on = None

KNOWN_ENDS = """
update clusters
set ended_on = (convert_from(told.data, 'UTF8')::jsonb ->> 'archived_day')::date
from history told
where told.subject = clusters.id::text and told.type = 'talka.registry.cluster.archived.v1'
"""

OF_ONE = """
create or replace function members_counted(of_cluster uuid, on_day date)
returns table (kind text, size_class text, members bigint)
language sql stable security definer as $$
  select m.kind, o.size_class, count(distinct coalesce(o.merged_into, o.id))
  from memberships m
  join organisations o on o.id = m.organisation_id
  join clusters c on c.id = m.cluster_id
  where m.cluster_id = of_cluster and m.span @> on_day
    and (c.ended_on is null or c.ended_on >= on_day)
  group by m.kind, o.size_class
$$
"""

OF_MANY = """
create or replace function counts_of_members(of_clusters uuid[], on_day date)
returns table (cluster_id uuid, members bigint)
language sql stable security definer as $$
  select m.cluster_id, count(distinct coalesce(o.merged_into, o.id))
  from memberships m
  join organisations o on o.id = m.organisation_id
  join clusters c on c.id = m.cluster_id
  where m.cluster_id = any (of_clusters)
    and m.joined_day <= on_day and m.span @> on_day
    and (c.ended_on is null or c.ended_on >= on_day)
  group by m.cluster_id
$$
"""


def upgrade() -> None:
    op.execute("alter table clusters add column ended_on date")
    op.execute(KNOWN_ENDS)
    op.execute(OF_ONE)
    op.execute(OF_MANY)
