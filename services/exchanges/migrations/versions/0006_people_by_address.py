"""Finds a person's places in visits, and lists an association's people by address (D-02)."""

from alembic import op

revision = "exchanges_0006"
down_revision = "exchanges_0005"
branch_labels = None
depends_on = None

INDEXES = (
    "create index participants_person on participants (association, person_id)",
    # the erased have no address, and no list shows them
    "create index participants_listed on participants (association, mail, id) where mail <> ''",
)


def upgrade() -> None:
    for index in INDEXES:
        op.execute(index)
