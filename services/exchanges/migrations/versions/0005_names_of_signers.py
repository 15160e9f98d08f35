"""Lets both sides of a visit read who signed it for the other association (X-05)."""

from alembic import op

from services.chassis.migrations.protection import service_name

revision = "exchanges_0005"
down_revision = "exchanges_0004"
branch_labels = None
depends_on = None

# the walls before signatures and visits decide, dual use included: whoever sees both may
# know who signed
SIGNED = """
  exists (
    select from signatures
    join commitments on commitments.id = signatures.commitment_id
    join visits on visits.id = commitments.visit_id
    where signatures.signer = 'staff:' || staff_copy.staff_id::text
  )
"""


def upgrade() -> None:
    op.execute("create index signatures_signer on signatures (signer)")
    op.execute(
        f"create policy signers on staff_copy for select to {service_name()}_app using ({SIGNED})"
    )
