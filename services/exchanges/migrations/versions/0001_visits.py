"""Visits with sessions, delegates, people and papers, behind row-level security; the copies."""

from alembic import op

from services.chassis.migrations.protection import protect

revision = "exchanges_0001"
down_revision = None
branch_labels = None
depends_on = None

COPIES = (
    """
    create table associations_copy (
      association text primary key,
      names jsonb not null,
      short_name text,
      languages text[] not null,
      zone text not null,
      as_of timestamptz not null
    )
    """,
    """
    create table clusters_copy (
      cluster_id uuid primary key,
      association text not null,
      number text not null,
      name text not null,
      name_en text not null,
      short_name text,
      place_facts jsonb not null,
      city text not null,
      ecosystem text not null,
      languages text[] not null,
      dual_use boolean not null,
      matchable boolean not null,
      folded text not null,
      as_of timestamptz not null
    )
    """,
)

# Every row about a visit names its two associations, so that each table stands behind the wall
# by itself.
SIDES = "visitor_association text not null, host_association text not null"

VISITS = f"""
create table visits (
  id uuid primary key,
  number text not null unique,
  title jsonb not null,
  {SIDES},
  visiting_organisation_id uuid not null,
  host_organisation_id uuid not null,
  host_zone text not null,
  activities text[] not null,
  dual_use boolean not null,
  state text not null,
  visitor_side text not null,
  host_side text not null,
  reason text,
  note text,
  moved jsonb not null,
  opened_by text not null,
  folded text not null,
  opened_at timestamptz not null,
  state_since timestamptz not null,
  version integer not null
)
"""

VISIT_NUMBERS = "create table visit_numbers (year integer primary key, last integer not null)"

SESSIONS = f"""
create table visit_sessions (
  id uuid primary key,
  visit_id uuid not null references visits,
  {SIDES},
  title jsonb not null,
  kind text not null,
  mode text not null,
  place_facts jsonb,
  zone text not null,
  starts_wall timestamp not null,
  ends_wall timestamp not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  calendar_sequence integer not null,
  changed_at timestamptz not null,
  list_id uuid,
  dropped_at timestamptz,
  check ((mode = 'on_site') = (place_facts is not null))
)
"""

PARTICIPANTS = f"""
create table participants (
  id uuid primary key,
  visit_id uuid not null references visits,
  {SIDES},
  association text not null check (association in (visitor_association, host_association)),
  role text not null,
  person_id uuid not null,
  organisation_id uuid not null,
  names jsonb not null,
  mail text not null,
  phone text,
  language text not null,
  languages jsonb not null,
  zone text not null,
  link_id uuid not null,
  recorded_at timestamptz not null
)
"""

DELEGATES = f"""
create table delegates (
  participant_id uuid primary key references participants,
  visit_id uuid not null references visits,
  {SIDES},
  person_id uuid not null,
  organisation_id uuid not null,
  funded boolean not null,
  state text not null,
  link_id uuid not null,
  invited_at timestamptz not null,
  reply_by_at timestamptz not null,
  answered_at timestamptz,
  checked_in_at timestamptz
)
"""

ATTENDANCE = f"""
create table attendance (
  session_id uuid references visit_sessions,
  participant_id uuid references delegates,
  visit_id uuid not null references visits,
  {SIDES},
  minutes integer not null check (minutes >= 0),
  recorded_at timestamptz not null,
  primary key (session_id, participant_id)
)
"""

COMMITMENTS = f"""
create table commitments (
  id uuid primary key,
  visit_id uuid not null unique references visits,
  {SIDES},
  text jsonb not null,
  hash text not null,
  seen jsonb not null,
  drafted_at timestamptz not null,
  completed_at timestamptz,
  version integer not null
)
"""

SIGNATURES = f"""
create table signatures (
  commitment_id uuid references commitments,
  party text,
  {SIDES},
  hash text not null,
  signer text not null,
  signed_at timestamptz not null,
  primary key (commitment_id, party)
)
"""

CHALLENGES = f"""
create table challenges (
  id uuid primary key,
  commitment_id uuid not null references commitments,
  {SIDES},
  participant_id uuid not null references participants,
  party text not null,
  attempts integer not null,
  expires_at timestamptz not null,
  used_at timestamptz
)
"""

INDEXES = (
    "create index clusters_copy_name on clusters_copy (name_en) where matchable",
    "create index visits_visitor on visits (visitor_association, state)",
    "create index visits_host on visits (host_association, state)",
    "create index visit_sessions_visit on visit_sessions (visit_id)",
    "create index visit_sessions_start on visit_sessions (starts_at) where dropped_at is null",
    "create index participants_visit on participants (visit_id)",
    "create index participants_mail on participants (association, lower(mail))",
    "create index delegates_visit on delegates (visit_id)",
    "create index delegates_due on delegates (reply_by_at) where state in ('invited', 'offered')",
    "create index attendance_visit on attendance (visit_id)",
    "create index challenges_commitment on challenges (commitment_id)",
)

MINE = "me() in (visitor_association, host_association)"


def upgrade() -> None:
    for table in (*COPIES, VISITS, VISIT_NUMBERS, SESSIONS, PARTICIPANTS, DELEGATES, ATTENDANCE):
        op.execute(table)
    for table in (COMMITMENTS, SIGNATURES, CHALLENGES):
        op.execute(table)
    for index in INDEXES:
        op.execute(index)
    for copied in ("associations_copy", "clusters_copy"):
        protect(copied, read="me() is not null", write="false")
    for shared in ("visits", "visit_sessions", "delegates", "attendance", "commitments"):
        protect(shared, read=f"{MINE} or across()", write=MINE)
    protect("signatures", read=f"{MINE} or across()", write=MINE)
    # names and addresses, and what proves a mailbox, are for the two associations alone
    protect("participants", read=MINE, write=MINE)
    protect("challenges", read=MINE, write=MINE)
