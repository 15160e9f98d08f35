"""Keep copies of sites, and hide dual-use visits and clusters from whoever is not vetted."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "exchanges_0002"
down_revision = "exchanges_0001"
branch_labels = None
depends_on = None

SITES = """
create table sites_copy (
  site_id uuid primary key,
  association text not null,
  holder_id uuid not null,
  names jsonb not null,
  place_facts jsonb not null,
  seats integer not null,
  step_free boolean not null,
  booth boolean not null,
  shelter_minutes integer,
  generator boolean not null,
  satellite boolean not null,
  parking integer,
  dual_use boolean not null,
  is_open boolean not null,
  as_of timestamptz not null
)
"""

SEEN = "me() is not null and (not dual_use or vetted() or taking())"
MINE = "me() in (visitor_association, host_association)"


def upgrade() -> None:
    op.execute(SITES)
    op.execute("create index sites_copy_holder on sites_copy (holder_id) where is_open")
    protect("sites_copy", read=SEEN, write="false")
    op.execute(f"alter policy app_reads on clusters_copy using ({SEEN})")
    op.execute(f"alter policy app_reads on visits using (({MINE} or across()) and {SEEN})")
