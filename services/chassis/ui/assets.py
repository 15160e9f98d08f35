"""Styles and scripts under addresses that name their content, so browsers may keep them."""

import hashlib
import mimetypes
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.errors import NotFound

HERE: Final = Path(__file__).parent
LAYERS: Final = ("reset", "tokens", "base", "layout", "components", "calendar", "utilities")
FOREVER: Final = "public, max-age=31536000, immutable"


class AssetNotFound(NotFound):
    """No file of that name is served."""


class Assets:
    """The files of one application, read once; `service_css` is its one layer of its own."""

    def __init__(self, service: str, service_css: Path | None = None) -> None:
        self._files = {
            path.name: path.read_bytes()
            for path in sorted((HERE / "static").iterdir())
            if path.suffix in (".js", ".svg")
        }
        self._files["talka.css"] = _styles(service_css).encode()
        everything = b"\0".join(name.encode() + data for name, data in sorted(self._files.items()))
        self.hash = hashlib.sha256(everything).hexdigest()[:12]
        self.prefix = f"/{service}/assets/{self.hash}"
        self.route = Route(f"/{service}/assets/{{hash}}/{{name}}", self._serve, methods=["GET"])

    def url(self, name: str) -> str:
        return f"{self.prefix}/{name}"

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            raise AssetNotFound(f"no file {name}")
        kind, _ = mimetypes.guess_type(name)
        # Pages of another version may ask here during a roll-out: they must not keep the answer.
        lasting = request.path_params["hash"] == self.hash
        return Response(
            self._files[name],
            media_type=kind,
            headers={"Cache-Control": FOREVER if lasting else "no-cache"},
        )


def _styles(service_css: Path | None) -> str:
    order = f"@layer {', '.join([*LAYERS[:-1], 'service', LAYERS[-1]])};\n"
    layers = [(name, HERE / "css" / f"{name}.css") for name in LAYERS]
    if service_css is not None and service_css.exists():
        layers.append(("service", service_css))
    return order + "".join(f"@layer {name} {{\n{path.read_text()}}}\n" for name, path in layers)
