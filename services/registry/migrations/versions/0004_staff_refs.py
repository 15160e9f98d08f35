"""Staff under the posters' own references; keys outlive the record of whoever owned them."""

from alembic import op

revision = "registry_0004"
down_revision = "registry_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table staff add column ref text")
    op.execute("alter table staff add constraint staff_ref unique (association, ref)")
    op.execute(
        "create unique index staff_mail on staff (association, lower(mail)) where not dismissed"
    )
    op.execute("alter table api_keys drop constraint api_keys_owner_id_fkey")
