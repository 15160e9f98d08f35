"""Messages about clusters, hidden like those about visits when these are dual use (R-11, R-14).

An older version goes on to write messages about visits. Of clusters that it wrote down nobody knows
whether they are dual use: they count as such until they are told again.
"""

from alembic import op

revision = "notifications_0005"
down_revision = "notifications_0004"
branch_labels = None
depends_on = None

# As the owner, who sees what the policies hide from the reader.
IS_DUAL_USE = """
create or replace function is_dual_use(visit uuid) returns boolean
language sql stable security definer as $$
  select exists (select from visits where visit_id = $1 and dual_use)
      or exists (select from clusters where cluster_id = $1 and dual_use);
$$
"""


def upgrade() -> None:
    op.execute("alter table deliveries add column aggregate text not null default 'visit'")
    op.execute("alter table clusters add column dual_use boolean not null default true")
    op.execute(IS_DUAL_USE)
