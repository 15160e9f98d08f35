"""What was merged leads to its survivor, whichever association keeps that one."""

from alembic import op

revision = "registry_0013"
down_revision = "registry_0012"
branch_labels = None
depends_on = None

# It only follows a merge that stands already, so it cannot be used to take numbers away.
FOLLOW_MERGE = """
create function follow_merge(gone uuid, into_id uuid) returns void
language sql security definer as $$
  update legal_ids held
    set organisation_id = into_id,
        association = (select o.association from organisations o where o.id = into_id)
    where held.organisation_id = gone
      and exists (select from organisations o where o.id = gone and o.merged_into = into_id);
  update organisations
    set merged_into = into_id
    where merged_into = gone
      and exists (select from organisations o where o.id = gone and o.merged_into = into_id);
$$
"""


def upgrade() -> None:
    op.execute(FOLLOW_MERGE)
