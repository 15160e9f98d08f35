"""History, relay state and seals; progress, applied sequences and parked records."""

from alembic import op

from services.chassis.migrations.protection import FUNCTIONS, protect, service_name

revision = "chassis_0001"
down_revision = None
branch_labels = None
depends_on = None

HISTORY = """
create table history (
  xid xid8 not null default pg_current_xact_id(),  -- first: taken before position
  position bigint generated always as identity (cache 1) primary key,
  event_id uuid not null unique,
  subject text not null,
  sequence bigint not null,
  topic text,
  type text not null,
  source text not null,
  time timestamptz not null,
  association text not null,
  readers text[] not null,
  actor text not null,
  correlation_id text not null,
  causation_id text,
  traceparent text,
  data bytea,
  salt bytea,
  digest bytea not null,
  emptied_at timestamptz,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (subject, sequence)
)
"""

LAST_SEQUENCE = """
create function last_sequence(of text) returns bigint language sql stable security definer as
  $$ select coalesce(max(sequence), 0) from history where subject = of $$
"""

ONLY_EMPTIED = """
create function history_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.salt is not null and new.salt is null and new.data is null
     and old.emptied_at is null and new.emptied_at is not null
     and to_jsonb(new) - array['salt', 'data', 'emptied_at']
       = to_jsonb(old) - array['salt', 'data', 'emptied_at'] then
    return new;
  end if;
  raise exception 'history rows are never changed';
end $$
"""

EMPTY = """
create function empty_history(of text) returns void language sql security definer as
  $$ update history set data = null, salt = null, emptied_at = clock_timestamp()
     where subject = of and salt is not null $$
"""

RELAY_STATE = """
create table relay_state (
  one boolean primary key default true check (one),
  version bigint not null default 0,
  snap pg_snapshot not null,
  floor bigint not null,
  bound xid8 not null,
  target pg_snapshot,
  target_floor bigint,
  target_bound xid8,
  pos bigint not null default 0,
  sealed bytea not null default ''::bytea,
  moved_at timestamptz not null default clock_timestamp()
)
"""

BEGIN_CHUNK = """
create function relay_begin() returns setof relay_state language plpgsql volatile as $$
declare
  state relay_state;
begin
  -- an advisory lock: locking the row would give this transaction an xid before floor is read
  if not pg_try_advisory_xact_lock(hashtext('talka relay')) then
    return;
  end if;
  select * into state from relay_state;
  if found and state.target is null then
    -- in this order, each statement with a snapshot of its own: then a row at or below
    -- target_floor has an xid below target_bound
    select case when is_called then last_value else 0 end into state.target_floor
      from history_position_seq;
    select pg_current_xact_id() into state.target_bound;
    select pg_current_snapshot() into state.target;
  end if;
  if state.version is not null then
    return next state;
  end if;
end $$
"""

SEALS = """
create table seals (
  number bigint generated always as identity primary key,
  positions bigint[] not null,
  hash bytea not null,
  sealed_at timestamptz not null default clock_timestamp()
)
"""

CONSUMERS = (
    """
    create table progress (
      consumer text not null,
      topic text not null,
      partition integer not null,
      next_offset bigint not null,
      complete_to timestamptz,
      moved_at timestamptz not null default clock_timestamp(),
      primary key (consumer, topic, partition)
    )
    """,
    """
    create table applied (
      consumer text not null,
      subject text not null,
      sequence bigint not null,
      primary key (consumer, subject)
    )
    """,
    """
    create table parked (
      id uuid primary key,
      consumer text not null,
      topic text not null,
      partition integer not null,
      "offset" bigint not null,
      subject text,
      sequence bigint,
      type text,
      association text,
      kind text not null,
      reason text not null,
      attempts integer not null default 1,
      key bytea,
      value bytea,
      headers jsonb not null,
      timestamp_ms bigint not null,
      parked_at timestamptz not null default clock_timestamp(),
      tried_at timestamptz not null default clock_timestamp(),
      unique (consumer, topic, partition, "offset")
    )
    """,
    "create index parked_subject on parked (consumer, subject)",
    """
    create table dropped (
      id uuid primary key,
      consumer text not null,
      topic text not null,
      partition integer not null,
      "offset" bigint not null,
      subject text,
      sequence bigint,
      reason text not null,
      why text not null,
      actor text not null,
      dropped_at timestamptz not null default clock_timestamp()
    )
    """,
)


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(function)
    op.execute(HISTORY)
    op.execute("create index history_xid on history (xid)")
    for statement in (LAST_SEQUENCE, EMPTY, ONLY_EMPTIED):
        op.execute(statement)
    op.execute(
        "create trigger append_only before update or delete on history"
        " for each row execute function history_is_append_only()"
    )
    service = service_name()
    op.execute("revoke execute on function empty_history(text) from public")
    op.execute(f"grant execute on function empty_history(text) to {service}_worker")
    protect("history", read="me() = any(readers) or across()", write="association = me()")
    op.execute(f"create policy relay on history for select to {service}_relay using (true)")
    op.execute(RELAY_STATE)
    op.execute("insert into relay_state (snap, floor, bound) values ('3:3:', 0, '3')")
    op.execute(BEGIN_CHUNK)
    op.execute(SEALS)
    for statement in CONSUMERS:
        op.execute(statement)
    op.execute("alter table parked alter column value set storage external")
    protect("parked", read="association = me() or across()", write="false")
