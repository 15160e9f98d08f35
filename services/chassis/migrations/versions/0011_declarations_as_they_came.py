"""Keep declarations as they came, by which door, what they put right, and why others were refused.

The primary key begins with the id, by which corrections and withdrawals name a declaration.
"""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "chassis_0011"
down_revision = "chassis_0010"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    alter table intake
      add column way text not null default 'http',
      add column data bytea,
      add column puts_right uuid,
      drop constraint intake_pkey,
      add primary key (association, id, source)
    """,
    "create index intake_taken on intake (association, taken_at)",
    "create index intake_events on intake using gin (events)",
    """
    create index intake_puts_right on intake (association, puts_right)
      where puts_right is not null
    """,
    """
    create table refused_declarations (
      association text not null,
      source text not null,
      id text not null,
      type text not null,
      way text not null,
      actor text not null,
      status integer not null,
      faults jsonb not null,
      times integer not null default 1,
      refused_at timestamptz not null,
      primary key (association, id, source)
    )
    """,
    "create index refused_declarations_at on refused_declarations (association, refused_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    protect("refused_declarations", read="association = me()", write="association = me()")
