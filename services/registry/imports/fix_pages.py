"""The correction of bad rows on their page; who was slower than a colleague sees both values."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.http import PageActor, Transaction
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import see_other
from services.registry.imports import finding, showing, words
from services.registry.imports.correcting import (
    CorrectedMeanwhile,
    Correction,
    correct_rows,
)
from services.registry.imports.deciding import Choice
from services.registry.imports.headers import title
from services.registry.imports.model import Import

router = APIRouter(prefix="/registry/imports", include_in_schema=False)

PLACES: Final = 2  # of a cell: row and column


@router.post("/{key}/fix")
async def fix(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    given = {name: str(value) for name, value in (await request.form()).items()}
    corrections, choices = _typed(given)
    try:
        found = await correct_rows(
            session, actor, key=key, corrections=corrections, choices=choices, at=clock.now()
        )
    except CorrectedMeanwhile as refusal:
        found = await showing.mine(session, actor, key)
        return await _conflict(
            request, session, found, refusal, corrections=corrections, choices=choices
        )
    return see_other(f"/registry/imports/{found.number}")


def _typed(given: Mapping[str, str]) -> tuple[list[Correction], dict[int, Choice]]:
    """What the form asks for: typed cells, a name that was offered, choices about duplicates."""
    offered = dict(
        each.split("=", 1) for name, each in given.items() if name == "use" and "=" in each
    )
    corrections = []
    choices = {}
    for name, value in given.items():
        kind, *places = name.split("/")
        if not all(each.isdecimal() for each in places):
            continue
        at = "/".join(places)
        if kind == "cell" and len(places) == PLACES:
            row, column = map(int, places)
            everywhere = at in offered or f"same/{at}" in given
            typed = offered.get(at, value)
            corrections.append(Correction(row, column, typed, everywhere, given.get(f"was/{at}")))
        elif kind == "choice" and places and value in set(Choice):
            choices[int(places[0])] = Choice(value)
    return corrections, choices


async def _conflict(
    request: Request,
    session: AsyncSession,
    found: Import,
    refusal: CorrectedMeanwhile,
    *,
    corrections: list[Correction],
    choices: Mapping[int, Choice],
) -> Response:
    """Both values of each cell that a colleague corrected, and all that was typed beside them."""
    t: Translator = request.state.t
    mine = [each for each in corrections if each.value != each.seen]
    rows = await finding.rows_by_number(session, found, {each.row for each in mine})
    return showing.step(
        request,
        "imports/conflict.html",
        found,
        status=refusal.status,
        busy=refusal.busy,
        cells=[_both(found, refusal, each, t) for each in mine if each.row in rows],
        chosen=[
            (row, t.word(words.CHOICES[choices[row]]), t.word(words.CHOICES[other]))
            for row, other in refusal.choices.items()
        ],
        choices={row: each for row, each in choices.items() if row not in refusal.choices},
    )


def _both(
    found: Import, refusal: CorrectedMeanwhile, mine: Correction, t: Translator
) -> dict[str, Any]:
    """One cell with what was typed, and what a colleague wrote there; None where nobody did."""
    fields = {at: name for name, at in finding.matched_of(found).items()}
    name = fields.get(mine.column)
    label = title(name, t.language, found.kind) if name else t.gettext("Column")
    now = refusal.cells.get((mine.row, mine.column))
    return {
        "at": f"{mine.row}/{mine.column}",
        "label": f"{t.gettext('Row %(row)s') % {'row': mine.row}} · {label}",
        "mine": mine.value,
        "theirs": now,
        "was": mine.seen if now is None else now,
        "everywhere": mine.everywhere,
    }
