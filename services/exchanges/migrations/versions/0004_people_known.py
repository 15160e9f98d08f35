"""Adds under which addresses the registry knows people, as digests, to find whom to forget."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "exchanges_0004"
down_revision = "exchanges_0003"
branch_labels = None
depends_on = None

PEOPLE = """
create table people_known (
  person_id uuid,
  mail_digest bytea,
  association text not null,
  primary key (person_id, mail_digest)
)
"""


def upgrade() -> None:
    op.execute(PEOPLE)
    protect("people_known", read="association = me()", write="false")
