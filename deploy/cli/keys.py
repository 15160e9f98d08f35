"""`talka keys`: keys with which systems of an association post and read. Each is shown once."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.asking import ExpectOption, YesOption, confirm
from deploy.cli.databases import AdminUrl
from deploy.cli.output import Form, FormOption, put_rows
from deploy.cli.running import an_association, known_services
from deploy.cli.terminal import say
from deploy.local.faults import Exit, Fault

if TYPE_CHECKING:
    from services.registry.staff.queries import KeyRow

app = typer.Typer(help="Keys for the systems of an association.", no_args_is_help=True)

Association = Annotated[str, typer.Option(help="Whose: CZ, LT, PL, RO, SK, UA.")]


@app.command()
def issue(
    *,
    association: Association,
    name: Annotated[str, typer.Option(help="Which system will use it.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What it may do, more than once; declarations:write if not told."),
    ] = None,
    service: Annotated[
        str, typer.Option("--service", help="Which services it opens, by comma.")
    ] = "registry",
    owner: Annotated[
        str | None, typer.Option(help="Who answers for it: login, mail or id of their staff.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How long it lives, at most 366.")] = 180,
    expires: Annotated[
        str | None, typer.Option(metavar="DAY", help="The last day it opens anything, in UTC.")
    ] = None,
    database_url: AdminUrl = None,
    output: FormOption = Form.TABLE,
) -> None:
    """Make a key and print it, this once; with -o json it is the field `secret`."""
    from deploy.cli import key_desk  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415
    from services.chassis import clock  # noqa: PLC0415

    whose = an_association(association)
    made, secret = asyncio.run(
        key_desk.issue(
            Reach.of(database_url),
            association=whose,
            name=name,
            owner=owner,
            scopes=scope or ["declarations:write"],
            services=known_services(service),
            expires_at=_end_of(expires) if expires else clock.now() + timedelta(days=days),
        )
    )
    row = key_desk.row(made) | {"secret": secret}
    put_rows([row], ("secret",) if output is Form.TABLE else tuple(row), output)
    _tell(made)


def _tell(made: "KeyRow") -> None:
    key = made.key
    say(
        f"{key.prefix}… opens {', '.join(key.services)} for {key.association} until"
        f" {key.expires_at:%Y-%m-%d %H:%M} UTC; {made.owner} answers for it."
        " It is not shown again."
    )


@app.command("list")
def list_keys(
    *,
    association: Annotated[str | None, typer.Option(help="Only of this association.")] = None,
    database_url: AdminUrl = None,
    output: FormOption = Form.TABLE,
) -> None:
    """List keys by their first signs, with what they open, for how long, and who answers."""
    from deploy.cli import key_desk  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415

    country = an_association(association) if association else None
    found = asyncio.run(key_desk.all_keys(Reach.of(database_url), country))
    if found or output is not Form.TABLE:
        put_rows([key_desk.row(each) for each in found], key_desk.COLUMNS, output)
    if not found:
        say("There are no keys. Make one:")
        say('    talka keys issue --association UA --name "our register"')


@app.command()
def revoke(
    keys: Annotated[
        list[str], typer.Argument(metavar="KEY...", help="Its first signs, or its id.")
    ],
    *,
    yes: YesOption = False,
    expect: ExpectOption = None,
    database_url: AdminUrl = None,
) -> None:
    """Let keys open nothing any more, in all services; this cannot be taken back."""
    from deploy.cli import key_desk  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415

    reach = Reach.of(database_url)
    found = asyncio.run(key_desk.chosen(reach, keys))
    for each in found:
        say(f"{each.key.prefix}  {each.key.association}  {each.key.name}  ({each.state})")
    say(f"The plan: {len(found)} revoked for good; what uses them stops.")
    confirm("revoke", count=len(found), yes=yes, expect=expect)
    asyncio.run(key_desk.revoke(reach, found))
    say("Done. Within a second nothing opens with them.")


def _end_of(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)
    except ValueError:
        raise Fault(
            "TLK-E108",
            f"{day} is no day.",
            "Write it like this:",
            "talka keys issue … --expires 2027-03-16",
            exit_code=Exit.WRONG_USE,
        ) from None
