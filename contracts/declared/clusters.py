"""Declarations about a cluster that stands in the register: still right, moved, ended."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from ..declarations import RegistryDeclaration, check_place
from ..rules import BrokenRule
from ..vocabulary import FiguresRule, Place, PlaceKind, Pointer, RegionScheme, SuccessionKind


class ConfirmationDeclared(RegistryDeclaration):
    """On `confirmed_day` the cluster said that its profile is still right."""

    type: ClassVar[str] = "talka.registry.confirmation.declared.v1"

    cluster: Pointer
    confirmed_day: date


class RelocationDeclared(RegistryDeclaration):
    """The cluster's seat or operating place is at `place` from `from_day`."""

    type: ClassVar[str] = "talka.registry.relocation.declared.v1"

    cluster: Pointer
    kind: PlaceKind
    place: Place
    from_day: date

    @field_validator("place")
    @classmethod
    def _is_known(cls, place: Place) -> Place:
        check_place(place)
        if place.country == "UA" and place.region.scheme is not RegionScheme.KATOTTG:
            raise BrokenRule(
                "TLK-D074", "A new place in Ukraine is given by its KATOTTG code. Look it up."
            )
        return place


class ClusterEndDeclared(RegistryDeclaration):
    """The cluster ended on `ended_day`; with successors, `kind` and `figures_rule` are given."""

    type: ClassVar[str] = "talka.registry.cluster_end.declared.v1"

    cluster: Pointer
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    ended_day: date
    successors: tuple[Pointer, ...] = ()
    kind: SuccessionKind | None = None
    figures_rule: FiguresRule | None = None

    @model_validator(mode="after")
    def _says_how_it_goes_on(self) -> Self:
        given = (bool(self.successors), self.kind is not None, self.figures_rule is not None)
        if len(set(given)) != 1:
            raise BrokenRule(
                "TLK-D075", "Give successors, kind and figures_rule together, or none of them."
            )
        return self
