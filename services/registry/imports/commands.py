"""What back offices do with an import: start it, match its columns, correct, confirm, undo."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from services.chassis import history
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.finding import cluster_of
from services.registry.imports import finding
from services.registry.imports.fields import Kind, fields_of, lacking, schemes_of
from services.registry.imports.looking import look
from services.registry.imports.matching import nearest
from services.registry.imports.model import Habit, Import, ImportRow
from services.registry.imports.reading import ENCODINGS
from services.registry.imports.refusals import (
    BadRowsLeft,
    ColumnsMissing,
    ImportChanged,
    ListForgotten,
    NothingToSave,
)
from services.registry.imports.states import OVER, State

CORRECT: Final = mark("please correct the fields named below")
NO_FILE: Final = mark("Choose the file with your rows.")
NEEDED: Final = mark("Choose the column with this; every row needs it.")
NO_CONSENT: Final = mark(
    "Choose the column with the version of the text that each person agreed to, or state one"
    " version for the whole list."
)
NEAR: Final = mark("Choose the column with this; every row needs it. It may be “{column}”.")
SEPARATORS: Final = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class _List:
    """A file with what it is about."""

    kind: Kind
    cluster: tuple[UUID, str] | None
    name: str
    file: bytes


async def start_import(
    session: AsyncSession,
    actor: Actor,
    *,
    kind: Kind,
    cluster: str | None,
    file_name: str,
    file: bytes,
    at: datetime,
) -> Import:
    """Take a file; a second time within a day, give the import under way or done with it.

    Raises:
        NotAllowed: the actor does not work for the back office.
        FileRefused: at the first look already.
        ClusterNotFound: the list is said to be about a cluster that is not there.
    """
    actor.must_be(BACK_OFFICE)
    look(file)
    about = None
    if cluster:
        found = await cluster_of(session, actor, cluster)
        actor.must_be(BACK_OFFICE, of=found.association)
        about = (found.id, found.number)
    digest = hashlib.sha256(file).digest()
    same = await finding.same_file(
        session, actor, kind=kind, cluster=about[1] if about else None, digest=digest
    )
    if same is not None:
        return same
    list_ = _List(kind, about, file_name[:200] or "list", file)
    return await _started(session, actor, list_, at=at)


async def import_again(session: AsyncSession, actor: Actor, *, key: str, at: datetime) -> Import:
    """Take the file of an import that is over once more; gives one that is under way with it.

    Raises:
        ListForgotten: a day has passed since.
        WrongImportState: it is not over yet.
    """
    found = await _own(session, actor, key)
    found.must_be(*OVER)
    same = await finding.same_file(
        session,
        actor,
        kind=found.kind,
        cluster=found.cluster_number,
        digest=found.digest,
        only_open=True,
    )
    if same is not None:
        return same
    file = await session.scalar(select(Import.file).where(Import.id == found.id))
    if not file:
        raise ListForgotten
    about = None
    if found.cluster_id is not None and found.cluster_number is not None:
        about = (found.cluster_id, found.cluster_number)
    list_ = _List(found.kind, about, found.file_name, file)
    return await _started(session, actor, list_, at=at)


async def _started(session: AsyncSession, actor: Actor, list_: _List, *, at: datetime) -> Import:
    started, event = Import.start(
        import_id=uuid7(),
        association=actor.association,
        number=await finding.next_number(session),
        kind=list_.kind,
        cluster=list_.cluster,
        file_name=list_.name,
        file=list_.file,
        digest=hashlib.sha256(list_.file).digest(),
        dual_use=actor.is_vetted,  # until its rows are known
        by=actor.id,
        at=at,
    )
    session.add(started)
    await history.record(session, event, actor=actor)
    return started


async def read_again(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    encoding: str,
    separator: str,
    sheet: str,
    at: datetime,
) -> Import:
    """Let the file be read another way.

    Raises:
        WrongImportState: its columns are not waiting.
    """
    found = await _own(session, actor, key)
    found.read_again(
        encoding=encoding if encoding in ENCODINGS else "",
        separator=separator if separator in SEPARATORS else "",
        sheet=sheet if sheet in found.sheets else "",
        at=at,
    )
    return found


async def match_columns(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    matched: Mapping[str, int],
    consent: str | None = None,
    at: datetime,
) -> Import:
    """Say which column holds which field, remember it, and let the rows be judged.

    `consent` is the version of the text that all people of the list agreed to; it is for this
    list, and not remembered.

    Raises:
        ColumnsMissing: a field that every row needs has none.
        WrongImportState: rows are being judged or saved.
    """
    found = await _own(session, actor, key)
    known = {field.name for field in fields_of(found.kind, found.association)}
    width = len(found.columns)
    sound = {name: at for name, at in matched.items() if name in known and 0 <= at < width}
    stated = {"cluster": found.cluster_number, "consent": consent}
    given = {*sound, *(name for name, value in stated.items() if value)}
    missing = lacking(found.kind, found.association, given)
    if missing:
        raise ColumnsMissing(CORRECT, _lacking(found, sound, missing))
    found.match(sound, consent=consent, at=at)
    await session.execute(
        update(ImportRow).where(ImportRow.import_id == found.id).values(decided=None)
    )  # what the rows say may be something else by now
    habit = insert(Habit).values(
        association=found.association,
        kind=found.kind,
        cluster_number=found.cluster_number or "",
        columns_key=finding.key_of(found.columns),
        matched=sound,
    )
    keys = [column.name for column in Habit.__table__.primary_key]
    await session.execute(
        habit.on_conflict_do_update(index_elements=keys, set_={"matched": habit.excluded.matched})
    )
    return found


async def match_again(session: AsyncSession, actor: Actor, *, key: str, at: datetime) -> Import:
    """Go back to the columns; what was corrected stays."""
    found = await _own(session, actor, key)
    found.match_again(at=at)
    return found


async def confirm_import(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    only_good: bool,
    lock: int | None = None,
    at: datetime,
) -> Import:
    """Let the good rows be saved, as they were seen at `lock`.

    Raises:
        ImportChanged: somebody corrected or decided something since.
        BadRowsLeft: all were to be saved, and some are bad.
        NothingToSave: no row would change anything.
        WrongImportState: its rows are not waiting.
    """
    found = await _own(session, actor, key)
    found.must_be(State.WAITING)
    if lock not in {None, found.lock}:
        raise ImportChanged
    if found.bad and not only_good:
        raise BadRowsLeft(found.bad)
    if not found.ready:
        raise NothingToSave
    found.save(by=actor.id, at=at)
    return found


async def cancel_import(session: AsyncSession, actor: Actor, *, key: str, at: datetime) -> Import:
    """Discard an import of which nothing is saved yet.

    Raises:
        WrongImportState: it is being saved, or has ended.
    """
    found = await _own(session, actor, key)
    await history.record(session, found.cancel(at=at), actor=actor)
    return found


async def undo_import(
    session: AsyncSession, actor: Actor, *, key: str, reason: str, at: datetime
) -> Import:
    """Let everything that was saved be taken back, as far as nobody changed it since.

    Raises:
        TooLateToUndo: more than a day ago.
        WrongImportState: it is not done.
    """
    found = await _own(session, actor, key)
    found.undo(by=actor.id, reason=reason, at=at)
    return found


def _lacking(found: Import, matched: Mapping[str, int], missing: Sequence[str]) -> list[Fault]:
    """A fault for each field without a column; it names the one that is called most alike."""
    near = nearest(found.columns, finding.listing_of(found), matched)
    schemes = [near[scheme] for scheme in schemes_of(found.association) if scheme in near]
    faults = []
    for name in missing:
        at = schemes[0] if name == "legal_id" and schemes else near.get(name)
        text = NO_CONSENT if name == "consent" else NEEDED if at is None else NEAR
        values = {} if at is None else {"column": found.columns[at]}
        faults.append(Fault(f"/match/{name}", "TLK-D001", text, values=values))
    return faults


async def _own(session: AsyncSession, actor: Actor, key: str) -> Import:
    actor.must_be(BACK_OFFICE)
    return await finding.import_of(session, actor, key, for_update=True)
