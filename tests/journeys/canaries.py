"""Where a person can be read of: histories, topics and logs, searched for words that name somebody.

S6: nothing personal stands outside of personal topics. The same search must find everybody there.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import asyncpg
from sqlalchemy.engine import make_url

from contracts.catalogue import EVENTS
from contracts.event import Classification
from deploy.local.databases import SERVICES
from services.chassis.topics import channels
from tests.journeys.records import everything, topics_of
from tests.stage import Stage

PERSONAL = Classification.PERSONAL.value
HISTORY, TOPIC, LOG = "history", "topic", "log"
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Text:
    """Something that was written down; `personal` says whether it may name somebody."""

    kind: str
    place: str
    personal: bool
    words: str


def written(stage: Stage) -> list[Text]:
    """Everything that services recorded, told each other, and logged."""
    return [*asyncio.run(_histories(stage)), *_topics(stage), *_logs(stage)]


def found(words: Iterable[str], texts: Iterable[Text]) -> set[tuple[str, str]]:
    """Which word stands where; escapes of JSON hide none."""
    plain = [
        (text.place, ESCAPED.sub(lambda code: chr(int(code[1], 16)), text.words).casefold())
        for text in texts
    ]
    return {(word, place) for word in words for place, said in plain if word.casefold() in said}


async def _histories(stage: Stage) -> list[Text]:
    admin = make_url(stage.talka.environment["DATABASE_URL"]).set(drivername="postgresql")
    texts = []
    for service in SERVICES:
        address = admin.set(database=service).render_as_string(hide_password=False)
        connection = await asyncpg.connect(address)
        rows = await connection.fetch(
            "select type, to_jsonb(h) - 'data' as about, convert_from(data, 'UTF8') as data"
            " from history h"
        )
        await connection.close()
        assert rows, service
        for row in rows:
            event = EVENTS.get(row["type"])
            personal = event is not None and event.classification is Classification.PERSONAL
            place = f"history of {service}: {row['type']}"
            texts.append(Text(HISTORY, place, personal, f"{row['about']} {row['data']}"))
    return texts


def _topics(stage: Stage) -> Iterator[Text]:
    classes = {name: channel.classification for name, channel in channels().items()}
    for message in everything(stage.kafka.bootstrap, *topics_of(stage.kafka.bootstrap)):
        topic = message.topic()
        parts = (message.key(), message.value(), *dict(message.headers() or ()).values())
        words = " ".join(part.decode() for part in parts if part)
        yield Text(TOPIC, f"topic {topic}", classes.get(topic) == PERSONAL, words)


def _logs(stage: Stage) -> Iterator[Text]:
    files = sorted(stage.talka.room.glob("*.log"))
    assert "talka.log" in [file.name for file in files]
    for file in files:
        yield Text(LOG, file.name, personal=False, words=file.read_text(errors="replace"))
