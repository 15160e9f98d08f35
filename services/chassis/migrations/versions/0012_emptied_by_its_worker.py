"""Let a worker empty the personal rows of an association that it works for."""

from alembic import op

from services.chassis.migrations.protection import service_name

revision = "chassis_0012"
down_revision = "chassis_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"grant execute on function empty_own_history(text) to {service_name()}_worker")
