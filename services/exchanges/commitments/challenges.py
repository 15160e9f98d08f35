"""One-time codes: who signs through a link shows that the mailbox is still his or hers.

The code is worked out from the challenge's id and mailed; neither the database nor an event holds
it. A challenge is for one signature, 15 minutes and five attempts.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from contracts.commitments import SignatureCodeRequested
from contracts.event import uuid7
from contracts.vocabulary import Party
from services.chassis.faults import mark
from services.exchanges.commitments.model import Commitment
from services.exchanges.commitments.refusals import CodeSpent
from services.exchanges.database import Base

VALID: Final = timedelta(minutes=15)
ATTEMPTS: Final = 5


class Challenge(Base):
    """One request for a code."""

    __tablename__ = "challenges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitments.id"))
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    participant_id: Mapped[UUID]
    party: Mapped[Party]
    attempts: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @classmethod
    def ask(
        cls, commitment: Commitment, *, participant_id: UUID, party: Party, at: datetime
    ) -> tuple["Challenge", SignatureCodeRequested]:
        """A new challenge; the code goes to the mailbox of the participant."""
        challenge = cls(
            id=uuid7(),
            commitment_id=commitment.id,
            visitor_association=commitment.visitor_association,
            host_association=commitment.host_association,
            participant_id=participant_id,
            party=party,
            attempts=0,
            expires_at=at + VALID,
            used_at=None,
        )
        event = SignatureCodeRequested(
            **commitment.common(at),
            party=party,
            participant_id=participant_id,
            challenge_id=challenge.id,
            expires_at=challenge.expires_at,
        )
        return challenge, event

    def answer(self, given: str, *, expected: str, at: datetime) -> bool:
        """Whether the code is right; a wrong one counts as an attempt, a right one uses it up.

        Raises:
            CodeSpent: it was used, its time is over, or there were too many attempts.
        """
        if self.used_at is not None or at >= self.expires_at or self.attempts >= ATTEMPTS:
            raise CodeSpent(mark("this code is no longer valid; ask for a new one"))
        if not hmac.compare_digest(given.strip().encode(), expected.encode()):
            self.attempts += 1
            return False
        self.used_at = at
        return True
