"""Keep the answers to declarations out of the sequences of aggregates."""

from alembic import op

revision = "chassis_0006"
down_revision = "chassis_0005"
branch_labels = None
depends_on = None

OUTCOME_SUBJECT = """
create function outcome_subject(id text, source text) returns text
language sql stable security definer as $$
  select case when exists (
    select from history where subject = id and topic not like 'intake.outcomes.%'
  ) then source || '#' || id else id end
$$
"""


def upgrade() -> None:
    op.execute(OUTCOME_SUBJECT)
