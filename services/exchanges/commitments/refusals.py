"""What a commitment refuses; each message says in a sentence what to do instead."""

from services.chassis.errors import Conflict, Gone, NotFound


class NothingToSign(NotFound):
    """No commitment was drafted for the visit."""

    code = "TLK-X050"
    title = "Nothing to sign yet"


class TextChanged(Conflict):
    """The signer saw another text than the one that stands now."""

    code = "TLK-X051"
    title = "The text has changed"


class SignedAlready(Conflict):
    """The party's signature stands."""

    code = "TLK-X052"
    title = "Signed already"


class NothingChanged(Conflict):
    """The draft equals the text that stands."""

    code = "TLK-X053"
    title = "Nothing changed"


class CodeSpent(Gone):
    """The one-time code is used, too old, or was guessed at too often."""

    code = "TLK-X054"
    title = "Ask for a new code"


class NotAParty(Conflict):
    """The person does not sign for this visit."""

    code = "TLK-X055"
    title = "Not a signing party"


class TooManyCodes(Conflict):
    """Codes were asked for too often in a short time."""

    code = "TLK-X056"
    title = "Too many codes"
