"""Copies of staff and keys, sessions, links; declarations taken, and answers kept for a repeat."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "chassis_0002"
down_revision = "chassis_0001"
branch_labels = None
depends_on = None

LINK = """
create function link() returns bytea language sql stable as
  $$ select decode(nullif(current_setting('talka.link', true), ''), 'hex') $$
"""

TABLES = (
    """
    create table staff_copy (
      staff_id uuid primary key,
      association text not null,
      login text,
      names jsonb not null,
      mail text not null,
      language text not null,
      zone text not null,
      roles text[] not null,
      marks text[] not null,
      from_day date not null,
      until_day date,
      dismissed boolean not null,
      as_of timestamptz not null
    )
    """,
    "create index staff_copy_association on staff_copy (association)",
    """
    create table api_keys_copy (
      key_id uuid primary key,
      association text not null,
      prefix text not null,
      sha256 text not null unique,
      name text not null,
      owner_id uuid not null,
      scopes text[] not null,
      services text[] not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      as_of timestamptz not null
    )
    """,
    """
    create table sessions (
      sha256 text primary key,
      staff_id uuid not null,
      begun_at timestamptz not null,
      seen_at timestamptz not null,
      ended_at timestamptz
    )
    """,
    """
    create table links (
      id uuid primary key,
      kind text not null,
      subject text not null,
      association text not null,
      sha256 bytea not null unique,
      expires_at timestamptz not null,
      withdrawn_at timestamptz,
      used_at timestamptz
    )
    """,
    "create index links_subject on links (subject)",
    """
    create table intake (
      association text not null,
      source text not null,
      id text not null,
      type text not null,
      digest bytea not null,
      actor text not null,
      events uuid[] not null,
      taken_at timestamptz not null default clock_timestamp(),
      primary key (association, source, id)
    )
    """,
    """
    create table idempotency (
      actor text not null,
      key text not null,
      association text not null,
      route text not null,
      digest bytea not null,
      status integer,
      media_type text,
      location text,
      answer bytea,
      made_at timestamptz not null default clock_timestamp(),
      primary key (actor, key)
    )
    """,
)


def upgrade() -> None:
    op.execute(LINK)
    for statement in TABLES:
        op.execute(statement)
    protect("staff_copy", read="association = me() or across()", write="false")
    protect("api_keys_copy", read="association = me()", write="false")
    protect("sessions", read="false", write="false")
    protect("links", read="association = me() or sha256 = link()", write="association = me()")
    protect("intake", read="association = me()", write="association = me()")
    protect("idempotency", read="association = me()", write="association = me()")
