"""What the pages of an import say at its steps, without a page."""

import pytest

from services.chassis.ui.i18n import Catalogues
from services.registry.imports import views
from services.registry.imports.fields import Kind
from services.registry.imports.model import Import
from services.registry.imports.states import State

T = Catalogues([]).translator("en", "Europe/Bratislava")


@pytest.mark.parametrize(
    ("state", "bad", "told"),
    [
        (State.WAITING, 5, "5 left"),
        (State.WAITING, 0, "0 left"),
        (State.SAVING, 5, "5 left out"),
        (State.DONE, 5, "5 left out"),
        (State.DONE, 0, ""),
        (State.CHECKING, 5, ""),
    ],
)
def test_r19_once_it_is_saved_the_step_of_problems_tells_what_was_left_out(
    state: State, bad: int, told: str
) -> None:
    found = Import(state=state, rows=9, bad=bad, columns=["Name"], matched={"name": 0})

    assert views.steps(found, T)[2]["detail"] == told


def test_r19_what_no_column_of_members_says_is_told_before_it_is_taken_for_true() -> None:
    [kind, day] = views.assumed(Kind.MEMBERS, {"name": 0, "size": 1}, T)

    assert "otherwise as an SME" in kind
    assert "31 December of the year before the upload" in day
    assert views.assumed(Kind.MEMBERS, {"size": 1, "kind": 2}, T) == [day]
    assert views.assumed(Kind.MEMBERS, {"name": 0, "kind": 2}, T) == []
    assert views.assumed(Kind.PEOPLE, {}, T) == views.assumed(Kind.CLUSTERS, {"name": 0}, T) == []
