"""Draft what is to be agreed, and bind the four parties to it, one by one."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import CommitmentPart, Party, VisitState
from services.chassis import history, links
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.exchanges.commitments.challenges import Challenge
from services.exchanges.commitments.model import Commitment
from services.exchanges.commitments.queries import commitment_of, open_challenges
from services.exchanges.commitments.refusals import (
    CodeSpent,
    NotAParty,
    NothingToSign,
    TooManyCodes,
)
from services.exchanges.copies.queries import associations
from services.exchanges.participants.model import Participant
from services.exchanges.participants.queries import participants_of
from services.exchanges.visits.access import must_coordinate, sides_of, visit_of
from services.exchanges.visits.agreement import NO_MOVES, text_of
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import Times, VisitSession
from services.exchanges.visits.states import HOST_PARTIES, VISITOR_PARTIES

SIGNABLE: Final = frozenset({VisitState.BUILDING, VisitState.RESCHEDULING})
CODES_AT_ONCE: Final = 5

NOT_SIGNED_NOW: Final = mark("{number} is {state}: its text is neither changed nor signed now")


async def draft_commitment(
    session: AsyncSession, actor: Actor, *, key: str, goals: Mapping[str, str], at: datetime
) -> Commitment:
    """Put the text to sign in place, or other goals into it, and ask both organisations to sign.

    Raises:
        WrongVisitState: the visit is agreed or over.
        NothingChanged: the text with these goals stands already.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, sides_of(visit))
    visit.must_be({VisitState.BUILDING}, NOT_SIGNED_NOW)
    commitment = await commitment_of(session, visit.id)
    text = text_of(visit, goals=goals)
    if commitment is None:
        commitment, drafted = Commitment.draft(
            text,
            visit_id=visit.id,
            visitor_association=visit.visitor_association,
            host_association=visit.host_association,
            at=at,
        )
        session.add(commitment)
        await history.record(session, drafted, actor=actor)
        await _request_signatures(session, actor, commitment, frozenset(Party), at=at)
    else:
        visit.reopen(commitment.reopened_by(text))
        revised = commitment.revise(text, at=at)
        await history.record(session, revised, actor=actor)
        await _request_signatures(session, actor, commitment, revised.signatures_reopened, at=at)
    return commitment


def reopened_by(
    commitment: Commitment | None,
    visit: Visit,
    *,
    sessions: Iterable[VisitSession] | None = None,
    moves: Mapping[UUID, Times] = NO_MOVES,
) -> frozenset[Party]:
    """Whose signatures would fall with this programme."""
    if commitment is None:
        return frozenset()
    goals = commitment.parts[CommitmentPart.GOALS]
    return commitment.reopened_by(text_of(visit, goals=goals, sessions=sessions, moves=moves))


async def revise(
    session: AsyncSession,
    actor: Actor,
    visit: Visit,
    commitment: Commitment | None,
    *,
    at: datetime,
) -> None:
    """Bring a drafted text up to the programme, and ask again whose signatures fell."""
    if commitment is None:
        return
    text = text_of(visit, goals=commitment.parts[CommitmentPart.GOALS])
    revised = commitment.revise(text, at=at)
    await history.record(session, revised, actor=actor)
    await _request_signatures(session, actor, commitment, revised.signatures_reopened, at=at)


async def sign_as_association(
    session: AsyncSession, actor: Actor, *, key: str, party: Party, shown_hash: str, at: datetime
) -> Visit:
    """Bind the visiting or the host association to the text its coordinator was shown.

    Raises:
        NotAParty: only VOP and HOP are signed for by coordinators.
        NothingToSign: no text was drafted.
        TextChanged: the text that was shown is not the one that stands.
        SignedAlready: the association's signature stands.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    if party not in (Party.VOP, Party.HOP):
        raise NotAParty(mark("the organisations sign through the link they were sent"))
    visitor, host = sides_of(visit)
    must_coordinate(actor, {visitor if party is Party.VOP else host})
    commitment = await _to_sign(session, visit)
    await _bind(session, actor, visit, commitment, party, shown_hash=shown_hash, at=at)
    return visit


async def request_code(
    session: AsyncSession, actor: Actor, *, participant: Participant, at: datetime
) -> Challenge:
    """Send a one-time code to the mailbox of somebody who is about to sign.

    Raises:
        NotAParty: the person signs for nobody.
        NothingToSign: no text was drafted.
        TooManyCodes: five codes are on their way already.
    """
    visit = await visit_of(session, actor, str(participant.visit_id), for_update=True)
    commitment = await _to_sign(session, visit)
    if await open_challenges(session, participant.id, at=at) >= CODES_AT_ONCE:
        raise TooManyCodes(mark("you asked for many codes; wait 15 minutes and ask again"))
    challenge, event = Challenge.ask(
        commitment, participant_id=participant.id, party=_party(participant), at=at
    )
    session.add(challenge)
    await history.record(session, event, actor=actor)
    return challenge


async def sign_by_code(
    session: AsyncSession,
    actor: Actor,
    *,
    participant: Participant,
    challenge_id: UUID,
    code: str,
    shown_hash: str,
    link_key: SecretStr,
    at: datetime,
) -> bool:
    """Bind an organisation to the text its contact was shown. False: the code is wrong.

    A wrong code is counted, so the transaction is to be committed all the same.

    Raises:
        CodeSpent: the code is used, too old, or was tried too often.
        TextChanged: the text that was shown is not the one that stands.
        SignedAlready: the organisation's signature stands.
    """
    visit = await visit_of(session, actor, str(participant.visit_id), for_update=True)
    challenge = await session.get(Challenge, challenge_id, with_for_update=True)
    if challenge is None or challenge.participant_id != participant.id:
        raise CodeSpent(mark("this code is no longer valid; ask for a new one"))
    commitment = await _to_sign(session, visit)
    expected = links.code(link_key, challenge.id)
    if not challenge.answer(code, expected=expected, at=at):
        return False
    party = _party(participant)
    await _bind(session, actor, visit, commitment, party, shown_hash=shown_hash, at=at)
    return True


async def _to_sign(session: AsyncSession, visit: Visit) -> Commitment:
    visit.must_be(SIGNABLE, NOT_SIGNED_NOW)
    commitment = await commitment_of(session, visit.id)
    if commitment is None:
        raise NothingToSign(mark("there is no text to sign yet; a coordinator drafts it first"))
    return commitment


async def _bind(
    session: AsyncSession,
    actor: Actor,
    visit: Visit,
    commitment: Commitment,
    party: Party,
    *,
    shown_hash: str,
    at: datetime,
) -> None:
    signed = commitment.sign(party, shown_hash=shown_hash, signer=actor.id, at=at)
    await history.record(session, signed, actor=actor)
    if party in VISITOR_PARTIES and commitment.signed_by >= VISITOR_PARTIES:
        await history.record(session, visit.sign_visitor_side(party, at=at), actor=actor)
    if party in HOST_PARTIES and commitment.signed_by >= HOST_PARTIES:
        await history.record(session, visit.sign_host_side(party, at=at), actor=actor)
    if commitment.signed_by == set(Party):
        await history.record(session, commitment.complete(at=at), actor=actor)
        known = await associations(session)
        committed = visit.commit(
            commitment_id=commitment.id,
            signed_hash=commitment.hash,
            visitor_zone=known[visit.visitor_association].zone,
            at=at,
        )
        await history.record(session, committed, actor=actor)


async def _request_signatures(
    session: AsyncSession,
    actor: Actor,
    commitment: Commitment,
    parties: Collection[Party],
    *,
    at: datetime,
) -> None:
    for participant in (await participants_of(session, commitment.visit_id)).values():
        if participant.party in parties:
            event = commitment.request_signature(
                _party(participant),
                participant_id=participant.id,
                link_id=participant.link_id,
                at=at,
            )
            await history.record(session, event, actor=actor)


def _party(participant: Participant) -> Party:
    if participant.party is None:
        raise NotAParty(mark("a delegate signs nothing; the contacts of the organisations do"))
    return participant.party
