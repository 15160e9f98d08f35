"""Small values that events are made of."""

from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from .event import Personal
from .legal_ids import LegalId
from .rules import BrokenRule
from .words import Currency, HolderKind, LanguageLevel, RegionScheme

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1, two letters
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]  # BCP 47
Association = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]  # a country, or "ECA"
Ecosystem = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$")]  # reference/ecosystems
Texts = Annotated[dict[Language, str], Field(min_length=1)]  # the same text by language

LANGUAGES: Final = ("en", "uk", "pl", "cs", "sk", "lt", "ro")
COUNTRIES: Final = ("CZ", "LT", "PL", "RO", "SK", "UA")
SUPPORT_OFFICE: Final = "ECA"


def text_in(texts: dict[str, str], language: str) -> str:
    """The text in `language`, else in English, else in the first language there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


class Value(BaseModel):
    """A part of an event without an identity of its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Region(Value):
    """A region by its code: NUTS in the European Union, ISO 3166-2 or KATOTTG in Ukraine."""

    scheme: RegionScheme
    code: str


class Place(Value):
    """Where something is; coordinates are WGS 84 degrees."""

    country: Country
    region: Region
    settlement: str
    name: str | None = None  # the house or hall, as people on the spot call it
    street: str | None = None
    postcode: str | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)


class Names(Value):
    """An organisation's name in its own language and script, and in English."""

    original: str
    en: str


class PersonNames(Value):
    """A person's name as the person writes it; `latin` is for badges and sorting."""

    original: Annotated[str, Personal()]
    latin: Annotated[str | None, Personal()] = None
    preferred: Annotated[str | None, Personal()] = None
    patronymic: Annotated[str | None, Personal()] = None


class LanguageSkill(Value):
    """How well a person understands and speaks a language."""

    lang: Language
    level: LanguageLevel


class Pointer(Value):
    """Points at a thing by exactly one of its names: id, the poster's ref, number, legal id."""

    id: str | None = None
    ref: str | None = None
    number: str | None = None
    legal_id: LegalId | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if sum(name is not None for name in (self.id, self.ref, self.number, self.legal_id)) != 1:
            raise BrokenRule("TLK-D019", "Give exactly one of id, ref, number, legal_id.")
        return self


class Recognition(Value):
    """A national programme recognised the cluster, which waives criteria until the day named."""

    programme: str
    document: str
    until_day: date | None = None


class Money(Value):
    """An amount in the hundredths of its currency."""

    cents: Annotated[int, Field(ge=0)]
    currency: Currency


class Holder(Value):
    """Whose something is: a cluster, or an organisation."""

    kind: HolderKind
    id: UUID


class HolderPointer(Value):
    """Points at the holder of something: a cluster, or an organisation."""

    cluster: Pointer | None = None
    organisation: Pointer | None = None

    @model_validator(mode="after")
    def _names_one_holder(self) -> Self:
        if (self.cluster is None) == (self.organisation is None):
            raise BrokenRule("TLK-D047", "Give exactly one of cluster, organisation.")
        return self


class Asked(Value):
    """Somebody who can bring a profile back, and the link whose page asks whether it is right."""

    recipient_id: UUID
    link_id: UUID
