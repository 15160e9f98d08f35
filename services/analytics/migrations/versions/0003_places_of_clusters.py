"""Where clusters sit and where they work, each with dates: figures by region offer both (R-13)."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "analytics_0003"
down_revision = "analytics_0002"
branch_labels = None
depends_on = None

PLACES = """
create table cluster_place_facts (
  cluster_id uuid not null,
  kind text not null,
  sequence integer not null,
  association text not null,
  region text,
  from_at timestamptz,
  from_on date not null,
  holds_from date not null,
  until_on date,
  primary key (cluster_id, kind, sequence)
)
"""

# On each day a cluster stands in one row: its state, its seat and its operating place of that day.
# Clusters of which no place was kept have no region, and count all the same.
CLUSTERS = """
create or replace view counted_clusters as
  select state.association,
    greatest(state.from_on, seat.holds_from, work.holds_from) as from_on,
    least(state.until_on, seat.until_on, work.until_on) as until_on,
    seat.region as seat_region,
    coalesce(work.region, seat.region) as operating_region
  from cluster_state_facts state
  left join cluster_place_facts seat
    on seat.cluster_id = state.cluster_id and seat.kind = 'seat'
    and coalesce(seat.until_on, 'infinity') > seat.holds_from
    and seat.holds_from < coalesce(state.until_on, 'infinity')
    and coalesce(seat.until_on, 'infinity') > state.from_on
  left join cluster_place_facts work
    on work.cluster_id = state.cluster_id and work.kind = 'operating'
    and coalesce(work.until_on, 'infinity') > work.holds_from
    and work.holds_from < coalesce(state.until_on, 'infinity')
    and work.holds_from < coalesce(seat.until_on, 'infinity')
    and coalesce(work.until_on, 'infinity') > greatest(state.from_on, seat.holds_from)
  where state.state in ('published', 'under_revision')
"""


def upgrade() -> None:
    op.execute(PLACES)
    protect("cluster_place_facts", read="association = me() or across()", write="false")
    op.execute(CLUSTERS)
