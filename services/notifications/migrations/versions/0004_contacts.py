"""Contacts and when they are away, and who got a message in the place of its recipient (R-23)."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "notifications_0004"
down_revision = "notifications_0003"
branch_labels = None
depends_on = None

CONTACTS = """
create table contacts_copy (
  person_id uuid primary key,
  association text not null,
  name text not null,
  mail text not null,
  language text not null,
  zone text not null,
  absences jsonb not null,
  as_of timestamptz not null
)
"""


def upgrade() -> None:
    op.execute(CONTACTS)
    op.execute("create index contacts_mail on contacts_copy (association, lower(mail))")
    op.execute("alter table deliveries add column substitute_id uuid")
    op.execute(
        "create index deliveries_substitute on deliveries (substitute_id)"
        " where substitute_id is not null"
    )
    protect("contacts_copy", read="association = me()", write="false")
