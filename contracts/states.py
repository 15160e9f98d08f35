"""The states of life cycles; which may follow which is decided by the service that owns them."""

from enum import StrEnum


class ClusterState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    UNDER_REVISION = "under_revision"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


class VisitState(StrEnum):
    BUILDING = "building"
    COMMITTED = "committed"
    RESCHEDULING = "rescheduling"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    ENDED = "ended"
    DISCONTINUED = "discontinued"
    REPORT_OVERDUE = "report_overdue"
    REPORTED = "reported"
    VALIDATED = "validated"
    SETTLED = "settled"
    FOLLOWED_UP = "followed_up"
    CANCELLED = "cancelled"
    DISSOLVED = "dissolved"
    WRITTEN_OFF = "written_off"


class VisitorSide(StrEnum):
    NOMINATED = "nominated"
    LIVE = "live"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class HostSide(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"


class DelegateState(StrEnum):
    INVITED = "invited"
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    ATTENDED = "attended"
    ABSENT = "absent"


class DeliveryState(StrEnum):
    PLANNED = "planned"
    DEFERRED = "deferred"
    QUEUED = "queued"
    SENDING = "sending"
    RETRY_WAIT = "retry_wait"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    BOUNCED = "bounced"
    REROUTED = "rerouted"
    DEAD = "dead"
    CLOSED = "closed"
    SUPPRESSED = "suppressed"
    OBSOLETE = "obsolete"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
