"""The secrets of one instance: made once, kept in one file that only its owner may read."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keyring:
    """Three independent keys: for sessions, for links in mails, and for database passwords."""

    secret: str
    link_key: str
    database_key: str

    @classmethod
    def new(cls) -> "Keyring":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @classmethod
    def kept_in(cls, room: Path) -> "Keyring":
        """The keys of this instance; they are made at the first call."""
        file = room / "secrets.json"
        if not file.exists():
            write_private(file, json.dumps(asdict(cls.new())))
        return cls(**json.loads(file.read_text()))

    def password(self, role: str) -> str:
        """The password of a database role; the same for ever, so it is stored nowhere."""
        return hmac.new(self.database_key.encode(), role.encode(), hashlib.sha256).hexdigest()


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read. It appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    unfinished.rename(file)
