"""The zones of associations' seats, and the instants from which the states of clusters hold."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "analytics_0002"
down_revision = "analytics_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
      create table associations_copy (
        association text primary key,
        zone text not null,
        as_of timestamptz not null
      )
    """)
    protect("associations_copy", read="true", write="false")
    op.execute("alter table cluster_state_facts add column from_at timestamptz")
    # of facts that were kept before, the day is known: its noon lies on it in every zone of Europe
    op.execute("""
      update cluster_state_facts
      set from_at = (from_on + time '12:00') at time zone 'UTC' where from_at is null
    """)
    op.execute("alter table cluster_state_facts alter column from_at set not null")
