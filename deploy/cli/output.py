"""Rows of data on standard output: a table for people, lines of JSON or CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from deploy.cli.terminal import put, table


class Form(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


FormOption = Annotated[Form, typer.Option("-o", "--output", help="The form of what is printed.")]


def put_rows(rows: Iterable[Mapping[str, object]], columns: Sequence[str], form: Form) -> None:
    """Print the columns of all rows; JSON keeps types, the other forms are text."""
    chosen = [{name: row.get(name) for name in columns} for row in rows]
    match form:
        case Form.TABLE:
            head = [name.replace("_", " ").capitalize() for name in columns]
            put(table(head, [[_text(value) for value in row.values()] for row in chosen]))
        case Form.JSON:
            put(json.dumps(chosen, ensure_ascii=False, indent=2))
        case Form.JSONL:
            for row in chosen:
                put(json.dumps(row, ensure_ascii=False))
        case Form.CSV:
            writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(chosen)


def _text(value: object) -> str:
    return "" if value is None else str(value)
