"""The page of a refused or failed request: what happened, and what can be done now."""

from starlette.requests import Request
from starlette.responses import Response

from services.chassis.problems import Problem
from services.chassis.ui.middleware import HEADERS
from services.chassis.ui.render import render


def problem_page(request: Request, problem: Problem) -> Response:
    """A page for people, with the status of the problem.

    It carries the security headers itself: an unforeseen fault is answered outside of the
    middleware that sets them.
    """
    page = render(request, "problem.html", status=problem.status, problem=problem)
    page.headers.update(HEADERS)
    page.headers["Cache-Control"] = "no-store"
    return page
