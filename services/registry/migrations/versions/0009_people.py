"""People of an association, whom nobody else sees."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0009"
down_revision = "registry_0008"
branch_labels = None
depends_on = None

PEOPLE = """
create table people (
  id uuid primary key,
  association text not null,
  ref text,
  names jsonb not null,
  mail text not null,
  phone text,
  language text not null,
  languages jsonb not null,
  zone text not null,
  organisation_id uuid,
  functions jsonb not null,
  absences jsonb not null,
  legal_ids jsonb not null,
  consent text,
  clusters uuid[] not null,
  sort_name text not null,
  folded text not null,
  recorded_at timestamptz not null,
  lock integer not null,
  constraint people_ref unique (association, ref)
)
"""

INDEXES = (
    "create index people_list on people (association, sort_name, id)",
    "create index people_mail on people (association, lower(mail))",
    "create index people_functions on people using gin (functions jsonb_path_ops)",
    "create index people_legal_ids on people using gin (legal_ids jsonb_path_ops)",
)


def upgrade() -> None:
    op.execute(PEOPLE)
    for index in INDEXES:
        op.execute(index)
    protect("people", read="association = me()", write="association = me()")
