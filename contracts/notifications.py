"""What notifications promises: the way of every message, and the tasks of coordinators."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from .event import Classification, Event
from .vocabulary import Channel, Language, NoticeKind, Role, Value


class DeliveryEvent(Event):
    """What happens to one message to one recipient on one channel.

    `cause_id` is the event that the message tells of. `recipient_id` is a participant or a person
    of the staff; addresses and texts are never in an event.
    """

    topic: ClassVar[str] = "notifications.deliveries"
    classification: ClassVar[Classification] = Classification.INTERNAL

    kind: NoticeKind
    cause_id: UUID
    recipient_id: UUID
    channel: Channel
    language: Language
    template: str
    template_version: int


class DeliveryPlanned(DeliveryEvent):
    """The recipient is to be told, once, in this language."""

    type: ClassVar[str] = "talka.notifications.delivery.planned.v1"


class DeliverySuppressed(DeliveryEvent):
    """The message is not sent: a preference, or no address."""

    type: ClassVar[str] = "talka.notifications.delivery.suppressed.v1"

    reason: str


class DeliveryObsolete(DeliveryEvent):
    """The message is not sent: what it would have told is no longer true."""

    type: ClassVar[str] = "talka.notifications.delivery.obsolete.v1"

    reason: str


class DeliveryExpired(DeliveryEvent):
    """The message is not sent: it came too late to be of use."""

    type: ClassVar[str] = "talka.notifications.delivery.expired.v1"

    reason: str


class DeliverySent(DeliveryEvent):
    """The channel took the message over, with its answer as `code`."""

    type: ClassVar[str] = "talka.notifications.delivery.sent.v1"

    attempt: int
    code: str


class DeliveryDied(DeliveryEvent):
    """The message cannot be delivered; an operator may try again."""

    type: ClassVar[str] = "talka.notifications.delivery.died.v1"

    attempt: int
    code: str
    reason: str | None = None


class DeliveryRedriven(DeliveryEvent):
    """An operator had the message tried again."""

    type: ClassVar[str] = "talka.notifications.delivery.redriven.v1"

    reason: str


class About(Value):
    """The aggregate that a task is about."""

    aggregate: str
    id: UUID
    number: str | None = None


class Assignee(Value):
    """Who is to do a task: everybody with a role in the association, or one of its staff."""

    role: Role | None = None
    staff_id: UUID | None = None


class TaskEvent(Event):
    """What happens to one task of a coordinator or a back office."""

    topic: ClassVar[str] = "notifications.tasks"
    classification: ClassVar[Classification] = Classification.INTERNAL


class TaskRecord(TaskEvent):
    """The whole present state of a task."""

    kind: str
    about: About
    assignee: Assignee
    due_at: AwareDatetime | None = None


class TaskRaised(TaskRecord):
    """Somebody has to act, at best until `due_at`."""

    type: ClassVar[str] = "talka.notifications.task.raised.v1"


class TaskDone(TaskRecord):
    """The task is done; `by_id` is the person of the staff, absent when a fact settled it."""

    type: ClassVar[str] = "talka.notifications.task.done.v1"

    by_id: UUID | None = None


class TaskReopened(TaskRecord):
    """The task was not done after all."""

    type: ClassVar[str] = "talka.notifications.task.reopened.v1"

    by_id: UUID | None = None
