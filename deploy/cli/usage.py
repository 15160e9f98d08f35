"""What is typed wrongly: from typer's refusal to a fault with a code and what to type instead."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from itertools import takewhile
from typing import Any, Final

from typer import BadParameter
from typer._click.exceptions import (  # typer does not name them
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperArgument, TyperGroup

from deploy.local.faults import Exit, Fault

UNKNOWN_COMMAND: Final = re.compile("No such command '(.*?)'")
# the beginning of pydantic's error type → what is needed; of others typer says it well
NEEDED: Final[dict[str, str]] = {
    "int_": "Give a whole number.",
    "float_": "Give a number.",
    "bool_": "Give true or false.",
    "greater_than_equal": "Give {ge} or more.",
    "less_than_equal": "Give {le} or less.",
}


def fault_of(refused: UsageError, typed: Sequence[str]) -> Fault:
    """What is wrong with the line `talka typed…`, and what to type to see how it is right."""
    here = refused.ctx.command_path if refused.ctx else _beginning(typed)
    match refused:
        case MissingParameter():
            return _fault("TLK-E123", f"{here} needs {_name(refused)}.", here)
        case BadParameter():
            return _fault("TLK-E124", f"{_name(refused)}: {_why(refused)}", here)
        case NoSuchOption(option_name=name, possibilities=near):
            advice = f"Perhaps it is {' or '.join(sorted(near))}. " if near else ""
            return _fault("TLK-E122", f"{here} has no option {name}.", here, advice)
        case _ if unknown := UNKNOWN_COMMAND.search(refused.message):
            group = refused.ctx and refused.ctx.command
            known = group.commands if isinstance(group, TyperGroup) else ()
            return _no_command(unknown[1], known, here)
        case _:
            return _fault("TLK-E125", f"{here}: {_sentence(refused.message)}", here)


def _fault(code: str, what: str, here: str, advice: str = "") -> Fault:
    return Fault(
        code,
        what,
        f"{advice}See how it is written:",
        f"{here} --help",
        exit_code=Exit.WRONG_USE,
    )


def _beginning(typed: Sequence[str]) -> str:
    """The command as far as its words stand in front; a broken option does not say whose it is."""
    return " ".join(["talka", *takewhile(str.isalpha, typed)])


def _no_command(unknown: str, known: Collection[str], here: str) -> Fault:
    near = get_close_matches(unknown, known, n=2)
    return Fault(
        "TLK-E121",
        f"There is no command {here} {unknown}.",
        "Perhaps you mean one of these:" if near else "See which there are:",
        *(f"{here} {name}" for name in near),
        f"{here} --help",
        exit_code=Exit.WRONG_USE,
    )


def _name(refused: BadParameter) -> str:
    """The option, and the variable that can stand for it; an argument as help writes it."""
    param = refused.param
    if param is None:
        return "A value"
    if isinstance(param, TyperArgument):
        return (param.metavar or param.name or "").strip("[].")
    name = max(param.opts, key=len)
    return f"{name} (or {param.envvar})" if param.envvar else name


def _why(refused: BadParameter) -> str:
    by_pydantic: list[Mapping[str, Any]] = getattr(refused.__cause__, "errors", list)()
    found = by_pydantic[0] if by_pydantic else {}
    for beginning, sentence in NEEDED.items():
        if str(found.get("type", "")).startswith(beginning):
            return sentence.format_map(found.get("ctx", {}))
    return _sentence(refused.message.removeprefix("Value error, "))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
