"""The composition root of notifications: everything is wired here, nothing happens at import."""

from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LOCALES: Final = HERE / "locales"
