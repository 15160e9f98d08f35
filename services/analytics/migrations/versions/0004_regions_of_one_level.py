"""Figures by region are of NUTS level 2: a larger region says no more than that none is known."""

from alembic import op

revision = "analytics_0004"
down_revision = "analytics_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a code of level 2 has four signs; those of Ukraine have a hyphen
    op.execute("""
      update cluster_place_facts set region = null
      where length(region) < 4 and region not like '%-%'
    """)
