"""A twin whose last day is known is a twin until then."""

from alembic import op

revision = "registry_0019"
down_revision = "registry_0018"
branch_labels = None
depends_on = None

# The service knows the day at the association's seat; here none of a zone further west is lost.
RUNS_A_TWIN = """
create or replace function runs_a_twin(centre uuid) returns boolean
language sql stable security definer as $$
  select exists (
    select from centre_links
    where centre_id = centre and association = me() and role = 'twin'
      and (until_day is null or until_day >= current_date)
  );
$$
"""


def upgrade() -> None:
    op.execute(RUNS_A_TWIN)
