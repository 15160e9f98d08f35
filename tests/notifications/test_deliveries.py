"""A delivery's life: every move of the literal, and no other."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func

from contracts.notifications import (
    DeliveryExpired,
    DeliveryObsolete,
    DeliveryRedriven,
    DeliverySent,
    DeliverySuppressed,
)
from contracts.vocabulary import Channel, DeliveryState, NoticeKind
from services.notifications.deliveries.model import Delivery, WrongDeliveryState
from services.notifications.deliveries.states import NEXT
from tests.notifications.builders import NOON, VISIT, an_invitation

_S = DeliveryState


def a_delivery(**changes: Any) -> Delivery:
    usual: dict[str, Any] = {
        "id": UUID(int=1),
        "cause_id": UUID(int=2),
        "act": "act",
        "recipient_id": UUID(int=3),
        "association": "UA",
        "partner": "SK",
        "channel": Channel.MAIL,
        "kind": NoticeKind.ACTION,
        "template": "invitation",
        "template_version": 1,
        "aggregate": "visit",
        "about_id": VISIT,
        "language": "uk",
        "facts": an_invitation().model_dump(mode="json"),
        "sessions": [],
        "state": _S.QUEUED,
        "planned_at": NOON,
        "expires_at": NOON,
        "ready_at": NOON,
        "leased_until": None,
        "attempts": 0,
        "content": b"mail",
        "ended_at": None,
    }
    return Delivery(**usual | changes)


ACTS: dict[str, tuple[Callable[[Delivery], object], DeliveryState]] = {
    "queue": (lambda d: d.queue(b"mail", language="uk"), _S.QUEUED),
    "begin": (lambda d: d.begin(), _S.SENDING),
    "succeed": (lambda d: d.succeed(code="250", at=NOON), _S.SENT),
    "wait": (lambda d: d.wait(until=func.now()), _S.RETRY_WAIT),
    "die": (lambda d: d.die(code="550", reason="x", at=NOON), _S.DEAD),
    "lose sight": (lambda d: d.lose_sight(at=NOON), _S.UNKNOWN),
    "give back": (lambda d: d.give_back(), _S.QUEUED),
    "take back": (lambda d: d.take_back(), _S.PLANNED),
    "part": (lambda d: d.part(at=NOON), _S.PLANNED),
    "expire": (lambda d: d.expire(reason="x", at=NOON), _S.EXPIRED),
}
PAIRS = [(name, state) for name in ACTS for state in DeliveryState]


class TestLife:
    @pytest.mark.parametrize(("name", "state"), PAIRS)
    def test_every_move_is_in_the_literal_and_every_other_is_refused(
        self, name: str, state: DeliveryState
    ) -> None:
        act, goal = ACTS[name]
        delivery = a_delivery(state=state)

        if goal in NEXT[state]:
            act(delivery)
            assert delivery.state is goal
        else:
            with pytest.raises(WrongDeliveryState):
                act(delivery)
            assert delivery.state is state

    def test_is_the_one_of_the_domain(self) -> None:
        assert {state: set(goals) for state, goals in NEXT.items() if goals} == {
            _S.PLANNED: {_S.DEFERRED, _S.QUEUED, _S.SUPPRESSED},
            _S.DEFERRED: {_S.QUEUED, _S.OBSOLETE},
            _S.SUPPRESSED: {_S.PLANNED},
            _S.QUEUED: {_S.SENDING, _S.PLANNED, _S.OBSOLETE, _S.EXPIRED},
            _S.SENDING: {_S.SENT, _S.RETRY_WAIT, _S.DEAD, _S.QUEUED, _S.UNKNOWN},
            _S.RETRY_WAIT: {_S.SENDING, _S.PLANNED, _S.EXPIRED, _S.DEAD},
            _S.SENT: {_S.DELIVERED, _S.BOUNCED, _S.UNKNOWN},
            _S.DELIVERED: {_S.ACKNOWLEDGED, _S.ESCALATED},
            _S.BOUNCED: {_S.REROUTED, _S.DEAD},
            _S.DEAD: {_S.QUEUED, _S.CLOSED},
        }


class TestSucceed:
    def test_states_the_fact_and_forgets_the_text(self) -> None:
        delivery = a_delivery(state=_S.SENDING, attempts=2)

        event = delivery.succeed(code="250", at=NOON)

        assert isinstance(event, DeliverySent)
        assert (event.attempt, event.code, event.time) == (2, "250", NOON)
        assert delivery.content is None


class TestDrop:
    @pytest.mark.parametrize(
        ("state", "event_class"),
        [
            (_S.PLANNED, DeliverySuppressed),
            (_S.QUEUED, DeliveryObsolete),
            (_S.RETRY_WAIT, DeliveryExpired),
        ],
    )
    def test_leaves_unsent_what_has_not_left(
        self, state: DeliveryState, event_class: type[object]
    ) -> None:
        delivery = a_delivery(state=state)

        event = delivery.drop(reason="withdrawn", at=NOON)

        assert isinstance(event, event_class)
        assert delivery.content is None


class TestRedrive:
    def test_queues_a_dead_one_again(self) -> None:
        delivery = a_delivery(state=_S.DEAD)
        later = NOON.replace(day=4)

        event = delivery.redrive(reason="new address", expires_at=later, at=NOON)

        assert isinstance(event, DeliveryRedriven)
        assert (delivery.state, delivery.expires_at) == (_S.QUEUED, later)

    @pytest.mark.parametrize("state", [s for s in DeliveryState if s is not _S.DEAD])
    def test_refuses_every_other_state(self, state: DeliveryState) -> None:
        with pytest.raises(WrongDeliveryState, match="only a message that failed"):
            a_delivery(state=state).redrive(reason="x", expires_at=NOON, at=NOON)

    def test_refuses_what_was_erased(self) -> None:
        with pytest.raises(WrongDeliveryState, match="erased"):
            a_delivery(state=_S.DEAD, content=None).redrive(reason="x", expires_at=NOON, at=NOON)
