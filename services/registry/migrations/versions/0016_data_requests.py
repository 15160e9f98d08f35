"""Requests of people about their data, for who took them and who answers."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "registry_0016"
down_revision = "registry_0015"
branch_labels = None
depends_on = None

REQUESTS = """
create table data_requests (
  id uuid primary key,
  number text not null unique,
  association text not null,
  received_by text not null,
  kind text not null,
  state text not null,
  name text not null,
  mail text not null,
  words text not null,
  folded text not null,
  received_day date not null,
  due_day date not null,
  days_left integer,
  reason text,
  told text not null,
  person_id uuid,
  closed_at timestamptz,
  changed_at timestamptz not null,
  lock integer not null
)
"""

THEIRS = "me() in (association, received_by)"


def upgrade() -> None:
    op.execute(REQUESTS)
    op.execute("create index data_requests_due on data_requests (association, state, due_day, id)")
    op.execute("create sequence data_request_numbers start 1001")
    protect("data_requests", read=THEIRS, write=THEIRS)
