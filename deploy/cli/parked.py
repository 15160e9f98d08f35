"""`talka parked`: what a service set aside and why; tries it again, or lets it go with a reason."""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from deploy.cli.asking import ExpectOption, YesOption, confirm
from deploy.cli.databases import AdminUrl
from deploy.cli.output import Form, FormOption, put_rows
from deploy.cli.running import an_association, known_services, one_of
from deploy.cli.terminal import many, put, say
from deploy.local.faults import Exit, Fault

if TYPE_CHECKING:
    from deploy.cli.reach import Reach
    from deploy.cli.redriving import Found, Outcome
    from services.chassis.parked import Wanted

app = typer.Typer(
    help="Records that a service could not apply and set aside.", no_args_is_help=True
)

Services = Annotated[
    str, typer.Option("--service", help="Which services, by comma; all four if not told.")
]
ALL = "registry,exchanges,notifications,analytics"
Record = Annotated[str | None, typer.Argument(metavar="[ID]", help="One, by its id in the list.")]
Subject = Annotated[str | None, typer.Option(help="What is parked of this subject.")]
Everything = Annotated[bool, typer.Option("--all", help="All that stand first in the way.")]
Kinds = Annotated[str, typer.Option("--kind", help="undecodable, schema, handler, hole, behind")]
Topic = Annotated[str, typer.Option(help="Only from this topic.")]
Association = Annotated[str, typer.Option(help="Only of this association.")]
WIDTH = 90


@app.command("list")
def list_records(
    *,
    service: Services = ALL,
    kind: Kinds = "",
    topic: Topic = "",
    association: Association = "",
    database_url: AdminUrl = None,
    output: FormOption = Form.TABLE,
) -> None:
    """List what stands first in the way, oldest first, and how many later events wait behind it."""
    from deploy.cli import redriving  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415

    services, wanted = known_services(service), _wanted(kind, topic, association)
    found = asyncio.run(redriving.all_of(Reach.of(database_url), services, wanted))
    if found or output is not Form.TABLE:
        _put(found, output)
    if not found:
        say("Nothing is parked.")
        return
    say("Look at one, try it again, or let it go:")
    for act in ("show", "retry", "drop"):
        say(f"    talka parked {act} {found[0].head.id}")


@app.command()
def show(
    record: Annotated[str, typer.Argument(metavar="ID", help="Its id in the list.")],
    *,
    service: Services = ALL,
    database_url: AdminUrl = None,
) -> None:
    """Print one record: why it is parked, its envelope, and what may be shown of its data."""
    from deploy.cli import redriving  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415

    parked_id = _id(record)
    found, whole = asyncio.run(
        redriving.one_of(Reach.of(database_url), known_services(service), parked_id)
    )
    place = {"partition": whole.partition, "offset": whole.offset}
    document = found.row() | place | {"headers": dict(whole.headers), "data": whole.data}
    put(json.dumps(document, ensure_ascii=False, indent=2))


@app.command()
def retry(
    record: Record = None,
    *,
    service: Services = ALL,
    subject: Subject = None,
    everything: Everything = False,
    kind: Kinds = "",
    topic: Topic = "",
    association: Association = "",
    yes: YesOption = False,
    expect: ExpectOption = None,
    database_url: AdminUrl = None,
    output: FormOption = Form.TABLE,
) -> None:
    """Try records again, each with what waits behind it; --all tells the numbers and asks first.

    --kind, --topic and --association narrow --all.
    """
    from deploy.cli import redriving  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415

    only = _id(record) if record else None
    reach = Reach.of(database_url)
    narrow = (kind, topic, association)
    found = _chosen(reach, service, only, subject, everything=everything, narrow=narrow)
    able = [each for each in found if each.head.subject is not None or record]
    if len(able) < len(found):
        dead = many(len(found) - len(able), "record names", "records name")
        say(f"{dead} no subject and can only be dropped.")
    _tell("tries again", able)
    if everything:
        confirm("retry", count=len(able), yes=yes, expect=expect)
    _end(asyncio.run(redriving.retry(reach, able)), output)


@app.command()
def drop(
    record: Record = None,
    *,
    reason: Annotated[str, typer.Option(help="Why it can be left out; it is kept.")] = "",
    service: Services = ALL,
    subject: Subject = None,
    everything: Everything = False,
    yes: YesOption = False,
    expect: ExpectOption = None,
    database_url: AdminUrl = None,
    output: FormOption = Form.TABLE,
) -> None:
    """Let records go for good, with a reason that is kept; what waits behind them is applied."""
    from deploy.cli import redriving  # noqa: PLC0415
    from deploy.cli.reach import Reach  # noqa: PLC0415

    if not reason.strip():
        raise Fault(
            "TLK-E105",
            "A record is let go with a reason only.",
            "Say why it can be left out:",
            'talka parked drop … --reason "posted twice by mistake"',
            exit_code=Exit.WRONG_USE,
        )
    only = _id(record) if record else None
    reach = Reach.of(database_url)
    found = _chosen(reach, service, only, subject, everything=everything)
    _tell("lets go for good", found)
    confirm("drop", count=len(found), yes=yes, expect=expect)
    _end(asyncio.run(redriving.drop(reach, found, why=reason.strip())), output)


def _chosen(
    reach: "Reach",
    service: str,
    record: UUID | None,
    subject: str | None,
    *,
    everything: bool,
    narrow: tuple[str, str, str] = ("", "", ""),
) -> "Sequence[Found]":
    from deploy.cli import redriving  # noqa: PLC0415

    if sum((record is not None, subject is not None, everything)) != 1:
        raise Fault(
            "TLK-E106",
            "Say which records: one by its id, those of a subject, or all.",
            "For example, after a look at the list:",
            "talka parked list",
            "talka parked retry --all --service exchanges",
            exit_code=Exit.WRONG_USE,
        )
    services = known_services(service)
    if record is not None:
        return [asyncio.run(redriving.one_of(reach, services, record))[0]]
    wanted = _wanted(*narrow)
    found = asyncio.run(redriving.all_of(reach, services, wanted, subject=subject))
    if not found:
        say("Nothing of this is parked.")
        raise typer.Exit(Exit.DONE)
    return found


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Fault(
            "TLK-E119",
            f"{given!r} is no id of a parked record.",
            "Copy the whole id, 36 characters, from the list:",
            "talka parked list",
            exit_code=Exit.WRONG_USE,
        ) from None


def _tell(does: str, found: "Sequence[Found]") -> None:
    """The plan in numbers, a line for each service."""
    for service in dict.fromkeys(each.service for each in found):
        mine = [each for each in found if each.service == service]
        behind = sum(each.head.behind for each in mine)
        waiting = many(behind, "later event waits", "later events wait")
        say(f"{service}: {does} {many(len(mine), 'parked record')}; {waiting} behind.")


def _put(found: "Sequence[Found]", form: Form) -> None:
    from deploy.cli.redriving import COLUMNS  # noqa: PLC0415

    rows = [each.row() for each in found]
    if form is Form.TABLE:
        rows = [row | {"reason": " ".join(str(row["reason"]).split())[:WIDTH]} for row in rows]
    put_rows(rows, COLUMNS if form is not Form.TABLE else _for_people(COLUMNS), form)


def _for_people(columns: Sequence[str]) -> Sequence[str]:
    return [name for name in columns if name not in ("topic", "tried_at")]


def _end(outcomes: "Sequence[Outcome]", form: Form) -> None:
    """Print what became of each; the exit code says whether anything is still parked."""
    from deploy.cli.redriving import OUTCOME  # noqa: PLC0415

    put_rows([each.row() for each in outcomes], OUTCOME, form)
    left = [each for each in outcomes if each.still_parked]
    if left:
        still = "is" if len(left) == 1 else "are"
        say(f"{len(left)} of {len(outcomes)} {still} still in the way. See why:")
        say("    talka parked list")
        raise typer.Exit(Exit.PARTLY_DONE if len(left) < len(outcomes) else Exit.FAILED)


def _wanted(kind: str, topic: str, association: str) -> "Wanted":
    """Which records are meant.

    Raises:
        Fault: an option names what there is none of.
    """
    from deploy.kafka import topics  # noqa: PLC0415
    from services.chassis.parked import Wanted  # noqa: PLC0415
    from services.chassis.parking import Kind  # noqa: PLC0415

    if kind:
        one_of("--kind", kind, [each.value for each in Kind])
    if topic:
        topics.named(topic)
    if association:
        association = an_association(association)
    return Wanted(kind, topic, association)
