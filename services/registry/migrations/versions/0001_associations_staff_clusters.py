"""Associations, their staff and keys, and the clusters, each behind row-level security."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0001"
down_revision = None
branch_labels = None
depends_on = None

ASSOCIATIONS = """
create table associations (
  id uuid primary key,
  country text not null unique,
  names jsonb not null,
  short_name text not null,
  languages text[] not null,
  zone text not null,
  web text
)
"""

STAFF = """
create table staff (
  id uuid primary key,
  association text not null,
  login text,
  names jsonb not null,
  mail text not null,
  language text not null,
  zone text not null,
  roles text[] not null,
  marks text[] not null,
  from_day date not null,
  until_day date,
  dismissed boolean not null,
  lock integer not null
)
"""

API_KEYS = """
create table api_keys (
  id uuid primary key,
  association text not null,
  prefix text not null,
  sha256 text not null unique,
  name text not null,
  owner_id uuid not null references staff,
  scopes text[] not null,
  services text[] not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  lock integer not null
)
"""

CLUSTERS = """
create table clusters (
  id uuid primary key,
  association text not null,
  number text not null,
  ref text,
  state text not null,
  version integer not null,
  lock integer not null,
  profile jsonb not null,
  pending jsonb,
  criteria jsonb not null,
  reasons jsonb not null,
  note text,
  submitted_by text,
  edited_by text not null,
  reviewer_id uuid,
  confirmed_on date,
  changed_at timestamptz not null,
  legal_scheme text not null,
  legal_value text not null,
  name text not null,
  sort_name text not null,
  country text not null,
  city text not null,
  ecosystem text not null,
  dual_use boolean not null,
  folded text not null,
  constraint clusters_number unique (number),
  constraint clusters_ref unique (association, ref)
)
"""

INDEXES = (
    # a profile that ended sets its legal id free again
    """
    create unique index clusters_legal_id on clusters (legal_scheme, legal_value)
      where state not in ('withdrawn', 'archived')
    """,
    "create index clusters_list on clusters (sort_name, id)",
    "create index clusters_state on clusters (association, state)",
    "create index staff_association on staff (association)",
    "create index api_keys_association on api_keys (association)",
)

# Says that somebody stands under a legal id, never who: another association's draft is a secret.
# Whoever is taking the same id at this moment is waited for.
LEGAL_ID_IS_TAKEN = """
create function legal_id_is_taken(scheme text, value text, besides uuid) returns boolean
language sql volatile security definer as $$
  select pg_advisory_xact_lock(hashtext(scheme || ' ' || value));
  select exists (
    select from clusters
    where legal_scheme = scheme and legal_value = value and id is distinct from besides
      and state not in ('withdrawn', 'archived')
  );
$$
"""


def upgrade() -> None:
    for table in (ASSOCIATIONS, STAFF, API_KEYS, CLUSTERS):
        op.execute(table)
    for index in INDEXES:
        op.execute(index)
    op.execute("create sequence cluster_numbers start 1001")
    op.execute(LEGAL_ID_IS_TAKEN)
    protect("associations", read="me() is not null", write="country = me()")
    protect("staff", read="association = me() or across()", write="association = me()")
    protect("api_keys", read="association = me()", write="association = me()")
    protect(
        "clusters",
        read="association = me() or across()"
        " or (me() is not null and state in ('published', 'under_revision'))",
        write="association = me()",
    )
