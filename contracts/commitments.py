"""What exchanges promises about commitments: who signed which text of a visit."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .event import Classification, Event
from .vocabulary import Association, CommitmentPart, Party, Value

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # SHA-256


class CommitmentEvent(Event):
    """What happens to the paper of one visit that four parties sign."""

    topic: ClassVar[str] = "exchanges.commitments"
    classification: ClassVar[Classification] = Classification.INTERNAL

    visit_id: UUID
    visitor_association: Association
    host_association: Association

    def shared_with(self) -> frozenset[str]:
        """Both sides read what happens to their visit."""
        return frozenset({self.visitor_association, self.host_association})


class PartDigest(Value):
    """The hash of one part of the paper: a signature holds while its parts keep theirs."""

    part: CommitmentPart
    digest: Digest


class CommitmentText(CommitmentEvent):
    """The text to sign, by its hash. `signatures_reopened` are asked for again."""

    hash: Digest
    parts: tuple[PartDigest, ...]
    signatures_reopened: tuple[Party, ...] = ()


class CommitmentDrafted(CommitmentText):
    """There is a text that the parties can sign."""

    type: ClassVar[str] = "talka.exchanges.commitment.drafted.v1"


class CommitmentRevised(CommitmentText):
    """The text changed; signatures whose parts did not change still hold."""

    type: ClassVar[str] = "talka.exchanges.commitment.revised.v1"


class SignatureRequested(CommitmentEvent):
    """A person is asked to sign for an organisation, through the secret link `link_id`."""

    type: ClassVar[str] = "talka.exchanges.commitment.signature_requested.v1"

    party: Party
    participant_id: UUID
    link_id: UUID


class SignatureCodeRequested(CommitmentEvent):
    """A person about to sign asked for a one-time code; it is made from `challenge_id`."""

    type: ClassVar[str] = "talka.exchanges.commitment.signature_code_requested.v1"

    party: Party
    participant_id: UUID
    challenge_id: UUID
    expires_at: AwareDatetime


class CommitmentSigned(CommitmentEvent):
    """The party is bound by the text with this hash."""

    type: ClassVar[str] = "talka.exchanges.commitment.signed.v1"

    party: Party
    hash: Digest


class CommitmentCompleted(CommitmentEvent):
    """All four parties are bound by the text with this hash."""

    type: ClassVar[str] = "talka.exchanges.commitment.completed.v1"

    hash: Digest
