"""Hide dual-use clusters from whoever is not vetted; the intake alone still finds its own."""

from alembic import op

revision = "registry_0002"
down_revision = "registry_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter policy app_reads on clusters using ("
        " (not dual_use or vetted() or taking())"
        " and (association = me() or across()"
        " or (me() is not null and state in ('published', 'under_revision'))))"
    )
