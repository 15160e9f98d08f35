"""What clusters and organisations hold: labels, sites, offers, participations; and the centres."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0010"
down_revision = "registry_0009"
branch_labels = None
depends_on = None

# What a cluster holds is hidden with it: a subquery runs under the policies of its own table.
OF_CLUSTER = "exists (select from clusters where clusters.id = cluster_id)"
HOLDER = "(holder_kind <> 'cluster' or exists (select from clusters where clusters.id = holder_id))"

LABELS = """
create table labels (
  id uuid primary key,
  association text not null,
  cluster_id uuid not null references clusters,
  ref text,
  level text not null,
  issuer text not null,
  from_day date not null,
  until_day date not null check (until_day > from_day),
  ends_on date not null,
  certificate text,
  state text not null,
  reason text,
  lock integer not null,
  changed_at timestamptz not null,
  constraint labels_ref unique (association, ref)
)
"""

REMINDERS = """
create table label_reminders (
  label_id uuid references labels,
  days_before integer,
  association text not null,
  until_day date not null,
  reminded_at timestamptz not null,
  primary key (label_id, days_before)
)
"""

SITES = """
create table sites (
  id uuid primary key,
  association text not null,
  holder_kind text not null,
  holder_id uuid not null,
  ref text,
  names jsonb not null,
  place jsonb not null,
  seats integer not null check (seats >= 1),
  step_free boolean not null,
  booth boolean not null,
  shelter_minutes integer,
  generator boolean not null,
  satellite boolean not null,
  parking integer,
  dual_use boolean not null,
  opened_on date not null,
  closed_on date,
  state text not null,
  lock integer not null,
  changed_at timestamptz not null,
  country text not null,
  city text not null,
  sort_name text not null,
  folded text not null,
  constraint sites_ref unique (association, ref)
)
"""

OFFERS = """
create table offers (
  id uuid primary key,
  association text not null,
  holder_kind text not null,
  holder_id uuid not null,
  ref text,
  kind text not null,
  tags text[] not null,
  texts jsonb not null,
  intent text not null,
  until_day date not null,
  anonymous boolean not null,
  state text not null,
  posted_at timestamptz not null,
  lock integer not null,
  folded text not null,
  constraint offers_ref unique (association, ref)
)
"""

INTERESTS = """
create table offer_interests (
  offer_id uuid references offers,
  association text,
  holder_association text not null,
  shown_at timestamptz not null,
  returned_at timestamptz,
  primary key (offer_id, association)
)
"""

PARTICIPATIONS = """
create table participations (
  id uuid primary key,
  association text not null,
  holder_kind text not null,
  holder_id uuid not null,
  ref text,
  programme text not null,
  call_id text not null,
  project_id text,
  role text not null,
  from_day date not null,
  until_day date check (until_day >= from_day),
  ended_on date,
  budget_share_cents bigint,
  budget_share_currency text,
  fstp_received_cents bigint,
  fstp_received_currency text,
  activities text[] not null,
  lock integer not null,
  changed_at timestamptz not null,
  constraint participations_ref unique (association, ref)
)
"""

CENTRES = """
create table centres (
  id uuid primary key,
  association text not null,
  code text not null unique,
  names jsonb not null,
  industry text not null,
  scope jsonb not null,
  ecosystems text[] not null,
  dual_use boolean not null,
  rota jsonb not null,
  lock integer not null,
  changed_at timestamptz not null
)
"""

LINKS = """
create table centre_links (
  id uuid primary key,
  centre_id uuid not null references centres,
  cluster_id uuid not null references clusters,
  association text not null,
  role text not null,
  from_day date not null,
  until_day date
)
"""

SERVICES = """
create table centre_services (
  id uuid primary key,
  centre_id uuid not null references centres,
  association text not null,
  texts jsonb not null,
  languages text[] not null,
  quarter text not null,
  capacity integer not null check (capacity >= 0),
  used integer not null check (used between 0 and capacity),
  withdrawn_at timestamptz
)
"""

# the subqueries run under the policies of their own tables: what is hidden there is hidden here
OF_CENTRE = "exists (select from centres where centres.id = centre_id)"
RUN_BY = (
    "exists (select from centres where centres.id = centre_id and centres.association = me())"
    " or association = me()"
)

# As the owner, because a policy on centres may not read a table whose policies read centres.
RUNS_A_TWIN = """
create function runs_a_twin(centre uuid) returns boolean
language sql stable security definer as $$
  select exists (
    select from centre_links
    where centre_id = centre and association = me() and role = 'twin' and until_day is null
  );
$$
"""


def upgrade() -> None:
    _labels()
    _sites()
    _offers()
    _participations()
    _centres()


def _labels() -> None:
    op.execute(LABELS)
    op.execute(REMINDERS)
    op.execute("create index labels_cluster on labels (cluster_id)")
    op.execute("create index labels_list on labels (ends_on, id)")
    protect("labels", read=OF_CLUSTER, write="association = me()")
    protect("label_reminders", read="association = me() or across()", write="association = me()")


def _sites() -> None:
    op.execute(SITES)
    op.execute("create index sites_list on sites (sort_name, id)")
    op.execute("create index sites_holder on sites (holder_id)")
    protect(
        "sites",
        read=f"(not dual_use or vetted() or taking()) and {HOLDER}"
        " and (association = me() or across() or (me() is not null and state = 'open'))",
        write="association = me()",
    )


def _offers() -> None:
    op.execute(OFFERS)
    op.execute(INTERESTS)
    op.execute("create index offers_list on offers (until_day, id) where state = 'open'")
    op.execute("create index offers_tags on offers using gin (tags)")
    op.execute("create index offers_holder on offers (holder_id)")
    protect(
        "offers",
        read=f"{HOLDER} and (association = me() or across()"
        " or (me() is not null and state = 'open'))",
        write="association = me()",
    )
    both = "me() in (association, holder_association)"
    protect("offer_interests", read=f"{both} or across()", write=both)


def _participations() -> None:
    op.execute(PARTICIPATIONS)
    op.execute("create index participations_list on participations (from_day, id)")
    op.execute("create index participations_holder on participations (holder_id)")
    protect(
        "participations",
        read=f"{HOLDER} and (association = me() or across()"
        " or (holder_kind = 'cluster' and me() is not null))",
        write="association = me()",
    )


def _centres() -> None:
    for table in (CENTRES, LINKS, SERVICES):
        op.execute(table)
    op.execute(
        "create unique index centre_links_open on centre_links (centre_id, cluster_id, role)"
        " where until_day is null"
    )
    op.execute("create index centre_services_centre on centre_services (centre_id, quarter)")
    op.execute(RUNS_A_TWIN)
    protect(
        "centres",
        read="me() is not null and (not dual_use or vetted() or taking())",
        write="association = me() or runs_a_twin(id)",
    )
    protect(
        "centre_links",
        read=f"{OF_CENTRE} and exists (select from clusters where clusters.id = cluster_id)",
        write=RUN_BY,
    )
    protect("centre_services", read=OF_CENTRE, write=RUN_BY)
