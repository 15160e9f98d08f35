"""The second wall: row-level security and grants, the same in every service's database.

Three roles work on the tables of an owner: `app` sees what the association set for the
transaction may see, `worker` (consumers, timers) sees all rows, `relay` reads the history.
"""

from typing import Final

from alembic import op

FUNCTIONS: Final = (
    """
    create function me() returns text language sql stable as
      $$ select nullif(current_setting('talka.association', true), '') $$
    """,
    """
    create function across() returns boolean language sql stable as
      $$ select coalesce(current_setting('talka.across', true), '') = 'on' $$
    """,
)

GRANTS: Final = (
    "grant usage on schema public to {service}_app, {service}_worker, {service}_relay",
    "grant select, insert, update, delete on all tables in schema public to {service}_app",
    "grant select, insert, update, delete on all tables in schema public to {service}_worker",
    "grant usage, select on all sequences in schema public to {service}_app, {service}_worker",
    "grant execute on function relay_begin() to {service}_relay",
    "revoke update, delete on history from {service}_app, {service}_worker",
    "revoke all on relay_state, seals, promises from {service}_app",
    "revoke insert, update, delete on promises from {service}_worker",
    "grant select on history, history_position_seq to {service}_relay",
    "grant select, update on relay_state to {service}_relay",
    "grant select, insert on seals to {service}_relay",
    "grant select on relay_state, seals to {service}_worker",
    "grant usage, select on sequence seals_number_seq to {service}_relay",
)


def service_name() -> str:
    """The service whose database is being migrated: its roles carry the name."""
    config = op.get_context().config
    if config is None:
        raise RuntimeError("migrations run through services.chassis.migrations.migrate")
    name: str = config.attributes["service"]
    return name


def protect(table: str, *, read: str, write: str) -> None:
    """Put `table` behind row-level security, for the table's owner too.

    `read` and `write` are SQL conditions over its columns; `me()` is the association of the
    transaction (null when none was set, so that nothing is visible), `across()` whether the
    support office is reading, `vetted()` whether dual-use content may be seen. The worker role sees
    and writes all rows.
    """
    service = service_name()
    for statement in (
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy app_reads on {table} for select to {service}_app using ({read})",
        f"create policy app_adds on {table} for insert to {service}_app with check ({write})",
        f"create policy app_changes on {table} for update to {service}_app using ({write})",
        f"create policy app_removes on {table} for delete to {service}_app using ({write})",
        f"create policy worker on {table} to {service}_worker using (true) with check (true)",
        f"create policy owner on {table} to {service}_owner using (true) with check (true)",
    ):
        op.execute(statement)
