"""Hide dual-use visits, their messages and their tasks from whoever is not vetted (R-14)."""

from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None
depends_on = None

# As the owner, who sees the visits that their policies hide from the reader.
IS_DUAL_USE = """
create function is_dual_use(visit uuid) returns boolean
language sql stable security definer as $$
  select exists (select from visits where visit_id = visit and dual_use);
$$
"""
SEEN = "(vetted() or not is_dual_use(visit_id))"
POLICIES = {
    "visits": "(visitor_association = me() or host_association = me() or across())"
    " and (vetted() or not dual_use)",
    "deliveries": f"(association = me() or partner = me() or across()) and {SEEN}",
    "tasks": f"(association = me() or across()) and {SEEN}",
}


def upgrade() -> None:
    op.execute("alter table visits add column dual_use boolean not null default false")
    op.execute(IS_DUAL_USE)
    for table, seen in POLICIES.items():
        op.execute(f"alter policy app_reads on {table} using ({seen})")
