"""Imports of spreadsheets: the file, how it is read, and each of its rows."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0012"
down_revision = "registry_0011"
branch_labels = None
depends_on = None

IMPORTS = """
create table imports (
  id uuid primary key,
  association text not null,
  number text not null unique,
  kind text not null,
  state text not null,
  cluster_id uuid,
  cluster_number text,
  file_name text not null,
  file bytea not null,
  digest bytea not null,
  encoding text not null,
  separator text not null,
  sheet text not null,
  sheets text[] not null,
  header_row integer not null,
  columns text[] not null,
  matched jsonb not null,
  rows integer not null,
  new integer not null,
  changed integer not null,
  skipped integer not null,
  bad integer not null,
  done integer not null,
  problem text,
  problem_values jsonb not null,
  dual_use boolean not null,
  started_by text not null,
  confirmed_by text,
  started_at timestamptz not null,
  phase_at timestamptz not null,
  changed_at timestamptz not null,
  saved_at timestamptz,
  lock integer not null
)
"""

ROWS = """
create table import_rows (
  import_id uuid not null references imports on delete cascade,
  row integer not null,
  cells text[] not null,
  notes jsonb not null,
  choice text,
  effect text,
  events uuid[] not null,
  primary key (import_id, row)
)
"""

# What columns of these names were matched with the last time, per cluster or for the association.
HABITS = """
create table import_habits (
  association text not null,
  kind text not null,
  cluster_number text not null,
  columns_key bytea not null,
  matched jsonb not null,
  primary key (association, kind, cluster_number, columns_key)
)
"""

OWN = "association = me()"
SEEN = "association = me() and (vetted() or not dual_use)"
OF_SEEN = "import_id in (select id from imports)"


def upgrade() -> None:
    op.execute("create sequence import_numbers start 1001")
    for table in (IMPORTS, ROWS, HABITS):
        op.execute(table)
    op.execute("create index imports_list on imports (association, started_at desc, id desc)")
    op.execute("create index imports_same on imports (association, digest)")
    op.execute("create index import_rows_effects on import_rows (import_id, effect, row)")
    protect("imports", read=SEEN, write=OWN)
    protect("import_rows", read=OF_SEEN, write=OF_SEEN)
    protect("import_habits", read=OWN, write=OWN)
