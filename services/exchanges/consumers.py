"""The one consumer of exchanges: it keeps the copies, and forgets whom the registry forgets."""

from services.exchanges.copies.consumers import consumer
from services.exchanges.participants import forgetting

__all__ = ["consumer"]

forgetting.follow(consumer)
