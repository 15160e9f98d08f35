"""Moves of clusters, the links of ended ones to their successors, and regions to search by."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0011"
down_revision = "registry_0010"
branch_labels = None
depends_on = None

RELOCATIONS = """
create table relocations (
  cluster_id uuid not null references clusters,
  kind text not null,
  from_day date not null,
  association text not null,
  place jsonb not null,
  former jsonb,
  declared_at timestamptz not null,
  primary key (cluster_id, kind, from_day)
)
"""

SUCCESSIONS = """
create table successions (
  predecessor_id uuid not null references clusters,
  successor_id uuid not null references clusters,
  association text not null,
  predecessor text not null,
  successor text not null,
  kind text not null,
  figures_rule text not null,
  ended_day date not null,
  position integer not null,
  primary key (predecessor_id, successor_id)
)
"""


def upgrade() -> None:
    op.execute(RELOCATIONS)
    op.execute(SUCCESSIONS)
    op.execute("create index successions_successor on successions (successor_id)")
    # what a profile shows now is public with it, and so is where the cluster was before
    seen = "cluster_id in (select id from clusters)"
    protect("relocations", read=seen, write="association = me()")
    protect(
        "successions",
        read="predecessor_id in (select id from clusters)"
        " or successor_id in (select id from clusters)",
        write="association = me()",
    )
