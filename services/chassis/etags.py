"""Answers that need not be sent again to a reader who has their content already."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def unless_known(
    request: Request, content: bytes, *, media_type: str, cache_control: str
) -> Response:
    """The answer with the content and its ETag, or 304 to a reader who sent that ETag back."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cache_control}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
