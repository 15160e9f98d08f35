"""Facts behind row-level security, views that count them for everybody, figures, streams."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "analytics_0001"
down_revision = None
branch_labels = None
depends_on = None

VISITS = """
create table visit_facts (
  visit_id uuid primary key,
  number text not null,
  visitor_association text not null,
  host_association text not null,
  visiting_organisation_id uuid not null,
  host_organisation_id uuid not null,
  host_zone text not null,
  dual_use boolean not null,
  fate text not null,
  ended_at timestamptz,
  ended_on date,
  days_on_site numeric not null,
  days_online numeric not null,
  visit_class text not null,
  completed boolean not null
)
"""

SESSIONS = """
create table session_facts (
  session_id uuid primary key,
  visit_id uuid not null,
  visitor_association text not null,
  host_association text not null,
  mode text not null,
  starts_at timestamptz not null,
  held_on date not null,
  agreed_on date,
  dropped boolean not null,
  region_scheme text,
  region_code text
)
"""

ATTENDANCE = """
create table attendance_facts (
  session_id uuid not null,
  participant_id uuid not null,
  visit_id uuid not null,
  visitor_association text not null,
  host_association text not null,
  person_id uuid not null,
  organisation_id uuid not null,
  minutes integer not null,
  primary key (session_id, participant_id)
)
"""

STAYS = """
create table stay_facts (
  visit_id uuid not null,
  participant_id uuid not null,
  day date not null,
  mode text not null,
  visitor_association text not null,
  host_association text not null,
  person_id uuid not null,
  days numeric not null,
  primary key (visit_id, participant_id, day, mode)
)
"""

INVITATIONS = """
create table invitation_facts (
  visit_id uuid not null,
  participant_id uuid not null,
  visitor_association text not null,
  host_association text not null,
  invited_on date not null,
  answer text,
  primary key (visit_id, participant_id)
)
"""

CLUSTER_STATES = """
create table cluster_state_facts (
  cluster_id uuid not null,
  sequence integer not null,
  association text not null,
  state text not null,
  from_on date not null,
  until_on date,
  primary key (cluster_id, sequence)
)
"""

CLUSTERS = """
create table cluster_facts (
  cluster_id uuid primary key,
  association text not null,
  ecosystem text not null,
  dual_use boolean not null
)
"""

TOUCHED_DAYS = """
create table touched_days (
  id bigint generated always as identity primary key,
  day date not null
)
"""

WATERMARKS = """
create table watermarks (
  topic text not null,
  partition integer not null,
  caught_up_at timestamptz,
  complete_to timestamptz,
  lag bigint not null,
  primary key (topic, partition)
)
"""

INDEXES = (
    "create index visits_by_end on visit_facts (ended_on) where completed and fate = 'ended'",
    "create index sessions_of_visit on session_facts (visit_id)",
    "create index attendance_of_visit on attendance_facts (visit_id)",
    "create index stays_by_day on stay_facts (day)",
    "create index invitations_by_day on invitation_facts (invited_on)",
    "create index clusters_by_day on cluster_state_facts (from_on)",
    "create index history_streams_visits on history (position) where topic = 'streams.visits'",
)

# A view works with its owner's rights, who may read all rows: the only way past the wall, and it
# shows neither a visit nor a name.
VIEWS = {
    "counted_visits": """
      select visitor_association, host_association, visit_class, ended_on
      from visit_facts where fate = 'ended' and completed
    """,
    "counted_stays": """
      select visitor_association, mode, day, days, person_id from stay_facts
    """,
    "counted_invitations": """
      select visitor_association, invited_on, coalesce(answer, '') = 'accepted' as accepted
      from invitation_facts join visit_facts using (visit_id, visitor_association)
      where fate <> 'called_off'
    """,
    "counted_clusters": """
      select association, from_on, until_on
      from cluster_state_facts where state in ('published', 'under_revision')
    """,
}

NEVER_WRITTEN = """
create function counts_are_never_written() returns trigger language plpgsql as
  $$ begin raise exception 'figures are counted from facts, never written'; end $$
"""

DEFINITIONS = """
create table definitions (
  code text not null,
  version integer not null,
  defined_at timestamptz not null,
  primary key (code, version)
)
"""

FIGURES = """
create table figures (
  id uuid primary key,
  kpi_code text not null,
  kpi_version integer not null,
  period text not null,
  period_first date not null,
  period_last date not null,
  association text,
  part text,
  value numeric,
  numerator numeric,
  denominator numeric,
  watermark_at timestamptz not null,
  complete boolean not null
)
"""

RESTATEMENTS = """
create table restatements (
  id bigint generated always as identity primary key,
  figure_id uuid not null references figures (id),
  kpi_code text not null,
  period text not null,
  association text,
  part text,
  former numeric,
  value numeric,
  restated_at timestamptz not null
)
"""

STREAMED = """
create table streamed_visits (
  visit_id uuid primary key,
  streamed_at timestamptz not null
)
"""

SHARED = "me() in (visitor_association, host_association) or across()"
OWN = "association = me() or across()"


def upgrade() -> None:
    tables = (VISITS, SESSIONS, ATTENDANCE, STAYS, INVITATIONS, CLUSTER_STATES, CLUSTERS)
    figures = (TOUCHED_DAYS, WATERMARKS, DEFINITIONS, FIGURES, RESTATEMENTS, STREAMED)
    for statement in (*tables, *figures, *INDEXES):
        op.execute(statement)
    op.execute("create index figures_of_period on figures (kpi_code, period)")
    op.execute("create index figures_open on figures (period_last) where not complete")
    for table in ("visit", "session", "attendance", "stay", "invitation"):
        protect(f"{table}_facts", read=SHARED, write="false")
    for table in ("cluster_facts", "cluster_state_facts"):
        protect(table, read=OWN, write="false")
    for table in ("definitions", "figures", "restatements", "watermarks"):
        protect(table, read="true", write="false")
    for table in ("touched_days", "streamed_visits"):
        protect(table, read="false", write="false")
    op.execute(NEVER_WRITTEN)
    for name, query in VIEWS.items():
        op.execute(f"create view {name} as {query}")
        op.execute(
            f"create trigger never_written instead of insert or update or delete on {name}"
            " for each row execute function counts_are_never_written()"
        )
