"""How complete each profile is, 0 to 100, to list and to export it."""

from alembic import op

revision = "registry_0015"
down_revision = "registry_0014"
branch_labels = None
depends_on = None

# what each field was worth when this column came; legal id, foundation and seat are always given
FILL = """
update clusters set completeness = 25
  + case when trim(profile -> 'names' ->> 'original') <> ''
      and trim(profile -> 'names' ->> 'en') <> '' then 10 else 0 end
  + case when profile ->> 'web' <> '' then 10 else 0 end
  + case when profile ->> 'ecosystem' <> '' then 10 else 0 end
  + case when (profile ->> 'staff_fte')::numeric > 0 then 5 else 0 end
  + case when jsonb_typeof(profile -> 'services') = 'object' then 10 else 0 end
  + case when jsonb_array_length(profile -> 'technologies') > 0 then 10 else 0 end
  + case when jsonb_array_length(profile -> 'languages') > 0 then 5 else 0 end
  + case when jsonb_array_length(profile -> 'nace') > 0 then 5 else 0 end
  + case when jsonb_array_length(profile -> 'partner_regions') > 0 then 5 else 0 end
  + case when jsonb_array_length(profile -> 's3_areas') > 0 then 5 else 0 end
"""


def upgrade() -> None:
    op.execute("alter table clusters add column completeness smallint not null default 0")
    op.execute(FILL)
    op.execute("alter table clusters alter column completeness drop default")
