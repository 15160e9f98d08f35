"""The `talka` command: its subcommands, and how a failure is told.

Importing this loads nothing but typer: commands import what they need when they run.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError  # typer does not name them

from deploy.cli import (
    checks,
    contracts,
    databases,
    declare,
    emit,
    explain,
    importing,
    keys,
    parked,
    running,
    tail,
    topics,
    usage,
)
from deploy.cli.terminal import tell
from deploy.local.faults import Exit, Fault

app = typer.Typer(
    name="talka",
    help="One register of clusters, exchange visits, and the figures: runs, looks, mends.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(running.up)
app.command()(running.down)
app.command()(running.status)
app.command()(running.serve)
app.add_typer(topics.app, name="topics")
app.add_typer(databases.app, name="db")
app.add_typer(contracts.app, name="contracts")
app.command()(tail.tail)
app.command()(emit.emit)
app.command()(declare.declare)
app.command("import")(importing.import_file)
app.add_typer(parked.app, name="parked")
app.add_typer(keys.app, name="keys")
app.command()(explain.explain)
app.command(context_settings=checks.HANDED_ON)(checks.test)
app.command()(checks.check)
app.command()(running.version)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; a foreseen failure is one sentence, its repair, and an exit code."""
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        raise SystemExit(app(typed, prog_name="talka", standalone_mode=False))
    except NoArgsIsHelpError as helped:
        helped.show()
        raise SystemExit(Exit.WRONG_USE) from None
    except UsageError as refused:
        _end_with(usage.fault_of(refused, typed))
    except Fault as fault:
        _end_with(fault)
    except typer.Abort:
        raise SystemExit(Exit.INTERRUPTED) from None


def _end_with(fault: Fault) -> NoReturn:
    tell(fault)
    raise SystemExit(fault.exit_code) from None
