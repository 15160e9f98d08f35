"""The file that who asks for access is given."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response


def file_of(kept: Mapping[str, Any]) -> Response:
    """Everything that is kept of a person as a file, named after the request."""
    headers = {
        "Content-Disposition": f'attachment; filename="{kept["request"]}.json"',
        "Cache-Control": "no-store",
    }
    return Response(to_json(kept, indent=2), media_type="application/json", headers=headers)
