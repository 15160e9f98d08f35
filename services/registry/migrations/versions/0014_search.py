"""Columns to search clusters by: regions by both bases, technologies."""

from alembic import op
from sqlalchemy import text

from contracts.reference import oblasts

revision = "registry_0014"
down_revision = "registry_0013"
branch_labels = None
depends_on = None

# codes of KATOTTG are kept under the region of the first level that they lie in
KEY = """
update clusters set {name} = coalesce(
  (select iso from (values {oblasts}) as known (beginning, iso)
    where {place} -> 'region' ->> 'scheme' = 'katottg'
      and left({place} -> 'region' ->> 'code', 4) = beginning),
  {place} -> 'region' ->> 'code')
"""
PLACES = {
    "seat_region": "(profile -> 'seat')",
    "operating_region": (
        "(coalesce(nullif(profile -> 'operating_place', 'null'), profile -> 'seat'))"
    ),
}


def upgrade() -> None:
    known = ", ".join(f"('{each.katottg[:4]}', '{each.iso}')" for each in oblasts().values())
    op.execute("alter table clusters add column technologies text[] not null default '{}'")
    op.execute(
        "update clusters set technologies ="
        " array(select jsonb_array_elements_text(profile -> 'technologies'))"
    )
    for name, place in PLACES.items():
        op.execute(f"alter table clusters add column {name} text not null default ''")
        op.execute(text(KEY.format(name=name, place=place, oblasts=known)))
        op.execute(f"alter table clusters alter column {name} drop default")
    op.execute("alter table clusters alter column technologies drop default")
    op.execute("create index clusters_seat_region on clusters (seat_region text_pattern_ops)")
    op.execute(
        "create index clusters_operating_region on clusters (operating_region text_pattern_ops)"
    )
    op.execute("create index clusters_technologies on clusters using gin (technologies)")
