"""Closed lists of words. A list may grow; no word is removed or renamed, stored events use it."""

from enum import StrEnum


class RegionScheme(StrEnum):
    NUTS = "nuts"
    ISO_3166_2 = "iso3166-2"
    KATOTTG = "katottg"

    @property
    def label(self) -> str:
        """What people call the list."""
        return "ISO 3166-2" if self is RegionScheme.ISO_3166_2 else self.value.upper()


class Party(StrEnum):
    """Who signs: visiting organisation and its association, host organisation and its one."""

    VO = "vo"
    VOP = "vop"
    HO = "ho"
    HOP = "hop"


class DelegateAnswer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ParticipantRole(StrEnum):
    """Why a visit knows a person: travels, or answers and signs for one of the organisations."""

    DELEGATE = "delegate"
    VISITOR = "visitor"
    HOST = "host"


class Mode(StrEnum):
    ON_SITE = "on_site"
    ONLINE = "online"


class VisitClass(StrEnum):
    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class SessionKind(StrEnum):
    OPENING = "opening"
    SITE_TOUR = "site_tour"
    WORKSHOP = "workshop"
    TRAINING = "training"
    BILATERAL_MEETING = "bilateral_meeting"
    ROUND_TABLE = "round_table"
    TRANSFER = "transfer"
    SOCIAL = "social"


class Activity(StrEnum):
    CAPACITY_BUILDING = "capacity_building"
    KNOWLEDGE_SHARING = "knowledge_sharing"
    PROJECT_DEVELOPMENT = "project_development"
    MARKET_RESEARCH = "market_research"
    NETWORKING = "networking"


class ReasonClass(StrEnum):
    """Why something ended early; the first three are justified."""

    FORCE_MAJEURE = "force_majeure"
    SECURITY = "security"
    ILLNESS = "illness"
    PARTY = "party"
    NO_ANSWER = "no_answer"
    INELIGIBLE = "ineligible"
    NO_INTEREST = "no_interest"
    OTHER = "other"

    @property
    def justified(self) -> bool:
        """Whether nobody has to answer for it: no claw-back, a class of its own in the figures."""
        return self in {ReasonClass.FORCE_MAJEURE, ReasonClass.SECURITY, ReasonClass.ILLNESS}


class ErasureReason(StrEnum):
    """Why nothing that says who somebody is stays of a person in visits."""

    ASKED = "asked"
    MISTAKE = "mistake"
    NOT_NEEDED = "not_needed"


class AttendanceMethod(StrEnum):
    QR = "qr"
    LIST = "list"
    PLATFORM = "platform"


class CommitmentPart(StrEnum):
    GOALS = "goals"
    PARTIES = "parties"
    SPAN = "span"
    AGENDA = "agenda"


class CriterionResult(StrEnum):
    PASS = "pass"  # noqa: S105 - a result of a review, no password
    FAIL = "fail"
    WAIVED = "waived"


class Role(StrEnum):
    CLUSTER_ADMIN = "cluster_admin"
    BACK_OFFICE = "back_office"
    COORDINATOR = "coordinator"
    LOGISTICS = "logistics"
    ANALYST = "analyst"
    SUPPORT_OFFICE = "support_office"
    OPERATOR = "operator"


class Mark(StrEnum):
    DUAL_USE_VETTED = "dual_use_vetted"


class NoticeKind(StrEnum):
    SAFETY = "safety"
    ACCOUNT = "account"
    ACTION = "action"
    DEADLINE = "deadline"
    CHANGE = "change"
    NEWS = "news"
    DIGEST = "digest"


class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"


class LanguageLevel(StrEnum):
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    NATIVE = "native"


class PlaceKind(StrEnum):
    """A cluster's registered seat, or the place where it works."""

    SEAT = "seat"
    OPERATING = "operating"


class SuccessionKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    SUCCESSION = "succession"


class FiguresRule(StrEnum):
    """Where the figures of an ended cluster go: to all successors, to the first, or nowhere."""

    SUM = "sum"
    MAIN_SUCCESSOR = "main_successor"
    STOP = "stop"


class MemberKind(StrEnum):
    """What an organisation is; a small or medium enterprise is `sme`."""

    SME = "sme"
    LARGE = "large"
    RESEARCH = "research"
    TRAINING = "training"
    PUBLIC = "public"
    INVESTOR = "investor"
    OTHER = "other"


class SizeClass(StrEnum):
    """Size by the definition of the European Union (Recommendation 2003/361/EC)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNKNOWN = "unknown"


class PersonFunctionKind(StrEnum):
    ADMINISTRATOR = "administrator"
    CONTACT = "contact"
    ROTA = "rota"


class LabelLevel(StrEnum):
    """Management labels of clusters, from the lowest to the highest."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


class ParticipationRole(StrEnum):
    COORDINATOR = "coordinator"
    PARTNER = "partner"
    ASSOCIATED = "associated"
    FSTP_RECIPIENT = "fstp_recipient"


class OfferKind(StrEnum):
    OFFER = "offer"
    REQUEST = "request"


class CentreRole(StrEnum):
    """How a cluster belongs to a centre: it is served there, or is its twin in the Union."""

    SERVED = "served"
    TWIN = "twin"


class HolderKind(StrEnum):
    CLUSTER = "cluster"
    ORGANISATION = "organisation"


class Currency(StrEnum):
    CZK = "CZK"
    EUR = "EUR"
    PLN = "PLN"
    RON = "RON"
    UAH = "UAH"
