"""Copies of visits and their sessions, which only the consumer writes."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0003"
down_revision = "registry_0002"
branch_labels = None
depends_on = None

VISITS = """
create table visits_copy (
  visit_id uuid primary key,
  number text not null,
  title jsonb not null,
  state text not null,
  visitor_association text not null,
  host_association text not null,
  visiting_organisation_id uuid not null,
  host_organisation_id uuid not null,
  dual_use boolean not null,
  as_of timestamptz not null
)
"""

SESSIONS = """
create table sessions_copy (
  session_id uuid primary key,
  visit_id uuid not null,
  visitor_association text not null,
  host_association text not null,
  held_on date not null
)
"""

INDEXES = (
    "create index visits_copy_visitor on visits_copy (visiting_organisation_id)",
    "create index visits_copy_host on visits_copy (host_organisation_id)",
    "create index sessions_copy_visit on sessions_copy (visit_id)",
)

# A cluster's end waits for its visits, also for those whose content its back office may not see:
# a number says nothing of it.
OPEN_VISITS = """
create function open_visits_of(cluster_id uuid, over text[]) returns setof text
language sql stable security definer as $$
  select number from visits_copy
  where cluster_id in (visiting_organisation_id, host_organisation_id) and state <> all (over)
  order by number
$$
"""

ONE_OF_BOTH = "(visitor_association = me() or host_association = me() or across())"


def upgrade() -> None:
    for statement in (VISITS, SESSIONS, *INDEXES, OPEN_VISITS):
        op.execute(statement)
    protect("visits_copy", read=f"{ONE_OF_BOTH} and (not dual_use or vetted())", write="false")
    protect("sessions_copy", read=ONE_OF_BOTH, write="false")
