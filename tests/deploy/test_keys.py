"""Keys from the command line: shown once, listed by their first signs, revoked for good."""

import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from contracts.vocabulary import PersonNames, Role
from deploy.local import databases as provision
from deploy.local.databases import Addresses
from deploy.local.faults import Exit
from deploy.local.keyring import Keyring, write_private
from services.chassis import tenancy
from services.chassis.identity import SYSTEM
from services.chassis.keys import new_key, sha256_of
from services.registry.staff.commands import appoint_staff
from services.registry.staff.keys import ApiKey
from tests.deploy.command import talka
from tests.settings import Databases, sessions_of

SERVICE = "registry"


@dataclass(frozen=True)
class Talka:
    """An instance whose registry has a database of its own, and one person of a back office."""

    room: Path
    admin_url: str
    database: Addresses

    def __call__(
        self, *arguments: str, typed: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        environment = {"TALKA_ROOM": str(self.room), "DATABASE_URL": self.admin_url}
        return talka("keys", *arguments, typed=typed, **environment)

    async def kept(self, prefix: str) -> ApiKey:
        async with sessions_of(self.database.worker) as sessions, sessions() as session:
            [key] = await session.scalars(select(ApiKey))
            assert key.prefix == prefix
            return key


@pytest.fixture
async def instance(
    postgres: str,
    keyring: Keyring,
    databases: Databases,
    templates: dict[str, str],
    tmp_path: Path,
) -> AsyncIterator[Talka]:
    write_private(tmp_path / "secrets.json", json.dumps(asdict(keyring)))
    await databases(SERVICE)
    made = await provision.provide(postgres, SERVICE, keyring, template=templates[SERVICE])
    await appoint(made)
    yield Talka(tmp_path, postgres, made)
    await provision.remove(postgres, SERVICE)


async def appoint(database: Addresses) -> None:
    actor = replace(SYSTEM, association="UA")
    async with sessions_of(database.app) as sessions, sessions.begin() as session:
        await tenancy.enter(session, actor)
        await appoint_staff(
            session,
            actor,
            names=PersonNames(original="Олена Шевченко", latin="Olena Shevchenko"),
            mail="olena@ua.example",
            language="uk",
            zone="Europe/Kyiv",
            roles=frozenset({Role.BACK_OFFICE}),
            login="olena",
            from_day=date(2026, 1, 1),
            at=datetime.now(UTC),
        )


class TestIssue:
    async def test_prints_the_key_once_and_keeps_its_hash(self, instance: Talka) -> None:
        done = instance("issue", "--association", "ua", "--name", "our register", "-o", "json")

        assert done.returncode == Exit.DONE, done.stderr
        [made] = json.loads(done.stdout)
        key = await instance.kept(made["prefix"])
        assert key.sha256 == sha256_of(made["secret"])
        assert (key.association, key.scopes, key.services) == (
            "UA",
            ["declarations:write"],
            ["registry"],
        )
        assert made["secret"] not in done.stderr
        assert "Олена Шевченко answers for it" in done.stderr

    async def test_takes_scopes_services_owner_and_the_last_day(self, instance: Talka) -> None:
        done = instance(
            *("issue", "--association", "UA", "--name", "mirror", "--owner", "olena"),
            *("--scope", "streams:read", "--scope", "exports:read"),
            *("--service", "exchanges,analytics", "--expires", "2027-03-16"),
        )

        secret = done.stdout.splitlines()[-1]
        key = await instance.kept(secret[: len(new_key().prefix)])
        assert key.scopes == ["exports:read", "streams:read"]
        assert key.services == ["analytics", "exchanges"]
        assert key.expires_at == datetime(2027, 3, 17, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["--scope", "everything"], Exit.REFUSED, "TLK-R036  No scope is called everything"),
            (["--days", "400"], Exit.REFUSED, "TLK-R037"),
            (["--expires", "tomorrow"], Exit.WRONG_USE, "TLK-E108  tomorrow is no day"),
            (["--owner", "nobody"], Exit.REFUSED, "TLK-E107  nobody is not on the staff of UA"),
            (["--service", "registri"], Exit.WRONG_USE, "It is one of registry"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_says_what_is_wrong(
        self, instance: Talka, arguments: list[str], code: Exit, words: str
    ) -> None:
        done = instance("issue", "--association", "UA", "--name", "x", *arguments)

        assert (done.returncode, done.stdout) == (code, "")
        assert words in done.stderr

    def test_wants_somebody_who_answers(self, instance: Talka) -> None:
        done = instance("issue", "--association", "SK", "--name", "x")

        assert done.returncode == Exit.REFUSED
        assert "Nobody of the back office is on the staff of SK" in done.stderr


class TestList:
    def test_shows_first_signs_and_never_the_key(self, instance: Talka) -> None:
        secret = instance("issue", "--association", "UA", "--name", "x").stdout.split()[-1]

        done = instance("list", "-o", "json")

        [row] = json.loads(done.stdout)
        assert secret.startswith(row["prefix"])
        assert secret not in done.stdout
        assert (row["state"], row["owner"]) == ("active", "Олена Шевченко")

    def test_says_how_to_make_the_first(self, instance: Talka) -> None:
        done = instance("list")

        assert (done.returncode, done.stdout) == (Exit.DONE, "")
        assert "talka keys issue" in done.stderr


class TestRevoke:
    async def test_ends_it_for_good(self, instance: Talka) -> None:
        secret = instance("issue", "--association", "UA", "--name", "x").stdout.split()[-1]
        prefix = secret[: len(new_key().prefix)]

        done = instance("revoke", prefix, typed="revoke\n")

        assert done.returncode == Exit.DONE, done.stderr
        assert (await instance.kept(prefix)).revoked_at is not None
        again = instance("revoke", prefix, "--yes", "--expect", "1")
        assert again.returncode == Exit.REFUSED
        assert "TLK-R035" in again.stderr

    def test_says_that_there_is_none(self, instance: Talka) -> None:
        done = instance("revoke", "tlk_nobody", "--yes", "--expect", "1")

        assert done.returncode == Exit.REFUSED
        assert "TLK-R034  There is no key tlk_nobody" in done.stderr


class TestExplain:
    def test_says_what_a_code_means_wherever_it_is_told(self) -> None:
        refusal, failure, front_door = (
            talka("explain", code) for code in ("TLK-R036", "tlk-e021", "TLK-E011")
        )

        assert "ScopeUnknown" in refusal.stdout
        assert "is taken by" in failure.stdout
        assert "Python 3.11 or newer" in front_door.stdout

    def test_says_that_nothing_has_this_code(self) -> None:
        done = talka("explain", "TLK-Z999")

        assert (done.returncode, done.stdout) == (Exit.WRONG_USE, "")
        assert "TLK-E109" in done.stderr
