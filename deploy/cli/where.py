"""Conditions of `talka tail --where`: a small, safe part of Python's expressions.

Names are fields of the event's data, dotted for values inside, or attributes of its envelope
(`type`, `subject`, `association`, `actor`, …); data come first.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from deploy.local.faults import Exit, Fault

Condition = Callable[[Mapping[str, Any]], bool]

_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda part, whole: part in whole,
    ast.NotIn: lambda part, whole: part not in whole,
}


def condition(text: str) -> Condition:
    """Whether a document in structured mode fulfils `text`; a field that is absent is None.

    Raises:
        Fault: the text is no condition.
    """
    try:
        tree = ast.parse(text, mode="eval").body
        _check(tree)
    except (SyntaxError, _NotAllowed) as fault:
        raise Fault(
            "TLK-E083",
            f"Not a condition: {text!r} ({fault}).",
            "Compare fields with values, joined by and, or, not:",
            'talka tail --where \'host_association == "SK" and state in ("ready", "ended")\'',
            exit_code=Exit.WRONG_USE,
        ) from None
    return lambda document: bool(_value(tree, document))


class _NotAllowed(Exception):
    pass


def _check(node: ast.expr) -> None:
    match node:
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                _check(part)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=part) | ast.Attribute(value=part):
            _check(part)
        case ast.Compare(left=left, ops=operators, comparators=others):
            for part in (left, *others):
                _check(part)
            if not all(type(each) in _COMPARISONS for each in operators):
                raise _NotAllowed("compare with == != < <= > >= in, not in")
        case ast.Name() | ast.Constant():
            pass
        case _:
            raise _NotAllowed(f"{ast.unparse(node)} is not allowed here")


def _value(node: ast.expr, document: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            data = document.get("data") or {}
            return data[name] if name in data else _CONSTANTS.get(name, document.get(name))
        case ast.Attribute(value=above, attr=name):
            found = _value(above, document)
            return found.get(name) if isinstance(found, Mapping) else None
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [_value(part, document) for part in parts]
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return -_value(part, document)
        case _:
            return _truth(node, document)


def _truth(node: ast.expr, document: Mapping[str, Any]) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_value(part, document) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_value(part, document) for part in parts)
        case ast.UnaryOp(operand=part):
            return not _value(part, document)
        case ast.Compare(left=left, ops=operators, comparators=others):
            return _holds([_value(part, document) for part in (left, *others)], operators)
        case _:
            raise AssertionError(f"{ast.dump(node)} was checked")


_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def _holds(values: list[Any], operators: list[ast.cmpop]) -> bool:
    """A chain of comparisons; values that cannot be compared are not alike."""
    try:
        return all(
            _COMPARISONS[type(each)](left, right)
            for left, each, right in zip(values, operators, values[1:], strict=False)
        )
    except TypeError:
        return False
