"""What reviews go by: rule packs, waivers, and what was found at the clusters' web pages."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0008"
down_revision = "registry_0007"
branch_labels = None
depends_on = None

RULE_PACKS = """
create table rule_packs (
  association text not null,
  version text not null,
  from_day date not null,
  required text[] not null,
  schemes text[] not null,
  adopted_by text not null,
  adopted_at timestamptz not null,
  primary key (association, version)
)
"""

WAIVERS = """
create table waivers (
  id uuid primary key,
  association text not null,
  cluster_id uuid not null references clusters,
  criterion text not null,
  programme text not null,
  document text not null,
  until_day date not null,
  granted_by text not null,
  granted_at timestamptz not null,
  lapsed_at timestamptz
)
"""

WEB_CHECKS = """
create table web_checks (
  cluster_id uuid primary key references clusters,
  association text not null,
  address text not null,
  checked_at timestamptz not null,
  status integer,
  language text,
  machine_translated boolean not null,
  fault text
)
"""


def upgrade() -> None:
    for table in (RULE_PACKS, WAIVERS, WEB_CHECKS):
        op.execute(table)
    op.execute("create index waivers_cluster on waivers (cluster_id)")
    op.execute("create index waivers_due on waivers (until_day) where lapsed_at is null")
    inside = "(association = me() or across()) and cluster_id in (select id from clusters)"
    protect("rule_packs", read="me() is not null", write="association = me()")
    protect("waivers", read=inside, write="association = me()")
    protect("web_checks", read=inside, write="association = me()")
