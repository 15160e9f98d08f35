"""Values of declarations that are checked as they come: legal ids, places, texts."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ..declarations import check_place
from ..vocabulary import LegalId, Place, check_legal_id

Line = Annotated[str, Field(min_length=1, max_length=200)]
Paragraph = Annotated[str, Field(min_length=1, max_length=2000)]


def _has_its_check_digit(legal_id: LegalId) -> LegalId:
    number = check_legal_id(legal_id.scheme, legal_id.value)
    return LegalId(scheme=legal_id.scheme, value=number)


def _is_in_a_region_of_its_country(place: Place) -> Place:
    check_place(place)
    return place


CheckedLegalId = Annotated[LegalId, AfterValidator(_has_its_check_digit)]
KnownPlace = Annotated[Place, AfterValidator(_is_in_a_region_of_its_country)]
