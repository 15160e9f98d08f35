"""Copies of people, clusters and visits; deliveries with their attempts; tasks."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "notifications_0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    create table people (
      participant_id uuid primary key,
      visit_id uuid,
      organisation_id uuid not null,
      role text,
      name text not null,
      latin_name text,
      mail text not null,
      language text not null,
      zone text not null,
      folded text not null,
      as_of timestamptz not null
    )
    """,
    """
    create table clusters (
      cluster_id uuid primary key,
      name text not null,
      name_en text not null,
      country text not null,
      as_of timestamptz not null
    )
    """,
    """
    create table visits (
      visit_id uuid primary key,
      number text not null,
      title jsonb not null,
      state text not null,
      visitor_association text not null,
      host_association text not null,
      visiting_organisation_id uuid not null,
      host_organisation_id uuid not null,
      host_zone text not null,
      as_of timestamptz not null
    )
    """,
    """
    create table visit_sessions (
      session_id uuid primary key,
      visit_id uuid not null,
      kind text not null,
      title jsonb not null,
      mode text not null,
      place jsonb,
      starts_wall timestamp not null,
      starts_zone text not null,
      starts_at timestamptz not null,
      ends_wall timestamp not null,
      ends_zone text not null,
      ends_at timestamptz not null,
      calendar_sequence integer not null,
      dropped boolean not null,
      as_of timestamptz not null
    )
    """,
    """
    create table delegates (
      participant_id uuid primary key,
      visit_id uuid not null,
      state text not null,
      reply_by_at timestamptz not null,
      link_id uuid not null,
      as_of timestamptz not null
    )
    """,
    """
    create table deliveries (
      id uuid primary key,
      position bigint generated always as identity unique,
      cause_id uuid not null,
      act text not null,
      recipient_id uuid not null,
      association text not null,
      partner text,
      channel text not null,
      kind text not null,
      template text not null,
      template_version integer not null,
      visit_id uuid not null,
      language text not null,
      facts jsonb not null,
      sessions uuid[] not null,
      state text not null,
      planned_at timestamptz not null,
      expires_at timestamptz not null,
      ready_at timestamptz not null,
      leased_until timestamptz,
      attempts integer not null,
      content bytea,
      ended_at timestamptz,
      constraint told_once
        unique (cause_id, recipient_id, channel, template, template_version)
    )
    """,
    """
    create table delivery_attempts (
      delivery_id uuid not null references deliveries,
      number integer not null,
      began_at timestamptz not null,
      content_at timestamptz,
      ended_at timestamptz,
      code text,
      reason text,
      primary key (delivery_id, number)
    )
    """,
    """
    create table tasks (
      id uuid primary key,
      kind text not null,
      visit_id uuid not null,
      visit_number text,
      association text not null,
      state text not null,
      due_at timestamptz,
      raised_at timestamptz not null,
      done_at timestamptz,
      done_by uuid
    )
    """,
)

INDEXES = (
    "create index people_visit on people (visit_id)",
    "create index visit_sessions_visit on visit_sessions (visit_id, starts_at)",
    "create index delegates_visit on delegates (visit_id)",
    """
    create index deliveries_pending on deliveries (ready_at)
      where state in ('planned', 'queued', 'retry_wait', 'sending')
    """,
    "create index deliveries_list on deliveries (association, position)",
    "create index deliveries_partner on deliveries (partner, position)",
    "create index deliveries_visit on deliveries (visit_id, recipient_id)",
    "create index deliveries_recipient on deliveries (recipient_id, position)",
    "create index tasks_open on tasks (association, due_at) where state = 'open'",
    "create index tasks_visit on tasks (visit_id)",
)

BOTH_SIDES = "visitor_association = me() or host_association = me()"
OF_A_VISIT_SEEN = "exists (select from visits v where v.visit_id = {}.visit_id)"
OWN_SIDE = """
  exists (
    select from visits v where v.visit_id = people.visit_id
    and me() = case people.role when 'host' then v.host_association
                                else v.visitor_association end
  )
"""
OF_A_DELIVERY_SEEN = "exists (select from deliveries d where d.id = delivery_attempts.delivery_id)"


def upgrade() -> None:
    for statement in (*TABLES, *INDEXES):
        op.execute(statement)
    protect("people", read=OWN_SIDE, write="false")
    protect("clusters", read="me() is not null", write="false")
    protect("visits", read=f"{BOTH_SIDES} or across()", write="false")
    protect("visit_sessions", read=OF_A_VISIT_SEEN.format("visit_sessions"), write="false")
    protect("delegates", read=OF_A_VISIT_SEEN.format("delegates"), write="false")
    protect(
        "deliveries",
        read="association = me() or partner = me() or across()",
        write="association = me() or partner = me()",
    )
    protect("delivery_attempts", read=OF_A_DELIVERY_SEEN, write="false")
    protect("tasks", read="association = me() or across()", write="association = me()")
