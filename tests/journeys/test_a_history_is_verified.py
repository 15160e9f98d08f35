"""An auditor has the histories verified: they are sound, until a row is changed behind the back."""

import asyncio
import re
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from tests.stage import Stage
from tests.talka import Talka

pytestmark = pytest.mark.journey

MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
SEALED = "select positions[1] from seals order by number limit 1"


async def forge(stage: Stage, actor: str) -> tuple[int, str]:
    """Write an actor into the first sealed row; gives its position, and who stood there."""
    admin = make_url(stage.talka.environment["DATABASE_URL"]).set(drivername="postgresql")
    address = admin.set(database="registry").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        position = await connection.fetchval(SEALED)
        former = await connection.fetchval(
            "select actor from history where position = $1", position
        )
        await connection.execute("alter table history disable trigger user")
        await connection.execute(
            "update history set actor = $1 where position = $2", actor, position
        )
        await connection.execute("alter table history enable trigger user")
    finally:
        await connection.close()
    return position, former


def test_d09_an_auditor_takes_a_history_away_and_verifies_it_apart(
    stage: Stage, tmp_path: Path
) -> None:
    # the operator exports the registry's history
    done = stage.talka("db", "export", "registry")
    assert done.returncode == 0, done.stderr
    taken = tmp_path / "registry.ndjson"
    taken.write_text(done.stdout, "utf-8")

    # no login and no mail of anybody is in it
    assert MAIL.findall(done.stdout) == []

    # elsewhere, without any Talka, it is verified
    apart = Talka(tmp_path / "elsewhere")
    verified = apart("db", "verify", "--file", str(taken))
    assert verified.returncode == 0, verified.stderr
    assert "rows are as they were written" in verified.stderr


def test_d09_a_changed_row_is_found_by_its_position(stage: Stage) -> None:
    # the demo's histories are as they were written
    sound = stage.talka("db", "verify")
    assert sound.returncode == 0, sound.stderr
    for service in ("registry", "exchanges", "notifications", "analytics"):
        assert service in sound.stdout + sound.stderr

    # somebody with the whole server in hand writes another actor into a row
    position, former = asyncio.run(forge(stage, "staff:somebody-else"))
    try:
        broken = stage.talka("db", "verify")
    finally:
        asyncio.run(forge(stage, former))

    # the verifier names service and position, and what to do
    assert broken.returncode != 0
    assert "TLK-E047" in broken.stderr
    assert f"registry: position {position}" in broken.stderr
    assert stage.talka("db", "verify").returncode == 0
