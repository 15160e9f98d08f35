"""Ask for the holders of many legal ids at once, so that declarations are taken in groups."""

from alembic import op

revision = "registry_0007"
down_revision = "registry_0006"
branch_labels = None
depends_on = None

LEGAL_IDS_TAKEN = """
create function legal_ids_taken(schemes text[], vals text[])
  returns table (scheme text, value text, id uuid) language plpgsql volatile security definer as $$
begin
  -- in one order, so that two groups never wait for each other
  perform pg_advisory_xact_lock(asked.lock) from (
    select distinct hashtext(s || ' ' || v) as lock from unnest(schemes, vals) as a (s, v)
    order by lock) as asked;
  return query
    select clusters.legal_scheme, clusters.legal_value, clusters.id
    from unnest(schemes, vals) as a (s, v)
    join clusters on clusters.legal_scheme = a.s and clusters.legal_value = a.v
    where clusters.state not in ('withdrawn', 'archived');
end $$
"""


def upgrade() -> None:
    op.execute(LEGAL_IDS_TAKEN)
