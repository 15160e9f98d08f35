"""What of a visit is signed: its programme and parties as the text of the commitment."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from contracts.vocabulary import CommitmentPart, Party
from services.exchanges.commitments.text import Text
from services.exchanges.visits.record import VisitRecord
from services.exchanges.visits.sessions import Times, VisitSession

Goals = Mapping[str, str]
NO_MOVES: Mapping[UUID, Times] = {}


def text_of(
    visit: VisitRecord,
    *,
    goals: Goals,
    sessions: Iterable[VisitSession] | None = None,
    moves: Mapping[UUID, Times] = NO_MOVES,
) -> Text:
    """The text to sign for the programme as it stands, or as it would be.

    `sessions` takes the place of the present programme; `moves` are other times by session.
    """
    programme = visit.programme if sessions is None else list(sessions)
    planned = [(session, moves.get(session.id, session.times)) for session in programme]
    planned.sort(key=lambda item: (item[1].starts.instant, item[0].id))
    days = [times.starts.wall.date().isoformat() for _, times in planned]
    return {
        CommitmentPart.GOALS: dict(goals),
        CommitmentPart.PARTIES: {
            Party.VO.value: str(visit.visiting_organisation_id),
            Party.VOP.value: visit.visitor_association,
            Party.HO.value: str(visit.host_organisation_id),
            Party.HOP.value: visit.host_association,
        },
        CommitmentPart.SPAN: {
            "first_day": min(days),
            "last_day": max(days),
            "modes": sorted({session.mode.value for session, _ in planned}),
        },
        CommitmentPart.AGENDA: [_item(session, times) for session, times in planned],
    }


def _item(session: VisitSession, times: Times) -> dict[str, Any]:
    return {
        "session": str(session.id),
        "title": session.title,
        "kind": session.kind.value,
        "mode": session.mode.value,
        "place": session.place_facts,
        "zone": times.starts.zone,
        "starts": times.starts.wall.isoformat(timespec="minutes"),
        "ends": times.ends.wall.isoformat(timespec="minutes"),
    }
