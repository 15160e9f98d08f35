"""Signing on a real database: four signatures over one text, codes by mail."""

from datetime import timedelta

import pytest

from contracts import commitments as papers
from contracts import exchanges as facts
from contracts.vocabulary import (
    ParticipantRole,
    Party,
    VisitorSide,
    VisitState,
)
from services.chassis import links
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.identity import Actor
from services.exchanges.commitments.challenges import ATTEMPTS, VALID, Challenge
from services.exchanges.commitments.queries import commitment_of
from services.exchanges.commitments.refusals import (
    CodeSpent,
    NotAParty,
    NothingToSign,
    SignedAlready,
    TooManyCodes,
)
from services.exchanges.visits.commands import agreeing
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import (
    LVIV_CLUSTER,
    NOON,
)
from tests.exchanges.stories import (
    LINK_KEY,
    ZUZANA,
    again,
    committed,
    contact_of,
    drafted,
    facts_of,
    planned,
    signed,
    stated,
)

pytestmark = pytest.mark.usefixtures("copies")


class TestSign:
    async def test_x04_four_signatures_commit(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await committed(sessions, visit)

        assert (await stated(sessions, visit.id))[-3:] == [
            "VisitorSideSigned",
            "HostSideSigned",
            "VisitCommitted",
        ]
        async with sessions.begin() as session:
            paper = await commitment_of(session, visit.id)
        assert paper is not None
        assert await stated(sessions, paper.id) == [
            "CommitmentDrafted",
            "SignatureRequested",
            "SignatureRequested",
            "SignatureCodeRequested",
            "CommitmentSigned",
            "CommitmentSigned",
            "SignatureCodeRequested",
            "CommitmentSigned",
            "CommitmentSigned",
            "CommitmentCompleted",
        ]
        event = (await facts_of(sessions, visit.id))[-1]
        assert isinstance(event, facts.VisitCommitted)
        assert (event.hash, event.state) == (paper.hash, VisitState.COMMITTED)
        assert event.beneficiaries == (LVIV_CLUSTER,)

    async def test_each_association_signs_for_itself(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        paper = await drafted(sessions, visit)

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="coordinator of UA"):
                await agreeing.sign_as_association(
                    session,
                    ZUZANA,
                    key=visit.number,
                    party=Party.VOP,
                    shown_hash=paper.hash,
                    at=NOON,
                )

    async def test_a_coordinator_does_not_sign_for_an_organisation(
        self, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        paper = await drafted(sessions, visit)

        async with sessions.begin() as session:
            with pytest.raises(NotAParty):
                await agreeing.sign_as_association(
                    session,
                    ZUZANA,
                    key=visit.number,
                    party=Party.HO,
                    shown_hash=paper.hash,
                    at=NOON,
                )

    async def test_there_is_nothing_to_sign_before_a_draft(self, sessions: Sessions) -> None:
        visit = await planned(sessions)

        async with sessions.begin() as session:
            with pytest.raises(NothingToSign):
                await agreeing.sign_as_association(
                    session, ZUZANA, key=visit.number, party=Party.HOP, shown_hash="", at=NOON
                )

    async def test_nobody_signs_twice(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        await signed(sessions, visit, Party.HOP)

        with pytest.raises(SignedAlready):
            await signed(sessions, visit, Party.HOP)

    async def test_goals_can_be_redrafted(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        await signed(sessions, visit, Party.VOP, Party.VO)

        async with sessions.begin() as session:
            paper = await agreeing.draft_commitment(
                session, ZUZANA, key=visit.number, goals={"en": "Three projects"}, at=NOON
            )

        assert paper.signed_by == frozenset()
        assert (await again(sessions, visit)).visitor_side is VisitorSide.NOMINATED


class TestCode:
    async def a_challenge(self, sessions: Sessions) -> tuple[Visit, Challenge]:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        contact = await contact_of(sessions, visit, ParticipantRole.VISITOR)
        actor = Actor(f"participant:{contact.id}", "UA", frozenset({"visitor"}))
        async with sessions.begin() as session:
            return visit, await agreeing.request_code(session, actor, participant=contact, at=NOON)

    async def try_code(
        self, sessions: Sessions, visit: Visit, challenge: Challenge, code: str, **more: object
    ) -> bool:
        contact = await contact_of(sessions, visit, ParticipantRole.VISITOR)
        async with sessions.begin() as session:
            paper = await commitment_of(session, visit.id)
            assert paper is not None
            return await agreeing.sign_by_code(
                session,
                Actor(f"participant:{contact.id}", "UA", frozenset({"visitor"})),
                participant=contact,
                challenge_id=challenge.id,
                code=code,
                shown_hash=paper.hash,
                link_key=LINK_KEY,
                at=NOON + more.get("later", timedelta()),  # type: ignore[operator]
            )

    async def test_wrong_codes_are_counted_and_end_the_challenge(self, sessions: Sessions) -> None:
        visit, challenge = await self.a_challenge(sessions)

        for _ in range(ATTEMPTS):
            assert not await self.try_code(sessions, visit, challenge, "not it")

        with pytest.raises(CodeSpent):
            await self.try_code(sessions, visit, challenge, links.code(LINK_KEY, challenge.id))

    async def test_is_good_for_15_minutes(self, sessions: Sessions) -> None:
        visit, challenge = await self.a_challenge(sessions)
        code = links.code(LINK_KEY, challenge.id)

        with pytest.raises(CodeSpent):
            await self.try_code(sessions, visit, challenge, code, later=VALID)

    async def test_is_good_for_one_signature(self, sessions: Sessions) -> None:
        visit, challenge = await self.a_challenge(sessions)
        code = links.code(LINK_KEY, challenge.id)

        assert await self.try_code(sessions, visit, challenge, code)
        with pytest.raises(CodeSpent):
            await self.try_code(sessions, visit, challenge, code)

    async def test_no_event_holds_it(self, sessions: Sessions) -> None:
        _, challenge = await self.a_challenge(sessions)

        event = (await facts_of(sessions, challenge.commitment_id))[-1]

        assert isinstance(event, papers.SignatureCodeRequested)
        assert links.code(LINK_KEY, challenge.id) not in event.model_dump_json()

    async def test_is_not_asked_for_without_end(self, sessions: Sessions) -> None:
        visit, _ = await self.a_challenge(sessions)
        contact = await contact_of(sessions, visit, ParticipantRole.VISITOR)
        actor = Actor(f"participant:{contact.id}", "UA", frozenset({"visitor"}))

        async with sessions.begin() as session:
            for _ in range(4):
                await agreeing.request_code(session, actor, participant=contact, at=NOON)
            with pytest.raises(TooManyCodes):
                await agreeing.request_code(session, actor, participant=contact, at=NOON)
