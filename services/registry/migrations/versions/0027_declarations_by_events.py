"""From events to the declarations of which they came (R-17)."""

from alembic import op

revision = "registry_0027"
down_revision = "registry_0026"
branch_labels = None
depends_on = None

# By the owner: behind row-level security no index on the events of the intake would be used.
DECLARED = """
create function declared_with(of_events uuid[]) returns table (source text, id text)
language sql stable security definer as $$
  select i.source, i.id from intake i where i.association = me() and i.events && of_events
$$
"""


def upgrade() -> None:
    op.execute(DECLARED)
