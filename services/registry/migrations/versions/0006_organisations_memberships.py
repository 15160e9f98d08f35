"""Organisations under their legal ids, their memberships in clusters, and requests to merge."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0006"
down_revision = "registry_0005"
branch_labels = None
depends_on = None

ORGANISATIONS = """
create table organisations (
  id uuid primary key,
  association text not null,
  number text not null unique,
  ref text,
  names jsonb,
  legal_ids jsonb not null,
  legal_form text,
  kind text not null,
  size_class text not null,
  size_day date,
  size_basis text,
  place jsonb not null,
  nace text[] not null,
  web text,
  sole_trader boolean not null,
  person_id uuid,
  merged_into uuid references organisations,
  shared_with text[] not null,
  lock integer not null,
  changed_at timestamptz not null,
  sort_name text not null,
  folded text not null,
  constraint organisations_ref unique (association, ref)
)
"""

# Each number of a register belongs to one organisation in all of Talka. Numbers of people are not
# kept here.
LEGAL_IDS = """
create table legal_ids (
  scheme text not null,
  value text not null,
  organisation_id uuid not null references organisations,
  association text not null,
  primary key (scheme, value)
)
"""

MEMBERSHIPS = """
create table memberships (
  id uuid primary key,
  association text not null,
  cluster_id uuid not null references clusters,
  organisation_id uuid not null references organisations,
  kind text not null,
  joined_day date not null,
  ended_day date,
  reason text,
  lock integer not null,
  changed_at timestamptz not null,
  span daterange generated always as (daterange(joined_day, ended_day + 1, '[)')) stored,
  constraint memberships_end check (ended_day >= joined_day - 1),
  constraint memberships_one_at_a_time exclude using gist (
    uuidrange(cluster_id, cluster_id, '[]') with &&,
    uuidrange(organisation_id, organisation_id, '[]') with &&,
    span with &&
  )
)
"""

REQUESTS = """
create table merge_requests (
  id uuid primary key,
  association text not null,
  association_asked text not null,
  organisation_id uuid not null,
  other_id uuid not null references organisations,
  legal_scheme text not null,
  legal_value text not null,
  name text not null,
  state text not null,
  reason text,
  requested_by text not null,
  requested_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  lock integer not null
)
"""

INDEXES = (
    "create index organisations_list on organisations (sort_name, id)",
    "create index legal_ids_organisation on legal_ids (organisation_id)",
    "create index memberships_cluster on memberships (cluster_id, joined_day)",
    "create index memberships_organisation on memberships (organisation_id, joined_day)",
    """
    create unique index merge_requests_open on merge_requests (association, other_id)
      where state = 'requested'
    """,
    "create index merge_requests_list on merge_requests (requested_at, id)",
)

# Says which association holds a number, and under which id; nothing else of a foreign organisation.
HOLDERS = """
create function holders_of(schemes text[], numbers text[])
returns table (scheme text, value text, organisation_id uuid, association text)
language sql stable security definer as $$
  select held.scheme, held.value, held.organisation_id, held.association
  from legal_ids held
  join unnest(schemes, numbers) as asked (scheme, value)
    on held.scheme = asked.scheme and held.value = asked.value
$$
"""

# What a published profile says of its members: how many there are of each kind and size.
COUNTS = """
create function members_counted(of_cluster uuid, on_day date)
returns table (kind text, size_class text, members bigint)
language sql stable security definer as $$
  select m.kind, o.size_class, count(distinct coalesce(o.merged_into, o.id))
  from memberships m join organisations o on o.id = m.organisation_id
  where m.cluster_id = of_cluster and m.span @> on_day
  group by m.kind, o.size_class
$$
"""

OWN = "association = me()"
SEEN = "(association = me() or across())"
SEEN_WITH_CLUSTER = "(association = me() or across()) and cluster_id in (select id from clusters)"


def upgrade() -> None:
    op.execute("create type uuidrange as range (subtype = uuid)")
    for table in (ORGANISATIONS, LEGAL_IDS, MEMBERSHIPS, REQUESTS):
        op.execute(table)
    for statement in (*INDEXES, HOLDERS, COUNTS):
        op.execute(statement)
    op.execute("create sequence organisation_numbers start 20001")
    protect("organisations", read=f"({SEEN} or me() = any (shared_with))", write=OWN)
    protect("legal_ids", read=SEEN, write=OWN)
    # a membership of a cluster that is hidden is hidden with it
    protect("memberships", read=SEEN_WITH_CLUSTER, write=OWN)
    parties = "(association = me() or association_asked = me()"
    protect("merge_requests", read=f"{parties} or across())", write=f"{parties})")
