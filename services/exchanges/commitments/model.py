"""The commitment: the text of a visit and who is bound by it.

A signature is given for the hash that was shown, and stands as long as no part changes that
binds its party. Nobody signs a text that he or she has not seen.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts import commitments as facts
from contracts.event import uuid7
from contracts.vocabulary import CommitmentPart, Party
from services.chassis.faults import mark
from services.exchanges.commitments.names import PART, PARTY
from services.exchanges.commitments.refusals import NothingChanged, SignedAlready, TextChanged
from services.exchanges.commitments.text import (
    Digests,
    Text,
    bound_by,
    changed,
    digests_of,
    hash_of,
)
from services.exchanges.database import Base


class Signature(Base):
    """One party's signature that stands; `hash` is that of the text the signer was shown."""

    __tablename__ = "signatures"

    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitments.id"), primary_key=True)
    party: Mapped[Party] = mapped_column(primary_key=True)
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    hash: Mapped[str]
    signer: Mapped[str]  # the actor's id
    signed_at: Mapped[datetime]


class Commitment(Base):
    """The paper of one visit. `seen` keeps the digests of every text that was ever shown."""

    __tablename__ = "commitments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), unique=True)
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    text: Mapped[dict[str, Any]]
    hash: Mapped[str]
    seen: Mapped[dict[str, Any]]
    drafted_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    signatures: Mapped[list[Signature]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def draft(
        cls,
        text: Text,
        *,
        visit_id: UUID,
        visitor_association: str,
        host_association: str,
        at: datetime,
    ) -> tuple["Commitment", facts.CommitmentDrafted]:
        """A first text that the four parties can sign."""
        commitment = cls(
            id=uuid7(),
            visit_id=visit_id,
            visitor_association=visitor_association,
            host_association=host_association,
            seen={},
            drafted_at=at,
            completed_at=None,
            signatures=[],
        )
        commitment._show(text)
        return commitment, facts.CommitmentDrafted(**commitment._text_facts(at))

    def revise(self, text: Text, *, at: datetime) -> facts.CommitmentRevised:
        """Put a changed text in place; signatures over the changed parts are asked for again.

        Raises:
            NothingChanged: the text is the one that stands.
        """
        reopened = self.reopened_by(text)
        if hash_of(digests_of(text)) == self.hash:
            raise NothingChanged(mark("the text is the same as before; there is nothing to revise"))
        self.signatures = [s for s in self.signatures if s.party not in reopened]
        self.completed_at = None if reopened else self.completed_at
        self._show(text)
        ordered = tuple(party for party in Party if party in reopened)
        return facts.CommitmentRevised(**self._text_facts(at), signatures_reopened=ordered)

    def reopened_by(self, text: Text) -> frozenset[Party]:
        """Whose signatures would no longer stand if this were the text."""
        return bound_by(changed(self.digests, digests_of(text))) & self.signed_by

    @property
    def digests(self) -> Digests:
        """The digest of each part of the text that stands."""
        return digests_of(self.parts)

    @property
    def parts(self) -> Mapping[CommitmentPart, Any]:
        """The text that stands, by part."""
        return {part: self.text[part.value] for part in CommitmentPart}

    @property
    def signed_by(self) -> frozenset[Party]:
        """The parties whose signatures stand."""
        return frozenset(signature.party for signature in self.signatures)

    def sign(
        self, party: Party, *, shown_hash: str, signer: str, at: datetime
    ) -> facts.CommitmentSigned:
        """Bind a party to the text it was shown.

        Raises:
            TextChanged: the text that was shown is not the one that stands; names what differs.
            SignedAlready: the party's signature stands.
        """
        if shown_hash != self.hash:
            raise self._difference(shown_hash)
        if party in self.signed_by:
            raise SignedAlready(
                mark("{party} has signed this text already; nothing is to be done"),
                party=PARTY[party],
            )
        self.signatures.append(
            Signature(
                party=party,
                visitor_association=self.visitor_association,
                host_association=self.host_association,
                hash=shown_hash,
                signer=signer,
                signed_at=at,
            )
        )
        return facts.CommitmentSigned(**self.common(at), party=party, hash=shown_hash)

    def complete(self, *, at: datetime) -> facts.CommitmentCompleted:
        """All four are bound by the text that stands; to be asked when the last has signed."""
        self.completed_at = at
        return facts.CommitmentCompleted(**self.common(at), hash=self.hash)

    def request_signature(
        self, party: Party, *, participant_id: UUID, link_id: UUID, at: datetime
    ) -> facts.SignatureRequested:
        """Ask a person to sign for an organisation, through the link with this id."""
        return facts.SignatureRequested(
            **self.common(at), party=party, participant_id=participant_id, link_id=link_id
        )

    def _show(self, text: Text) -> None:
        digests = digests_of(text)
        self.text = {part.value: text[part] for part in CommitmentPart}
        self.hash = hash_of(digests)
        self.seen = {**self.seen, self.hash: {part.value: digests[part] for part in digests}}

    def _difference(self, shown_hash: str) -> TextChanged:
        shown = self.seen.get(shown_hash)
        if shown is None:
            return TextChanged(
                mark(
                    "this is not a text of this visit; open the page again and read before you sign"
                )
            )
        parts = changed({part: shown[part.value] for part in CommitmentPart}, self.digests)
        return TextChanged(
            mark("changed since you read it: {parts}; read the new text and sign that"),
            parts=[PART[part] for part in sorted(parts)],
        )

    def common(self, at: datetime) -> dict[str, Any]:
        """The fields that every event of this commitment carries."""
        return {
            "subject": str(self.id),
            "time": at,
            "visit_id": self.visit_id,
            "visitor_association": self.visitor_association,
            "host_association": self.host_association,
        }

    def _text_facts(self, at: datetime) -> dict[str, Any]:
        parts = tuple(facts.PartDigest(part=p, digest=d) for p, d in self.digests.items())
        return {**self.common(at), "hash": self.hash, "parts": parts}
